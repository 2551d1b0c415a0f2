// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expat.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// What makes expat safe against hostile files: a limit on its memory, and bytes that it would stop at.
namespace streamgate::parse_junit {

// expat holds a whole tag at a time. A file whose one tag needs more than this is refused instead of the memory taken.
inline constexpr std::size_t k_memory_limit = std::size_t{32} << 20U;

// Allocation for expat that refuses to go beyond k_memory_limit. The count is per thread: one parser at a time in a
// thread.
extern const XML_Memory_Handling_Suite k_limited_memory;

// Replace the control characters that XML forbids even as they stand (ANSI colours in output: ESC) by '?', and return
// how many there were.
std::int64_t replace_forbidden(std::span<char> bytes);

// Return true when a file that begins with `head` (up to four bytes) is in UTF-16 or UTF-32, where such bytes are
// halves of letters.
bool wide_encoding(std::string_view head);

} // namespace streamgate::parse_junit
