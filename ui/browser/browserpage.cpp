#include "browser/browserpage.h"

#include "browser/classsidebar.h"
#include "browser/detailspanel.h"
#include "browser/emptystate.h"
#include "browser/filterbar.h"
#include "browser/foldertree.h"
#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "settings/settings.h"

#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("type", QStringLiteral("section"));
    label->setContentsMargins(12, 8, 12, 4);
    return label;
}

QWidget* titled(const QString& title, QWidget* content, QWidget* parent)
{
    auto* panel = new QWidget(parent);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(heading(title, panel));
    layout->addWidget(content, 1);
    return panel;
}

} // namespace

BrowserPage::BrowserPage(Settings& settings, ImageListModel* images, ThumbnailProvider* thumbnails,
                         DisplayLoader loader, QWidget* parent)
    : QWidget(parent), m_settings(settings), m_images(images),
      m_splitter(new QSplitter(Qt::Horizontal, this)), m_left(new QWidget(m_splitter)),
      m_leftSplitter(new QSplitter(Qt::Vertical, m_left)), m_folders(new FolderTree(m_left)),
      m_classes(new ClassSidebar(images, m_left)), m_filterBar(new FilterBar(this)),
      m_stack(new QStackedWidget(this)), m_grid(new ImageGridView(thumbnails, m_stack)),
      m_empty(new EmptyState(m_stack)),
      m_large(new LargeView(images, thumbnails, loader, m_stack)),
      m_details(new DetailsPanel(images, thumbnails, loader, m_splitter))
{
    setObjectName(QStringLiteral("browserPage"));
    buildLeft();
    buildMiddle();
    m_splitter->addWidget(m_details);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({228, 752, 300});
    m_splitter->restoreState(settings.splitterState(QStringLiteral("main")));
    m_leftSplitter->restoreState(settings.splitterState(QStringLiteral("left")));
    m_details->splitter()->restoreState(settings.splitterState(QStringLiteral("details")));
    m_left->setVisible(settings.leftPanelShown());
    m_details->setVisible(settings.rightPanelShown());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);

    connectKeys();
    setOrder(settings.order());
    setTileSize(settings.tileSize());
    connect(m_details, &DetailsPanel::openRequested, this, [this] { openLarge(m_current); });
    connect(images, &ImageListModel::countsChanged, this, &BrowserPage::updateMiddle);
    connect(images, &ImageListModel::modelReset, this, &BrowserPage::updateMiddle);
    connect(images, &ImageListModel::rowsInserted, this, &BrowserPage::updateMiddle);
    connect(images, &ImageListModel::staleChanged, m_filterBar, &FilterBar::setStale);
}

void BrowserPage::buildLeft()
{
    m_left->setObjectName(QStringLiteral("sidePanel"));
    m_left->setAttribute(Qt::WA_StyledBackground);
    m_left->setMinimumWidth(160);
    m_leftSplitter->addWidget(titled(tr("Archive"), m_folders, m_leftSplitter));
    m_leftSplitter->addWidget(titled(tr("Classes"), m_classes, m_leftSplitter));
    m_leftSplitter->setChildrenCollapsible(false);
    m_leftSplitter->setStretchFactor(0, 1);
    m_leftSplitter->setSizes({320, 330});
    auto* layout = new QVBoxLayout(m_left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_leftSplitter);

    connect(m_folders, &FolderTree::folderChosen, this, [this](const QString& folder) {
        RowFilter filter = m_images->filter();
        filter.folder = folder;
        setFilter(filter);
    });
    connect(m_classes, &ClassSidebar::filterChosen, this,
            [this](const QStringList& classes, RowStates states) {
                RowFilter filter = m_images->filter();
                filter.classes = classes;
                filter.states = states;
                setFilter(filter);
            });
    connect(m_classes, &ClassSidebar::imagesDropped, this,
            [this](const QVector<qint64>& images, const QString& name) {
                Q_EMIT labelRequested(images, name);
            });
}

