#include "nn/classnames.h"

#include <set>

namespace ir {

Result<void> checkClassNames(const std::vector<std::string>& classes)
{
    const std::set<std::string> different(classes.begin(), classes.end());
    if (different.size() != classes.size() || different.contains("") || classes.size() < 2 || classes.size() > 1000)
        return failure("The classes must be 2 to 1000 different names.");
    return {};
}

} // namespace ir
