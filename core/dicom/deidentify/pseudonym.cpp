#include "dicom/deidentify/pseudonym.h"

#include "base/atomicfile.h"
#include "base/digest.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

namespace ir {

namespace {

constexpr std::size_t kKeyBytes = 32;

int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string toHex(std::string_view bytes)
{
    std::string hex;
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        hex.push_back("0123456789abcdef"[byte >> 4]);
        hex.push_back("0123456789abcdef"[byte & 15]);
    }
    return hex;
}

/// Big-endian bytes as a decimal number.
std::string decimal(std::array<std::uint8_t, 16> bytes)
{
    std::string digits;
    while (std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte != 0; })) {
        unsigned rest = 0;
        for (std::uint8_t& byte : bytes) {
            const unsigned value = rest << 8 | byte;
            byte = static_cast<std::uint8_t>(value / 10);
            rest = value % 10;
        }
        digits.push_back(static_cast<char>('0' + rest));
    }
    std::ranges::reverse(digits);
    return digits.empty() ? "0" : digits;
}

std::uint64_t leading64(std::string_view mac)
{
    std::uint64_t value = 0;
    for (const char c : mac.substr(0, 8))
        value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
}

} // namespace

Result<PseudonymKey> PseudonymKey::random()
{
    std::string bytes(kKeyBytes, '\0');
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return failure(std::string("The system gives no random numbers: ") + std::strerror(errno) +
                       ".");
    return PseudonymKey(std::move(bytes));
}

Result<PseudonymKey> PseudonymKey::read(const std::filesystem::path& path)
{
    auto text = readFile(path, 4096);
    if (!text)
        return tl::unexpected(text.error());
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
        text->pop_back();
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text->size(); i += 2) {
        const int high = nibble((*text)[i]);
        const int low = nibble((*text)[i + 1]);
        if (high < 0 || low < 0)
            break;
        bytes.push_back(static_cast<char>(high << 4 | low));
    }
    if (bytes.size() != kKeyBytes || text->size() != 2 * kKeyBytes)
        return failure(path.string() + " is no key: a key file holds 64 hexadecimal digits.");
    return PseudonymKey(std::move(bytes));
}

Result<PseudonymKey> PseudonymKey::create(const std::filesystem::path& path)
{
    auto key = random();
    if (!key)
        return key;
    const auto cannot = [&] {
        return failure("Cannot write the key " + path.string() + ": " + std::strerror(errno) + ".");
    };
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return cannot();
    const std::string text = toHex(key->m_key) + "\n";
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    if (::close(file) != 0 || !written) {
        auto error = cannot();
        ::unlink(path.c_str());
        return error;
    }
    return key;
}

std::string PseudonymKey::mac(std::string_view purpose, std::string_view text) const
{
    return hmacSha256(m_key, std::string(purpose) + '\0' + std::string(text));
}

std::string PseudonymKey::uid(std::string_view original) const
{
    const std::string bytes = mac("uid", original);
    std::array<std::uint8_t, 16> uuid{};
    std::transform(bytes.begin(), bytes.begin() + 16, uuid.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    uuid[6] = static_cast<std::uint8_t>(0x80 | (uuid[6] & 0x0F)); // version 8: custom (RFC 9562)
    uuid[8] = static_cast<std::uint8_t>(0x80 | (uuid[8] & 0x3F));
    return "2.25." + decimal(uuid);
}

std::string PseudonymKey::patient(std::string_view identity) const
{
    return "P-" + toHex(mac("patient", identity).substr(0, 8));
}

int PseudonymKey::days(std::string_view identity) const
{
    return 1 + static_cast<int>(leading64(mac("days", identity)) % 3652);
}

std::optional<std::string> shiftedDate(std::string_view value, int days)
{
    using namespace std::chrono;
    if (value.size() < 8 ||
        !std::all_of(value.begin(), value.begin() + 8, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t count) {
        int result = 0;
        std::from_chars(value.data() + from, value.data() + from + count, result);
        return result;
    };
    const year_month_day date(year(number(0, 4)), month(static_cast<unsigned>(number(4, 2))),
                              day(static_cast<unsigned>(number(6, 2))));
    if (!date.ok())
        return std::nullopt;
    const year_month_day moved(sys_days(date) - std::chrono::days(days));
    if (static_cast<int>(moved.year()) < 1)
        return std::nullopt;
    const auto padded = [](int n, std::size_t width) {
        std::string digits = std::to_string(n);
        return std::string(width - std::min(width, digits.size()), '0') + digits;
    };
    return padded(static_cast<int>(moved.year()), 4) +
           padded(static_cast<int>(static_cast<unsigned>(moved.month())), 2) +
           padded(static_cast<int>(static_cast<unsigned>(moved.day())), 2) +
           std::string(value.substr(8));
}

} // namespace ir
