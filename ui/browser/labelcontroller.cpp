#include "browser/labelcontroller.h"

#include "browser/imagelistmodel.h"
#include "settings/settings.h"

namespace ir::ui {

LabelController::LabelController(ImageListModel* model, const Settings& settings, QObject* parent)
    : QObject(parent), m_model(model), m_settings(settings)
{}

void LabelController::setCatalog(Catalog* catalog, const std::string& modelId)
{
    if (m_catalog)
        m_catalog->disconnect(this);
    m_catalog = catalog;
    m_modelId = modelId;
    m_before.clear();
    setUndoState({});
    if (!catalog)
        return;
    connect(catalog, &Catalog::labelsChanged, this, &LabelController::labelsChanged);
    connect(catalog, &Catalog::failed, this, &LabelController::storeFailed);
    connect(catalog, &Catalog::labelsChangedElsewhere, this, [this](QHash<qint64, QString> labels) {
        // Our own steps on their way come after what others did: theirs would flicker.
        for (const auto& own : std::as_const(m_before))
            for (const ImageLabel& one : own)
                labels.remove(one.image);
        m_model->setLabels(labels);
        Q_EMIT stored(labels.keys());
    });
    connect(catalog, &Catalog::changesMissed, this, [this] {
        Q_EMIT failed(tr("The catalog's server was out of reach for a while: open the folder again to see what "
                         "others did meanwhile."));
    });
}

void LabelController::setLabel(const QVector<ImageId>& images, const QString& label)
{
    if (!m_catalog || images.isEmpty())
        return;
    QVector<ImageLabel> labels;
    labels.reserve(images.size());
    for (const ImageId image : images)
        labels.append(ImageLabel{image, label});
    change(labels);
    m_catalog->setLabel(images, label, m_settings.readerName(), m_modelId);
}

void LabelController::accept(const QVector<ImageId>& images)
{
    if (!m_catalog)
        return;
    QVector<ImageLabel> labels;
    QVector<ImageId> predicted;
    for (const ImageId image : images) {
        const auto files = m_model->rows().filesOfImage(image);
        if (files.empty() || m_model->rows().file(files.front()).predictedClass.isEmpty())
            continue;
        labels.append(ImageLabel{image, m_model->rows().file(files.front()).predictedClass});
        predicted.append(image);
    }
    if (predicted.isEmpty())
        return;
    change(labels);
    m_catalog->acceptPredictions(predicted, m_settings.readerName(), m_modelId);
}

void LabelController::undo()
{
    if (!m_catalog)
        return;
    m_before.enqueue({});
    m_catalog->undo(m_settings.readerName());
}

void LabelController::redo()
{
    if (!m_catalog)
        return;
    m_before.enqueue({});
    m_catalog->redo(m_settings.readerName());
}

void LabelController::change(const QVector<ImageLabel>& labels)
{
    QVector<ImageLabel> before;
    before.reserve(labels.size());
    for (const ImageLabel& one : labels)
        before.append(ImageLabel{one.image, m_model->rows().labelOf(one.image)});
    m_before.enqueue(before);
    m_model->applyLabels(labels);
}

void LabelController::labelsChanged(const QHash<qint64, QString>& labelOfImage,
                                    const QString& message, const UndoState& state)
{
    if (!m_before.isEmpty())
        m_before.dequeue();
    // What a later step has changed already stays as that step says.
    QHash<qint64, QString> labels = labelOfImage;
    for (const auto& later : std::as_const(m_before))
        for (const ImageLabel& one : later)
            labels.remove(one.image);
    m_model->setLabels(labels);
    setUndoState(state);
    if (!message.isEmpty())
        Q_EMIT done(message);
    Q_EMIT stored(labelOfImage.keys());
}

void LabelController::storeFailed(const QString& message)
{
    if (!m_before.isEmpty())
        m_model->applyLabels(m_before.dequeue());
    Q_EMIT failed(message);
}

void LabelController::setUndoState(const UndoState& state)
{
    m_undoState = state;
    Q_EMIT undoStateChanged(state);
}

} // namespace ir::ui
