#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

#include <memory>

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ir::test {

/// A PostgreSQL server of Debian's package in a folder of its own, for one test program; it ends
/// with it, even where that one is killed. Logins over its socket need no password, those over
/// 127.0.0.1 do.
class PostgresServer
{
public:
    /// The program's one server, started when it is first asked for; nullptr where it cannot be:
    /// `why` says so.
    [[nodiscard]] static PostgresServer* instance(QString* why = nullptr)
    {
        static QString reason;
        static const std::unique_ptr<PostgresServer> server = start(reason);
        if (why != nullptr)
            *why = reason;
        return server.get();
    }

    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    ~PostgresServer()
    {
        ::kill(static_cast<pid_t>(m_server.processId()), SIGINT); // "fast" shutdown
        if (!m_server.waitForFinished(10'000))
            m_server.kill();
    }

    /// Makes an empty database; its URL, as `login`.
    [[nodiscard]] QString freshDatabase()
    {
        const QString name = QStringLiteral("test_%1").arg(++m_databases);
        return sql(QStringLiteral("postgres"), QStringLiteral("CREATE DATABASE %1").arg(name))
                   ? url(name)
                   : QString();
    }
    /// A database's URL over the socket.
    [[nodiscard]] QString url(const QString& database,
                              const QString& login = QStringLiteral("postgres")) const
    {
        return QStringLiteral("postgresql:///%1?user=%2&host=%3")
            .arg(database, login, m_dir.path());
    }
    /// The same over 127.0.0.1, where `login` needs a password.
    [[nodiscard]] QString networkUrl(const QString& database, const QString& login) const
    {
        return QStringLiteral("postgresql://%1@127.0.0.1:%2/%3")
            .arg(login)
            .arg(m_port)
            .arg(database);
    }
    /// Runs statements as the server's superuser, by psql; false: refused.
    bool sql(const QString& database, const QString& statements) const
    {
        QProcess psql;
        psql.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        psql.start(m_programs + QStringLiteral("/psql"),
                   {QStringLiteral("-qX"), QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"),
                    QStringLiteral("-h"), m_dir.path(), QStringLiteral("-U"),
                    QStringLiteral("postgres"), QStringLiteral("-d"), database,
                    QStringLiteral("-c"), statements});
        return psql.waitForFinished(30'000) && psql.exitCode() == 0;
    }

private:
    PostgresServer() = default;

    static std::unique_ptr<PostgresServer> start(QString& reason)
    {
        std::unique_ptr<PostgresServer> server(new PostgresServer);
        for (int version = 20; version >= 15 && server->m_programs.isEmpty(); --version) {
            const QString folder = QStringLiteral("/usr/lib/postgresql/%1/bin").arg(version);
            if (QFile::exists(folder + QStringLiteral("/initdb")))
                server->m_programs = folder;
        }
        if (server->m_programs.isEmpty())
            reason = QStringLiteral("there is no PostgreSQL 15 (package postgresql)");
        else
            server->begin(reason);
        return reason.isEmpty() ? std::move(server) : nullptr;
    }

    void begin(QString& reason)
    {
        const QString data = m_dir.filePath(QStringLiteral("data"));
        if (::geteuid() == 0) // a server does not run as root
            QProcess::execute(QStringLiteral("chown"), {QStringLiteral("postgres"), m_dir.path()});
        QProcess initdb;
        asServer(initdb, QStringLiteral("initdb"),
                 {QStringLiteral("-D"), data, QStringLiteral("-U"), QStringLiteral("postgres"),
                  QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"),
                  QStringLiteral("--no-sync"), QStringLiteral("--auth-local=trust"),
                  QStringLiteral("--auth-host=scram-sha-256")});
        if (!initdb.waitForFinished(60'000) || initdb.exitCode() != 0) {
            reason = QStringLiteral("initdb failed: ") +
                     QString::fromUtf8(initdb.readAllStandardError());
            return;
        }
        m_port = freePort();
        m_server.setStandardErrorFile(m_dir.filePath(QStringLiteral("log")));
        m_server.setStandardOutputFile(QProcess::nullDevice());
        asServer(m_server, QStringLiteral("postgres"),
                 {QStringLiteral("-D"), data, QStringLiteral("-k"), m_dir.path(),
                  QStringLiteral("-c"), QStringLiteral("listen_addresses=127.0.0.1"),
                  QStringLiteral("-c"), QStringLiteral("port=%1").arg(m_port), QStringLiteral("-c"),
                  QStringLiteral("unix_socket_permissions=0777"), QStringLiteral("-c"),
                  QStringLiteral("fsync=off"), QStringLiteral("-c"),
                  QStringLiteral("max_connections=200"), QStringLiteral("-c"),
                  QStringLiteral("shared_buffers=64MB")});
        qputenv("PGPORT", QByteArray::number(m_port)); // the socket is named by it, too
        for (int tries = 0; tries < 200; ++tries) {
            QProcess ready;
            ready.start(m_programs + QStringLiteral("/pg_isready"),
                        {QStringLiteral("-q"), QStringLiteral("-h"), m_dir.path()});
            if (ready.waitForFinished() && ready.exitCode() == 0)
                return;
            ::usleep(50'000);
        }
        reason = QStringLiteral("the server did not start");
    }

    /// Of 127.0.0.1; as a rule, nobody takes it in the moment between.
    static int freePort()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address); // as the socket interface wants it
        const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
        ::bind(probe, any, size);
        ::getsockname(probe, any, &size);
        ::close(probe);
        return ntohs(address.sin_port);
    }

    /// As the user postgres where we are root, and ended by the kernel when we are.
    void asServer(QProcess& process, const QString& program, const QStringList& arguments) const
    {
        QStringList all{QStringLiteral("--pdeathsig"), QStringLiteral("QUIT")};
        if (::geteuid() == 0)
            all << QStringLiteral("--reuid=postgres") << QStringLiteral("--regid=postgres")
                << QStringLiteral("--clear-groups");
        all << m_programs + u'/' + program;
        process.setWorkingDirectory(m_dir.path());
        process.start(QStringLiteral("setpriv"), all + arguments);
        process.waitForStarted();
    }

    QTemporaryDir m_dir;
    QString m_programs;
    QProcess m_server;
    int m_port = 0;
    int m_databases = 0;
};

} // namespace ir::test
