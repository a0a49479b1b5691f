#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace ir {

/// What went wrong, for people: `message` is one sentence saying which file, what is wrong and, where
/// there is something to do, what to do; `detail` is for the log (a library's own words), may be empty.
/// Neither holds a patient's name.
struct Error
{
    std::string message;
    std::string detail;
};

/// A value or the reason why there is none. Exceptions of third-party libraries stop at the room that
/// wraps them and become an Error.
template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(std::string message, std::string detail = {})
{
    return tl::unexpected<Error>(Error{std::move(message), std::move(detail)});
}

} // namespace ir
