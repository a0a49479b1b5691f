#include "settings/settingsdialog.h"

#include "catalog/catalog.h"
#include "nn/modelstore.h"
#include "settings/settings.h"
#include "style/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

QLabel* sectionTitle(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("type", QStringLiteral("section"));
    label->setContentsMargins(0, 12, 0, 0);
    return label;
}

void select(QComboBox* box, const QVariant& data)
{
    const int index = box->findData(data);
    if (index >= 0)
        box->setCurrentIndex(index);
}

} // namespace

SettingsDialog::SettingsDialog(Settings& settings, Theme* theme, const QString& thumbnailFolder,
                               QWidget* parent)
    : QDialog(parent), m_settings(settings), m_theme(theme), m_thumbnailFolder(thumbnailFolder),
      m_themeBefore(theme ? theme->choice() : settings.theme()), m_themeBox(new QComboBox(this)),
      m_model(new QComboBox(this)), m_device(new QComboBox(this)), m_threads(new QSpinBox(this)),
      m_catalog(new QComboBox(this)),
      m_server(new QLineEdit(this)), m_reader(new QLineEdit(this)), m_advance(new QCheckBox(this)),
      m_cacheSize(new QSpinBox(this)), m_purge(new QPushButton(tr("Delete thumbnails"), this)),
      m_problem(new QLabel(this))
{
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    m_themeBox->setObjectName(QStringLiteral("themeBox"));
    m_themeBox->addItem(tr("As the system"), int(ThemeChoice::System));
    m_themeBox->addItem(tr("Dark"), int(ThemeChoice::Dark));
    m_themeBox->addItem(tr("Light"), int(ThemeChoice::Light));
    select(m_themeBox, int(settings.theme()));
    connect(m_themeBox, &QComboBox::activated, this, [this] {
        if (m_theme)
            m_theme->setChoice(static_cast<ThemeChoice>(m_themeBox->currentData().toInt()));
    });

    m_model->setObjectName(QStringLiteral("modelBox"));
    fillModels();
    m_device->setObjectName(QStringLiteral("deviceBox"));
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    m_device->addItem(tr("CPU"), QStringLiteral("cpu"));
    m_device->addItem(tr("GPU (CUDA)"), QStringLiteral("cuda"));
    select(m_device, settings.device());
    m_threads->setObjectName(QStringLiteral("threadsBox"));
    m_threads->setRange(0, 256);
    m_threads->setSpecialValueText(tr("As the machine has cores"));
    m_threads->setValue(settings.threads());

    m_reader->setObjectName(QStringLiteral("readerField"));
    m_reader->setText(settings.readerName());
    m_reader->setToolTip(tr("Your name beside each label you give"));
    m_advance->setText(tr("Go on to the next image after deciding"));
    m_advance->setChecked(settings.advanceAfterLabel());
    m_catalog->setObjectName(QStringLiteral("catalogBox"));
    m_catalog->addItem(tr("In my own data"), int(CatalogLocation::User));
    m_catalog->addItem(tr("Beside each archive"), int(CatalogLocation::BesideArchive));
    m_catalog->setToolTip(tr("Where tags and labels are kept. Beside the archive they travel with it."));
    m_catalog->addItem(tr("On a server, with other desks"), int(CatalogLocation::Server));
    select(m_catalog, int(settings.catalogLocation()));
    m_server->setObjectName(QStringLiteral("serverField"));
    m_server->setText(settings.catalogServer());
    m_server->setPlaceholderText(QStringLiteral("postgresql://db.example.org/xrays?sslmode=verify-full"));
    m_server->setToolTip(tr("The address of the catalog, from who set up the server. The password is not part of it: it "
                            "comes from ~/.pgpass."));

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->addRow(sectionTitle(tr("Look"), this));
    form->addRow(tr("&Theme"), m_themeBox);
    form->addRow(sectionTitle(tr("Tagging"), this));
    form->addRow(tr("&Model"), m_model);
    form->addRow(tr("&Device"), m_device);
    form->addRow(tr("Th&reads"), m_threads);
    form->addRow(sectionTitle(tr("Labels"), this));
    form->addRow(tr("&Reader"), m_reader);
    form->addRow(QString(), m_advance);
    form->addRow(tr("&Catalog"), m_catalog);
    form->addRow(tr("A&ddress"), m_server);
    const auto showServer = [this, form] {
        form->setRowVisible(m_server, m_catalog->currentData().toInt() == int(CatalogLocation::Server));
    };
    connect(m_catalog, &QComboBox::currentIndexChanged, this, showServer);
    showServer();
    form->addRow(sectionTitle(tr("Thumbnails"), this));
    form->addRow(tr("&Space on disk"), buildThumbnails());

    m_problem->setProperty("tone", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_problem->setVisible(!settings.isWritable());
    m_problem->setText(tr("The settings file cannot be written; changes last until you close the program."));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 12, 24, 16);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addSpacing(16);
    layout->addWidget(buttons);
    setMinimumWidth(480);
}

