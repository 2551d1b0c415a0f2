// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streamgate::utf8 {

// Return true when `text` is well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF).
bool valid(std::string_view text);

// Return `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
std::string repair(std::string_view text);

// Return at most `bytes` bytes of `text`, cut between characters, with "…" in the end when something was cut off
// (the "…" is within the limit; a limit below 3 gives plain cutting).
std::string truncate(std::string_view text, std::size_t bytes);

} // namespace streamgate::utf8
