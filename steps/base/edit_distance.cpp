// SPDX-License-Identifier: Apache-2.0
#include "base/edit_distance.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace streamgate {

std::size_t edit_distance(std::string_view a, std::string_view b)
{
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < b.size(); ++k) {
      const auto replaced = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest_of(std::string_view text, const std::vector<std::string>& candidates)
{
  std::pair<std::size_t, std::string> best{std::max<std::size_t>(1, text.size() / 3) + 1, ""};
  for (const auto& candidate : candidates) best = std::min(best, {edit_distance(text, candidate), candidate});
  return best.second;
}

std::vector<std::string> near_ones(std::string_view text, const std::vector<std::string>& candidates, std::size_t most)
{
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(text, candidate);
    const bool begins = !text.empty() && candidate.starts_with(text);
    if (begins || distance <= std::max<std::size_t>(2, text.size() / 2))
      ranked.emplace_back(begins ? 0 : distance, candidate);
  }
  std::ranges::sort(ranked);
  std::vector<std::string> out;
  for (auto& [distance, candidate] : ranked) {
    if (out.size() < most) out.push_back(std::move(candidate));
  }
  return out;
}

} // namespace streamgate
