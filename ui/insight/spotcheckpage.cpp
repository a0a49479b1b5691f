#include "insight/spotcheckpage.h"

#include "insight/evaluationview.h"
#include "review/imagecanvas.h"
#include "review/keybar.h"
#include "support/formatting.h"

#include <QDir>
#include <QFile>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr const char* kExclude = "exclude"; ///< as Manifest::correct() takes it
constexpr std::size_t kAhead = 4;           ///< images loaded before they are asked for

} // namespace

SpotCheckPage::SpotCheckPage(DisplayLoader loader, QWidget* parent)
    : QWidget(parent), m_pictures(new PictureStore(std::move(loader), this)),
      m_canvas(new ImageCanvas(m_pictures, this)), m_file(new QLabel(this)), m_keys(new KeyBar(this))
{
    setObjectName(QStringLiteral("spotCheck"));
    setFocusPolicy(Qt::StrongFocus);
    m_file->setObjectName(QStringLiteral("spotCheckFile"));
    m_file->setProperty("tone", QStringLiteral("dim"));
    m_file->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_file->setFocusPolicy(Qt::NoFocus); // the keys are this page's
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_canvas, 1);
    layout->addWidget(m_file);
    layout->addWidget(m_keys);

    const auto key = [this](const char* name, const QString& cap, const QString& text, auto&& action) {
        KeyButton* button = m_keys->addKey(cap, text);
        button->setObjectName(QLatin1String(name));
        connect(button, &QAbstractButton::clicked, this, action);
        return button;
    };
    key("spotCheckPrevious", QStringLiteral("←"), tr("Previous"), [this] { move(-1); });
    key("spotCheckNext", QStringLiteral("→"), tr("Next"), [this] { move(1); });
    m_correcting << key("spotCheckExclude", QStringLiteral("X"), tr("Leave out"), [this] { decide(QLatin1String(kExclude)); })
                 << key("spotCheckTakeBack", QStringLiteral("⌫"), tr("Take back"), [this] { takeBack(); });
    m_inArchive = key("spotCheckInArchive", tr("Enter"), tr("Correct in the archive"), [this] {
        Q_EMIT fileRequested(QFile::decodeName(row().file.c_str()));
    });
    key("spotCheckClose", tr("Esc"), tr("Back to the figures"), [this] { Q_EMIT closed(); });
    connect(m_keys, &KeyBar::classClicked, this, &SpotCheckPage::decide);
    connect(m_canvas, &ImageCanvas::areaChanged, this, &SpotCheckPage::wish);
}

void SpotCheckPage::setRun(std::shared_ptr<const ComparisonRun> run, bool ofCatalog)
{
    m_run = std::move(run);
    m_ofCatalog = ofCatalog;
    m_rows.clear();
    m_corrections.clear();
    m_saved.clear();
    m_pictures->clear();
    for (QWidget* widget : m_correcting)
        widget->setVisible(!ofCatalog);
    m_inArchive->setVisible(ofCatalog);
    Q_EMIT correctionsChanged();
}

void SpotCheckPage::showRows(std::size_t model, std::vector<std::size_t> rows, std::size_t current,
                             const ClassStyles& styles)
{
    m_model = model;
    m_rows = std::move(rows);
    m_current = current;
    m_styles = styles;
    m_keys->setClasses(m_ofCatalog ? ClassStyles() : styles);
    m_keys->showLast(m_ofCatalog ? QString() : tr("A key says what the image really shows"));
    showRow();
    setFocus();
}

std::vector<Correction> SpotCheckPage::corrections() const
{
    std::vector<Correction> result;
    for (const auto& [path, correction] : m_corrections)
        result.push_back(correction);
    for (const auto& [path, correction] : m_saved)
        if (!m_corrections.contains(path))
            result.push_back({.path = path, .label = {}, .reason = {}});
    return result;
}

void SpotCheckPage::setSaved()
{
    m_saved = m_corrections;
    Q_EMIT correctionsChanged();
}

const Evaluation& SpotCheckPage::evaluation() const { return m_run->evaluations[m_model]; }

const Evaluation::Row& SpotCheckPage::row() const { return evaluation().rows[m_rows[m_current]]; }

ClassStyle SpotCheckPage::styleOf(const std::string& label) const
{
    ClassStyle style = m_styles.of(QString::fromStdString(label));
    if (label == kExclude) {
        style.display = tr("left out");
        style.letter = QStringLiteral("✕");
    }
    return style;
}

