#pragma once

#include "catalog/catalog.h"

#include <QThreadPool>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ir::ui {

/// Who is at the desk: a name of the project's, and the PIN where that reader has one.
class ReaderSignIn : public QWidget
{
    Q_OBJECT

public:
    /// `catalog` outlives the widget.
    explicit ReaderSignIn(Catalog& catalog, QWidget* parent = nullptr);
    ~ReaderSignIn() override;

    /// Names to choose from; `preferred` is chosen if it is among them. Whoever is signed in stays so if they are.
    void setNames(const QStringList& names, const QString& preferred);
    [[nodiscard]] QString reader() const { return m_reader; } ///< signed in; empty: nobody
    void signOut();

Q_SIGNALS:
    void readerChanged(const QString& reader);

private:
    void readAccounts();
    void choiceChanged();
    void signIn();
    void changePin();
    void showState();

    Catalog& m_catalog;
    QComboBox* m_name;
    QLineEdit* m_pin;
    QPushButton* m_signIn;
    QLabel* m_who;
    QPushButton* m_changePin;
    QPushButton* m_signOut;
    QLabel* m_problem;
    QHash<QString, bool> m_hasPin;
    QString m_reader;
    QThreadPool m_worker; ///< one thread; a PIN takes it a tenth of a second
};

} // namespace ir::ui