void BrowserPage::buildMiddle()
{
    auto* middle = new QWidget(m_splitter);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filterBar);
    column->addWidget(m_stack, 1);
    m_splitter->addWidget(middle);
    m_grid->setObjectName(QStringLiteral("grid"));
    m_grid->setModel(m_images);
    m_grid->setFrameShape(QFrame::NoFrame);
    m_grid->setContextMenuPolicy(Qt::CustomContextMenu);
    for (QWidget* page : {static_cast<QWidget*>(m_grid), static_cast<QWidget*>(m_empty),
                          static_cast<QWidget*>(m_large)})
        m_stack->addWidget(page);

    const auto change = [this](auto set) {
        RowFilter filter = m_images->filter();
        set(filter);
        setFilter(filter);
    };
    connect(m_filterBar, &FilterBar::textChosen, this, [change](const QString& text) {
        change([&](RowFilter& filter) { filter.text = text; });
    });
    connect(m_filterBar, &FilterBar::statesChosen, this, [change](RowStates states) {
        change([&](RowFilter& filter) { filter.states = states; });
    });
    connect(m_filterBar, &FilterBar::confidenceChosen, this, [change](float low, float high) {
        change([&](RowFilter& filter) {
            filter.minConfidence = low;
            filter.maxConfidence = high;
        });
    });
    connect(m_filterBar, &FilterBar::orderChosen, this, &BrowserPage::setOrder);
    connect(m_filterBar, &FilterBar::tileSizeChosen, this, &BrowserPage::setTileSize);
    connect(m_filterBar, &FilterBar::refreshRequested, m_images, &ImageListModel::refresh);
    connect(m_filterBar, &FilterBar::searchLeft, m_grid,
            [this] { m_grid->setFocus(Qt::ShortcutFocusReason); });
    connect(m_empty, &EmptyState::actionRequested, this, [this] {
        if (m_images->rows().fileCount() > 0)
            setFilter({});
        else
            Q_EMIT openFolderRequested();
    });
}

void BrowserPage::connectKeys()
{
    connect(m_grid, &ImageGridView::classKeyPressed, this, [this](int key) {
        if (const QString name = classOfKey(key); !name.isEmpty())
            Q_EMIT labelRequested(targets(), name);
    });
    connect(m_large, &LargeView::classKeyPressed, this, [this](int key) {
        if (const QString name = classOfKey(key); !name.isEmpty())
            Q_EMIT labelRequested(targets(), name);
    });
    const auto labelByLetter = [this](const QString& letter) {
        if (const QString name = m_images->classStyles().ofLetter(letter); !name.isEmpty())
            Q_EMIT labelRequested(targets(), name);
    };
    connect(m_grid, &ImageGridView::classLetterPressed, this, labelByLetter);
    connect(m_large, &LargeView::classLetterPressed, this, labelByLetter);
    connect(m_grid, &ImageGridView::acceptRequested, this,
            [this] { Q_EMIT acceptRequested(targets()); });
    connect(m_large, &LargeView::acceptRequested, this,
            [this] { Q_EMIT acceptRequested(targets()); });
    connect(m_grid, &ImageGridView::clearLabelRequested, this,
            [this] { Q_EMIT labelRequested(targets(), QString()); });
    connect(m_large, &LargeView::clearLabelRequested, this,
            [this] { Q_EMIT labelRequested(targets(), QString()); });
    connect(m_grid, &ImageGridView::undoRequested, this, &BrowserPage::undoRequested);
    connect(m_large, &LargeView::undoRequested, this, &BrowserPage::undoRequested);
    connect(m_grid, &ImageGridView::redoRequested, this, &BrowserPage::redoRequested);
    connect(m_large, &LargeView::redoRequested, this, &BrowserPage::redoRequested);
    connect(m_grid, &ImageGridView::openRequested, this, &BrowserPage::openLarge);
    connect(m_large, &LargeView::closed, this, &BrowserPage::showGrid);
    connect(m_large, &LargeView::fileChanged, this, &BrowserPage::currentMoved);
    connect(m_grid, &ImageGridView::selectionMoved, this, [this] {
        currentMoved();
        reportShown();
    });
    connect(m_grid, &ImageGridView::tileSizeChanged, this, &BrowserPage::setTileSize);
    connect(m_grid, &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        Q_EMIT contextMenuRequested(m_grid->viewport()->mapToGlobal(position));
    });
}

void BrowserPage::start(const QString& folder, const QStringList& classes)
{
    m_large->clear();
    m_images->clear();
    m_images->setClasses(classes);
    m_folders->setRoot(folder);
    m_classes->rebuild();
    m_details->clear();
    m_current = 0;
    m_scanning = true;
    setFilter({});
    updateMiddle();
    m_grid->setFocus(Qt::OtherFocusReason);
}

