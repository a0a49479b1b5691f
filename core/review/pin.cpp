#include "review/pin.h"

#include <sodium.h>

#include <array>

namespace ir {

namespace {

/// Any number of times, from any thread (libsodium's documentation).
bool isSodiumReady()
{
    return sodium_init() >= 0;
}

} // namespace

Result<std::string> hashOfPin(std::string_view pin)
{
    if (pin.size() > longestPin)
        return failure("A PIN has at most " + std::to_string(longestPin) +
                       " characters: choose a shorter one.");
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (!isSodiumReady() || crypto_pwhash_str_alg(hash.data(), pin.data(), pin.size(),
                                                  crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                                  crypto_pwhash_MEMLIMIT_INTERACTIVE,
                                                  crypto_pwhash_ALG_ARGON2ID13) != 0)
        return failure("There is not enough memory (64 MiB) to keep a PIN safely: close other "
                       "programs, then try again.");
    return std::string(hash.data());
}

bool isPinOf(std::string_view pin, const std::string& hash)
{
    return isSodiumReady() && pin.size() <= longestPin && hash.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash.c_str(), pin.data(), pin.size()) == 0;
}

} // namespace ir
