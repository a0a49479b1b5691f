#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

namespace ir {

/// An open file of the operating system; closed when destroyed.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor() { (void)close(); }
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    [[nodiscard]] int get() const { return m_fd; }
    /// False (see errno): what was written may not have arrived; network file systems say so only here.
    [[nodiscard]] bool close();

private:
    int m_fd = -1;
};

/// Writes all of the bytes: 0, or errno.
[[nodiscard]] int writeAll(int fd, std::string_view bytes);

/// Waits until the names in a folder are on the disk, where the file system can; files are not waited for.
void syncFolder(const std::filesystem::path& folder);

} // namespace ir
