#include "catalog/place_p.h"

#include <QUrl>
#include <QUrlQuery>
#include <QUuid>

#include <algorithm>

namespace ir::catalog {

namespace {

/// A value of a libpq connection string.
QString quoted(QString value)
{
    value.replace(u'\\', QLatin1String("\\\\")).replace(u'\'', QLatin1String("\\'"));
    return QString(u'\'' + value + u'\'');
}

bool isKeyword(const QString& key)
{
    return !key.isEmpty() && std::all_of(key.cbegin(), key.cend(), [](QChar letter) {
        return (letter >= u'a' && letter <= u'z') || letter == u'_';
    });
}

tl::unexpected<Error> refused(const QUrl& url, const char* why)
{
    return failure("The catalog " +
                   url.toString(QUrl::RemovePassword | QUrl::RemoveQuery).toStdString() +
                   " cannot be opened: " + why);
}

} // namespace

bool isServerUrl(const QString& text)
{
    return text.startsWith(QLatin1String("postgresql://")) ||
           text.startsWith(QLatin1String("postgres://"));
}

Result<Place> placeOf(const QString& text)
{
    Place place;
    place.name = text;
    if (!isServerUrl(text))
        return place;
    place.dialect = Dialect::PostgreSql;
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid())
        return failure("The catalog's address is no URL: write postgresql://user@host/database.",
                       url.errorString().toStdString());
    constexpr const char* passwordAdvice =
        "its address holds a password, which others could read in lists of programs and in logs. "
        "Take it out "
        "and put it into ~/.pgpass, or name a file with the keyword passfile or a service.";
    if (!url.password().isEmpty())
        return refused(url, passwordAdvice);
    if (url.hasFragment())
        return refused(url, "a # in its address must be written %23.");
    place.host = url.host();
    place.port = url.port(0);
    place.user = url.userName(QUrl::FullyDecoded);
    place.database = url.path(QUrl::FullyDecoded).mid(1);

    bool namesDatabase = !place.database.isEmpty();
    bool namesApplication = false;
    bool namesTimeout = false;
    QStringList options;
    for (const auto& [key, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded)) {
        if (key == QLatin1String("password") || key == QLatin1String("sslpassword"))
            return refused(url, passwordAdvice);
        // Qt takes ';' for the end of a keyword wherever it stands.
        if (!isKeyword(key) || value.contains(u';'))
            return refused(
                url, "after the ? there must be keywords of libpq, such as sslmode=verify-full, "
                     "and no semicolon.");
        namesDatabase |= key == QLatin1String("service") || key == QLatin1String("dbname");
        namesApplication |= key == QLatin1String("application_name");
        namesTimeout |= key == QLatin1String("connect_timeout");
        options.append(QString(key + u'=' + quoted(value)));
    }
    if (!namesDatabase)
        return refused(url, "it must say which database: postgresql://host/database.");
    if (!namesApplication)
        options.append(QStringLiteral("application_name='Imaging Router'"));
    if (!namesTimeout)
        options.append(QStringLiteral("connect_timeout='15'")); // seconds; libpq's own is for ever
    place.options = options.join(u';');
    place.desk = QUuid::createUuid().toString(QUuid::Id128);
    return place;
}

} // namespace ir::catalog
