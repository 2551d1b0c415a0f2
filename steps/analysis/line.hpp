// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/names.hpp"

#include <string>
#include <string_view>

namespace streamgate::analysis {

// Longest normal form of a line, in bytes.
inline constexpr std::size_t k_longest_line = 400;

// Return one pass of the normal form over a single line without control characters: blanks, times, made-up values and
// names, map[...] in order; a line that is too long loses its middle.
std::string normal_line(std::string_view line, Values& values);

} // namespace streamgate::analysis
