#include "base/homefolder.h"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace ir {

void setHomeIfMissing()
{
    const char* home = std::getenv("HOME");
    if (home && *home)
        return;
    if (const passwd* user = ::getpwuid(::geteuid()); user && user->pw_dir && *user->pw_dir)
        ::setenv("HOME", user->pw_dir, 1);
}

} // namespace ir
