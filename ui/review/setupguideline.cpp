#include "review/setupguideline.h"

#include "review/picturestore.h"
#include "style/classstyle.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

constexpr int kImageRole = Qt::UserRole + 1;
constexpr int kLabelRole = Qt::UserRole + 2;
constexpr int kPathRole = Qt::UserRole + 3;
constexpr int kPicture = 96;

} // namespace

SetupGuideline::SetupGuideline(const SetupContext& context, const DisplayLoader& loader, QWidget* parent)
    : QWidget(parent), m_pictures(new PictureStore(loader, this)), m_text(new QPlainTextEdit(this)),
      m_examples(new QListWidget(this)), m_add(new QPushButton(this)), m_remove(new QPushButton(tr("Remove"), this))
{
    for (const FileSummary& file : context.selected)
        if (file.imageId != 0)
            m_selected.append(file);
    m_text->setObjectName(QStringLiteral("setupGuideline"));
    m_text->setAccessibleName(tr("Guideline"));
    m_text->setPlaceholderText(tr("What belongs to which class, and what to do in doubt. Markdown; readers see it beside "
                                  "the image with G."));
    m_examples->setObjectName(QStringLiteral("setupExamples"));
    m_examples->setAccessibleName(tr("Example images"));
    m_examples->setViewMode(QListView::IconMode);
    m_examples->setMovement(QListView::Static);
    m_examples->setResizeMode(QListView::Adjust);
    m_examples->setIconSize(QSize(kPicture, kPicture));
    m_examples->setGridSize(QSize(kPicture + 24, kPicture + 40));
    m_examples->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_add->setObjectName(QStringLiteral("setupAddExamples"));
    m_add->setAutoDefault(false);
    m_add->setText(m_selected.isEmpty() ? tr("Add examples")
                                        : tr("Add the %1 selected in the browser").arg(formatCount(m_selected.size())));
    m_add->setEnabled(!m_selected.isEmpty());
    m_remove->setAutoDefault(false);
    m_remove->setEnabled(false);
    auto* examples = new QLabel(tr("Examples: select images in the browser, then come here"), this);
    examples->setProperty("tone", QStringLiteral("dim"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 16, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_text, 3);
    column->addWidget(examples);
    column->addWidget(m_examples, 2);
    column->addLayout(buttons);
    const int side = qRound(kPicture * devicePixelRatioF());
    m_pictures->setArea(QSize(side, side));
    connect(m_text, &QPlainTextEdit::textChanged, this, &SetupGuideline::changed);
    connect(m_add, &QPushButton::clicked, this, &SetupGuideline::addSelected);
    connect(m_remove, &QPushButton::clicked, this, &SetupGuideline::removeChosen);
    connect(m_examples, &QListWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_examples->selectedItems().isEmpty()); });
    connect(m_pictures, &PictureStore::found, this, [this](qint64 image) {
        const PictureStore::Picture* picture = m_pictures->find(image);
        for (int row = 0; picture && row < m_examples->count(); ++row)
            if (m_examples->item(row)->data(kImageRole).toLongLong() == image)
                m_examples->item(row)->setIcon(QPixmap::fromImage(picture->image));
    });
}

void SetupGuideline::addSelected()
{
    QSet<qint64> known;
    for (int row = 0; row < m_examples->count(); ++row)
        known.insert(m_examples->item(row)->data(kImageRole).toLongLong());
    for (const FileSummary& file : m_selected) {
        if (known.contains(file.imageId))
            continue;
        known.insert(file.imageId);
        auto* item = new QListWidgetItem(displayClassName(file.finalClass()), m_examples);
        item->setData(kImageRole, file.imageId);
        item->setData(kLabelRole, file.finalClass());
        item->setData(kPathRole, file.path);
    }
    QVector<PictureStore::Wish> wishes;
    for (int row = 0; row < m_examples->count(); ++row)
        wishes.append({m_examples->item(row)->data(kImageRole).toLongLong(),
                       m_examples->item(row)->data(kPathRole).toString()});
    m_pictures->want(wishes);
    Q_EMIT changed();
}

void SetupGuideline::removeChosen()
{
    qDeleteAll(m_examples->selectedItems());
    Q_EMIT changed();
}

QString SetupGuideline::text() const { return m_text->toPlainText().trimmed(); }

std::vector<ReviewExample> SetupGuideline::examples() const
{
    std::vector<ReviewExample> examples;
    for (int row = 0; row < m_examples->count(); ++row) {
        const QListWidgetItem* item = m_examples->item(row);
        examples.push_back({item->data(kImageRole).toLongLong(), item->data(kLabelRole).toString().toStdString(), {}});
    }
    return examples;
}

} // namespace ir::ui
