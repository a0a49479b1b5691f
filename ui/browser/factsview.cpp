#include "browser/factsview.h"

#include "browser/factvalue.h"
#include "style/icons.h"
#include "support/formatting.h"

#include <QDir>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

/// One act of an annotation project, in words.
QString whatWasDone(const ReviewEvent& event, const ClassStyles& styles)
{
    const QString label = styles.of(QString::fromStdString(event.label)).display;
    switch (event.act) {
    case ReviewAct::Adjudicate:
        return FactsView::tr("%1, decided").arg(label);
    case ReviewAct::Unsure:
        return FactsView::tr("unsure, round %1").arg(event.round);
    case ReviewAct::TakeBack:
        return FactsView::tr("taken back, round %1").arg(event.round);
    case ReviewAct::Flag:
        return FactsView::tr("flagged for discussion");
    case ReviewAct::Comment:
        return QStringLiteral("“") + QString::fromStdString(event.comment) + QStringLiteral("”");
    default:
        return event.round == repeatRound ? FactsView::tr("%1, again").arg(label)
                                          : FactsView::tr("%1, round %2").arg(label).arg(event.round);
    }
}

} // namespace

FactsView::FactsView(QWidget* parent) : QWidget(parent), m_patientButton(new QToolButton(this))
{
    setObjectName(QStringLiteral("detailsBody"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 12);
    layout->setSpacing(4);
    m_history = addSection(layout, tr("Labels"), "historySection");
    m_annotation = addSection(layout, tr("Annotation"), "annotationSection");
    m_header = addSection(layout, tr("Header"), "headerSection");
    m_patient = addSection(layout, tr("Patient"), "patientSection");
    m_patientButton->setObjectName(QStringLiteral("patientButton"));
    m_patientButton->setCheckable(true);
    m_patientButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_patientButton->setIconSize(QSize(16, 16));
    connect(m_patientButton, &QToolButton::toggled, this, &FactsView::showPatient);
    layout->addWidget(m_patientButton);
    m_file = addSection(layout, tr("File"), "fileSection");
    layout->addStretch(1);
    clear();
}

FactsView::Section FactsView::addSection(QVBoxLayout* layout, const QString& title, const char* name)
{
    Section section;
    section.title = new QLabel(title, this);
    section.title->setProperty("type", QStringLiteral("section"));
    section.title->setContentsMargins(0, 8, 0, 0);
    section.body = new QWidget(this);
    section.body->setObjectName(QLatin1String(name));
    section.form = new QFormLayout(section.body);
    section.form->setContentsMargins(0, 0, 0, 0);
    section.form->setHorizontalSpacing(8);
    section.form->setVerticalSpacing(4);
    section.form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    layout->addWidget(section.title);
    layout->addWidget(section.body);
    return section;
}

void FactsView::begin(Section& section) { section.used = 0; }

void FactsView::add(Section& section, const QString& name, const QString& value)
{
    if (value.isEmpty())
        return;
    if (section.used == section.values.size()) {
        auto* label = new QLabel(this);
        label->setProperty("tone", QStringLiteral("dim"));
        label->setProperty("type", QStringLiteral("small"));
        label->setFixedWidth(84);
        label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        auto* field = new FactValue(this);
        section.form->addRow(label, field);
        section.values.append(field);
    }
    FactValue* field = section.values.at(section.used);
    auto* label = qobject_cast<QLabel*>(section.form->labelForField(field));
    label->setText(name);
    field->setAccessibleName(name);
    field->showValue(value);
    section.form->setRowVisible(field, true);
    ++section.used;
}

void FactsView::add(Section& section, const QString& name, const std::string& value)
{
    add(section, name, QString::fromStdString(value));
}

void FactsView::end(Section& section)
{
    for (int i = section.used; i < section.values.size(); ++i)
        section.form->setRowVisible(section.values.at(i), false);
    section.title->setVisible(section.used > 0);
    section.body->setVisible(section.used > 0);
}

void FactsView::clear() { showDetails({}, {}); }

void FactsView::showDetails(const FileDetails& details, const ClassStyles& styles)
{
    const bool isSame = details.summary.id == m_details.summary.id && details.summary.id != 0;
    m_details = details;
    showHistory(styles);
    showHeader();
    const ImageFacts& facts = details.facts;
    const bool hasPatient = !facts.patientName.empty() || !facts.patientId.empty()
                            || !facts.patientBirthDate.empty();
    m_patientButton->setVisible(hasPatient);
    if (!isSame) {
        m_patientButton->setChecked(false);
        showTraces({}, styles);
    }
    showPatient(m_patientButton->isChecked());
    showFile();
}

void FactsView::showHeader()
{
    const ImageFacts& facts = m_details.facts;
    begin(m_header);
    add(m_header, tr("Modality"), facts.modality);
    add(m_header, tr("Body part"), facts.bodyPartExamined);
    add(m_header, tr("View"), facts.viewPosition);
    add(m_header, tr("Study"), facts.studyDescription);
    add(m_header, tr("Series"), facts.seriesDescription);
    add(m_header, tr("Study date"), formatDicomDate(QString::fromStdString(facts.studyDate)));
    QStringList person{QString::fromStdString(facts.patientSex),
                       QString::fromStdString(facts.patientAge)};
    person.removeAll(QString());
    add(m_header, tr("Sex, age"), person.join(QStringLiteral(", ")));
    QStringList device{QString::fromStdString(facts.manufacturer),
                       QString::fromStdString(facts.manufacturerModelName)};
    device.removeAll(QString());
    add(m_header, tr("Device"), device.join(u' '));
    if (facts.rows > 0) {
        QString size = tr("%1 × %2").arg(formatCount(facts.columns), formatCount(facts.rows));
        if (facts.bitsStored > 0)
            size += tr(", %1 bit").arg(facts.bitsStored);
        if (facts.frames > 1)
            size += tr(", %1 frames").arg(formatCount(facts.frames));
        add(m_header, tr("Pixels"), size);
    }
    add(m_header, tr("Photometric"), facts.photometricInterpretation);
    add(m_header, tr("Encoding"), facts.transferSyntax);
    add(m_header, tr("Image UID"), facts.sopInstanceUid);
    end(m_header);
}

void FactsView::showPatient(bool shown)
{
    const ImageFacts& facts = m_details.facts;
    m_patientButton->setIcon(icon(shown ? QStringLiteral("eye-off") : QStringLiteral("eye")));
    m_patientButton->setText(shown ? tr("Hide patient") : tr("Show patient"));
    begin(m_patient);
    if (shown) {
        add(m_patient, tr("Name"), facts.patientName);
        add(m_patient, tr("ID"), facts.patientId);
        add(m_patient, tr("Born"), formatDicomDate(QString::fromStdString(facts.patientBirthDate)));
    }
    end(m_patient);
}

void FactsView::showFile()
{
    const FileSummary& file = m_details.summary;
    begin(m_file);
    if (file.id != 0) {
        const qsizetype slash = file.path.lastIndexOf(u'/');
        add(m_file, tr("Name"), file.path.mid(slash + 1));
        add(m_file, tr("Folder"), QDir::toNativeSeparators(file.path.left(slash)));
        add(m_file, tr("Size"), formatBytes(file.size));
        add(m_file, tr("SHA-256"), m_details.digest);
        add(m_file, tr("Problem"), file.reason);
    }
    end(m_file);
}

void FactsView::showTraces(const QVector<ReviewTrace>& traces, const ClassStyles& styles)
{
    begin(m_annotation);
    for (const ReviewTrace& trace : traces)
        for (auto it = trace.events.crbegin(); it != trace.events.crend(); ++it) {
            const QDateTime time = QDateTime::fromMSecsSinceEpoch(it->timeMs);
            add(m_annotation, QString::fromStdString(it->reader),
                whatWasDone(*it, styles) + u'\n' + trace.project + u'\n'
                    + QLocale().toString(time, QStringLiteral("yyyy-MM-dd HH:mm")));
        }
    end(m_annotation);
}

void FactsView::showHistory(const ClassStyles& styles)
{
    begin(m_history);
    for (auto it = m_details.history.crbegin(); it != m_details.history.crend(); ++it) {
        QString what = it->label.isEmpty() ? tr("label taken back")
                                           : styles.of(it->label).display;
        if (it->isUndo)
            what += tr(" (undo)");
        else if (!it->label.isEmpty() && it->label == it->predictedClass)
            what += tr(", as the model said");
        const QString time =
            QLocale().toString(it->time.toLocalTime(), QStringLiteral("yyyy-MM-dd HH:mm"));
        add(m_history, it->reader, what + u'\n' + time);
    }
    end(m_history);
}

} // namespace ir::ui
