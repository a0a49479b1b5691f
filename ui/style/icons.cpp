#include "style/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

// Outside of namespaces, as Qt asks for.
static void initStaticResources() { Q_INIT_RESOURCE(resources); }

namespace ir::ui {

namespace {

class LineIconEngine : public QIconEngine
{
public:
    LineIconEngine(const QString& name, Role role) : m_name(name), m_role(role) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const Role role = mode == QIcon::Disabled ? Role::DimText : m_role;
        QByteArray svg = source();
        svg.replace("currentColor", color(role).name().toLatin1());
        QSvgRenderer renderer(svg);
        painter->save();
        if (mode == QIcon::Disabled)
            painter->setOpacity(0.5);
        renderer.render(painter, rect);
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(m_name, m_role); }
    bool isNull() override { return source().isEmpty(); }

private:
    [[nodiscard]] const QByteArray& source()
    {
        if (m_source.isEmpty()) {
            QFile file(QStringLiteral(":/icons/%1.svg").arg(m_name));
            if (file.open(QIODevice::ReadOnly))
                m_source = file.readAll();
        }
        return m_source;
    }

    QString m_name;
    Role m_role;
    QByteArray m_source;
};

} // namespace

void initResources() { initStaticResources(); }

QIcon icon(const QString& name, Role role)
{
    initResources();
    return QIcon(new LineIconEngine(name, role));
}

} // namespace ir::ui
