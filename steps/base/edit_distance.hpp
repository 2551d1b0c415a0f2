// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate {

// Return how many single-character insertions, deletions and replacements turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Return the candidate nearest to `text` when it is near enough to be a slip (a third of its length), else "".
std::string nearest_of(std::string_view text, const std::vector<std::string>& candidates);

// Return up to `most` candidates, nearest first, that share a beginning with `text` or are near it.
std::vector<std::string> near_ones(std::string_view text, const std::vector<std::string>& candidates, std::size_t most);

} // namespace streamgate
