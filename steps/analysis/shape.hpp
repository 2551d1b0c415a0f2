// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::analysis {

// Stands in a shape for what may differ: placeholders, times and numbers, however many in a row.
inline constexpr std::string_view k_any = "#";

// Return the words of a normal form that tell its cause: letters, digits and '_' in their order, with `k_any` for the
// rest. A number after "code", "status", "exit" and the like is a word: 403 is not 404. The views are into `normal`.
std::vector<std::string_view> shape_of(std::string_view normal);

// Return the words with a blank between.
std::string joined(const std::vector<std::string_view>& shape);

} // namespace streamgate::analysis
