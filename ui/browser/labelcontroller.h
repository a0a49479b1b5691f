#pragma once

#include "browser/imagelistmodel.h"
#include "catalog/catalog.h"

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QQueue>
#include <QVector>

namespace ir::ui {

class Settings;

/// What people decide, from every way to say it (keys, drags, menus), into the catalog. The grid's model
/// changes in the same frame; the catalog stores behind, and what it could not store is put back.
class LabelController : public QObject
{
    Q_OBJECT

public:
    LabelController(ImageListModel* model, const Settings& settings, QObject* parent = nullptr);

    /// nullptr: no archive is open.
    void setCatalog(Catalog* catalog, const std::string& modelId = {});

    /// `label` empty: takes the labels back.
    void setLabel(const QVector<ImageId>& images, const QString& label);
    /// The model's class becomes the label, where there is one.
    void accept(const QVector<ImageId>& images);
    void undo();
    void redo();

    void setUndoState(const UndoState& state);
    [[nodiscard]] const UndoState& undoState() const { return m_undoState; }

Q_SIGNALS:
    /// For the status bar: "14 images → spine", "Undid: 14 images → spine".
    void done(const QString& message);
    void failed(const QString& message);
    void undoStateChanged(const ir::UndoState& state);
    /// Labels of these images are now stored (details may show another history).
    void stored(const QList<qint64>& images);

private:
    void labelsChanged(const QHash<qint64, QString>& labelOfImage, const QString& message,
                       const UndoState& state);
    void storeFailed(const QString& message);
    void change(const QVector<ImageLabel>& labels);

    ImageListModel* m_model;
    const Settings& m_settings;
    QPointer<Catalog> m_catalog;
    std::string m_modelId; ///< whose predictions are on the screen
    UndoState m_undoState;
    /// What the labels were before each step that the catalog has not answered yet, in its order.
    QQueue<QVector<ImageLabel>> m_before;
};

} // namespace ir::ui
