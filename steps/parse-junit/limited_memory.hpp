// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expat.h>

#include <cstddef>

// What makes expat safe against hostile files: a limit on its memory.
namespace streamgate::parse_junit {

// expat holds a whole tag at a time. A file whose one tag needs more than this is refused instead of the memory taken.
inline constexpr std::size_t k_memory_limit = std::size_t{32} << 20U;

// Allocation for expat that refuses to go beyond k_memory_limit. The count is per thread: one parser at a time in a
// thread.
extern const XML_Memory_Handling_Suite k_limited_memory;

} // namespace streamgate::parse_junit