void SpotCheckPage::move(int step)
{
    const auto last = qsizetype(m_rows.size()) - 1;
    m_current = std::size_t(std::clamp<qsizetype>(qsizetype(m_current) + step, 0, last));
    showRow();
}

void SpotCheckPage::decide(const QString& label)
{
    if (m_ofCatalog || m_rows.empty())
        return;
    const Evaluation::Row& checked = row();
    const std::string decided = label.toStdString();
    if (decided == checked.label) { // the model is wrong: nothing to correct
        m_corrections.erase(checked.path);
        m_keys->showLast(tr("The label is right"));
    } else {
        const std::string said = evaluation().model.classes[std::size_t(checked.prediction->classIndex)];
        m_corrections[checked.path] = {
            .path = checked.path,
            .label = decided,
            .reason = tr("spot check: was %1; %2 says %3, %4")
                          .arg(QString::fromStdString(checked.label), modelDisplayName(evaluation().modelName),
                               QString::fromStdString(said), formatPercent(checked.prediction->confidence))
                          .toStdString()};
        m_keys->showLast(tr("%1 → %2").arg(styleOf(checked.label).display, styleOf(decided).display));
    }
    Q_EMIT correctionsChanged();
    move(1);
}

void SpotCheckPage::takeBack()
{
    if (m_rows.empty() || m_corrections.erase(row().path) == 0)
        return;
    m_keys->showLast(tr("Taken back"));
    Q_EMIT correctionsChanged();
    showRow();
}

void SpotCheckPage::showRow()
{
    const Evaluation::Row& shown = row();
    const auto& classes = evaluation().model.classes;
    QVector<ImageCanvas::Tag> tags{
        {.who = tr("Label"), .style = styleOf(shown.label)},
        {.who = tr("%1, %2").arg(modelDisplayName(evaluation().modelName), formatPercent(shown.prediction->confidence)),
         .style = styleOf(classes[std::size_t(shown.prediction->classIndex)]),
         .isSure = !shown.prediction->needsReview}};
    const auto corrected = m_corrections.find(shown.path);
    if (corrected != m_corrections.end())
        tags.append({.who = tr("You"), .style = styleOf(corrected->second.label)});
    m_canvas->showImage(ImageId(m_rows[m_current] + 1), tags);
    m_keys->markClass(corrected == m_corrections.end() ? QString() : QString::fromStdString(corrected->second.label));
    m_file->setText(QDir::toNativeSeparators(QFile::decodeName(shown.file.c_str())));
    m_keys->showStatus(tr("%1 of %2").arg(formatCount(qint64(m_current) + 1), formatImages(qint64(m_rows.size()))));
    wish();
}

void SpotCheckPage::wish()
{
    QVector<PictureStore::Wish> wishes;
    for (std::size_t i = m_current; i < std::min(m_rows.size(), m_current + kAhead); ++i)
        wishes.append({ImageId(m_rows[i] + 1), QFile::decodeName(evaluation().rows[m_rows[i]].file.c_str())});
    m_pictures->want(wishes);
}

void SpotCheckPage::keyPressEvent(QKeyEvent* event)
{
    const bool isShifted = event->modifiers() == Qt::ShiftModifier;
    if (m_rows.empty() || (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) != 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down:
    case Qt::Key_PageDown:
    case Qt::Key_Space:
        return move(1);
    case Qt::Key_Left:
    case Qt::Key_Up:
    case Qt::Key_PageUp:
        return move(-1);
    case Qt::Key_Backspace:
        return takeBack();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_ofCatalog)
            Q_EMIT fileRequested(QFile::decodeName(row().file.c_str()));
        return; // not the dialog's default button
    case Qt::Key_Escape:
        Q_EMIT closed();
        return;
    default:
        break;
    }
    for (const ClassStyle& style : m_styles.all())
        if (style.key > 0 && event->text() == QString::number(style.key))
            return decide(style.name);
    if (isShifted && m_styles.contains(m_styles.ofLetter(event->text())))
        return decide(m_styles.ofLetter(event->text()));
    if (event->key() == Qt::Key_X && !isShifted)
        return decide(QLatin1String(kExclude));
    QWidget::keyPressEvent(event);
}

} // namespace ir::ui