void BrowserPage::addFiles(const QVector<FileSummary>& files)
{
    m_images->addFiles(files);
    m_folders->addFiles(files);
}

void BrowserPage::updateFiles(const QVector<FileSummary>& files)
{
    m_images->updateFiles(files);
    for (const FileSummary& file : files)
        if (file.id == m_current)
            currentMoved();
}

void BrowserPage::setScanning(bool scanning)
{
    m_scanning = scanning;
    updateMiddle();
}

void BrowserPage::setFilter(const RowFilter& filter)
{
    m_images->setFilter(filter);
    m_filterBar->showFilter(filter);
    m_classes->showFilter(filter);
    m_folders->showFolder(filter.folder);
    updateMiddle();
}

void BrowserPage::setOrder(const RowOrder& order)
{
    m_images->setOrder(order);
    m_filterBar->showOrder(order);
    m_settings.setOrder(order);
}

void BrowserPage::setTileSize(int side)
{
    m_grid->setTileSize(side);
    m_filterBar->showTileSize(m_grid->tileSize());
    m_settings.setTileSize(m_grid->tileSize());
}

void BrowserPage::updateMiddle()
{
    reportShown();
    if (isLarge())
        return;
    if (m_images->rowCount() > 0) {
        m_stack->setCurrentWidget(m_grid);
        return;
    }
    if (m_images->rows().fileCount() > 0)
        m_empty->showState(tr("No image matches"), tr("The filter hides all images of this folder."),
                           tr("Show all images"));
    else if (m_scanning)
        m_empty->showState(tr("Looking for images…"), tr("They show here as they are found."), {});
    else
        m_empty->showState(tr("No X-rays here"),
                           tr("Neither this folder nor those in it hold DICOM, PNG, JPEG or TIFF files."),
                           tr("Open another folder…"));
    m_stack->setCurrentWidget(m_empty);
}

void BrowserPage::reportShown()
{
    Q_EMIT shownChanged(m_images->rowCount(), m_images->rows().fileCount(), m_grid->selectedCount());
}

bool BrowserPage::isLarge() const { return m_stack->currentWidget() == m_large; }

void BrowserPage::openLarge(FileId file)
{
    if (file == 0)
        return;
    m_stack->setCurrentWidget(m_large);
    m_large->open(file);
    currentMoved();
}

void BrowserPage::reveal(FileId file)
{
    if (m_images->rowOfFile(file) < 0)
        setFilter({});
    openLarge(file);
}

void BrowserPage::showGrid(FileId current)
{
    m_stack->setCurrentWidget(m_grid);
    m_grid->setCurrentFile(current);
    m_grid->setFocus(Qt::OtherFocusReason);
    updateMiddle();
    currentMoved();
}

void BrowserPage::currentMoved()
{
    m_current = isLarge() ? m_large->fileId() : m_grid->currentFileId();
    if (const FileSummary* file = m_images->findFile(m_current))
        m_details->showFile(*file);
    else
        m_details->clear();
    Q_EMIT currentFileChanged(m_current);
}

QVector<ImageId> BrowserPage::targets() const
{
    if (!isLarge())
        return m_grid->selectedImageIds();
    const ImageId image = m_large->imageId();
    return image == 0 ? QVector<ImageId>() : QVector<ImageId>{image};
}

FileId BrowserPage::currentFile() const { return m_current; }

void BrowserPage::advance()
{
    if (!m_settings.advanceAfterLabel() || (!isLarge() && m_grid->selectedCount() != 1))
        return;
    for (int row = m_images->rowOfFile(m_current) + 1; row < m_images->rowCount(); ++row) {
        const FileSummary& file = m_images->fileAt(row);
        if (file.status != FileStatus::Ok || !file.label.isEmpty())
            continue;
        if (isLarge())
            m_large->open(file.id);
        else
            m_grid->setCurrentFile(file.id);
        return;
    }
}

QString BrowserPage::classOfKey(int key) const
{
    for (const ClassStyle& style : m_images->classStyles().all())
        if (style.key == key)
            return style.name;
    return {};
}

QWidget* BrowserPage::rightPanel() const { return m_details; }

void BrowserPage::saveState()
{
    m_settings.setSplitterState(QStringLiteral("main"), m_splitter->saveState());
    m_settings.setSplitterState(QStringLiteral("left"), m_leftSplitter->saveState());
    m_settings.setSplitterState(QStringLiteral("details"), m_details->splitter()->saveState());
}

} // namespace ir::ui