void SettingsDialog::fillModels()
{
    m_model->addItem(tr("The one in use: shipped, or adopted last"), QLatin1String(kCurrentModel));
    for (const InstalledModel& model : installedModels()) {
        const QString name = QString::fromStdString(model.name);
        m_model->addItem(model.problem.empty() ? name : tr("%1 (cannot be used)").arg(name), name);
        m_model->setItemData(m_model->count() - 1, QString::fromStdString(model.problem),
                             Qt::ToolTipRole);
    }
    if (m_model->findData(m_settings.model()) < 0)
        m_model->addItem(m_settings.model(), m_settings.model());
    select(m_model, m_settings.model());
}

QWidget* SettingsDialog::buildThumbnails()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_cacheSize->setObjectName(QStringLiteral("cacheSizeBox"));
    m_cacheSize->setRange(64, 1 << 20);
    m_cacheSize->setSingleStep(256);
    m_cacheSize->setSuffix(tr(" MiB"));
    m_cacheSize->setValue(m_settings.thumbnailCacheMiB());
    m_purge->setToolTip(tr("Empties %1. Thumbnails show patients; they are made anew when needed.")
                            .arg(m_thumbnailFolder));
    m_purge->setAutoDefault(false);
    connect(m_purge, &QPushButton::clicked, this, [this] {
        m_purge->setEnabled(false);
        Q_EMIT purgeRequested();
    });
    layout->addWidget(m_cacheSize, 1);
    layout->addWidget(m_purge);
    return row;
}

void SettingsDialog::accept()
{
    const auto catalog = static_cast<CatalogLocation>(m_catalog->currentData().toInt());
    const QString server = m_server->text().trimmed();
    if (catalog == CatalogLocation::Server && !Catalog::isServer(server)) {
        m_problem->setText(tr("The address of a catalog on a server begins with postgresql://."));
        m_problem->show();
        m_server->setFocus();
        return;
    }
    const bool changed = m_settings.model() != m_model->currentData().toString()
                         || m_settings.device() != m_device->currentData().toString()
                         || m_settings.threads() != m_threads->value()
                         || m_settings.catalogLocation() != catalog
                         || (catalog == CatalogLocation::Server && m_settings.catalogServer() != server);
    const bool isOtherCacheSize = m_settings.thumbnailCacheMiB() != m_cacheSize->value();
    m_settings.setTheme(static_cast<ThemeChoice>(m_themeBox->currentData().toInt()));
    m_settings.setModel(m_model->currentData().toString());
    m_settings.setDevice(m_device->currentData().toString());
    m_settings.setThreads(m_threads->value());
    m_settings.setCatalogLocation(catalog);
    m_settings.setCatalogServer(server);
    m_settings.setReaderName(m_reader->text());
    m_settings.setAdvanceAfterLabel(m_advance->isChecked());
    m_settings.setThumbnailCacheMiB(m_cacheSize->value());
    m_settings.sync();
    QDialog::accept();
    if (isOtherCacheSize)
        Q_EMIT cacheSizeChanged();
    if (changed)
        Q_EMIT engineChanged();
}

void SettingsDialog::reject()
{
    if (m_theme)
        m_theme->setChoice(m_themeBefore);
    QDialog::reject();
}

void showAbout(QWidget* parent)
{
    auto* box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(SettingsDialog::tr("About Imaging Router"));
    box->setIconPixmap(QIcon(QStringLiteral(":/icons/app.svg")).pixmap(64, 64));
    box->setText(SettingsDialog::tr("<b>Imaging Router %1</b>").arg(QApplication::applicationVersion()));
    box->setInformativeText(
        SettingsDialog::tr("Sorts archives of X-rays by body part.\n\nThe tags are suggestions of a neural "
                           "network, made for sorting archives. They are no diagnosis.\n\n"
                           "Qt %1 · Apache License 2.0")
            .arg(QLatin1String(qVersion())));
    box->open();
}

} // namespace ir::ui
