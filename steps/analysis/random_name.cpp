// SPDX-License-Identifier: Apache-2.0
#include "analysis/random_name.hpp"

#include "analysis/words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace streamgate::analysis {
namespace {

// For each first letter the second ones (a is bit 0) that follow it in fewer than one of 2,000 pairs of letters,
// counted over the words of Tekton's and Kubernetes' sources.
constexpr std::array<std::uint32_t, 26> k_rare{
    {0x2C14290, 0x3E8A6EE, 0x2E1A262, 0x2E986E4, 0x2000280, 0x2E5B6C4, 0x3E1962E, 0x3E5BEEE, 0x1510780,
     0x3FBFFEF, 0x3E1FEEF, 0x2C336E6, 0x2E326E4, 0x3C10202, 0x3010290, 0x3E1366E, 0x3EFFFFF, 0x2C10280,
     0x2C1324A, 0x2813642, 0x3D14680, 0x1CDBECE, 0x3F19E6E, 0x3F77EEB, 0x3F35FFF, 0x3FFFFEE}};

std::size_t rare_pairs(std::string_view letters)
{
  std::size_t out = 0;
  for (std::size_t i = 1; i < letters.size(); ++i)
    out += k_rare[static_cast<std::size_t>(letters[i - 1] - 'a')] >> static_cast<unsigned>(letters[i] - 'a') & 1U;
  return out;
}

} // namespace

bool is_kubernetes_random(std::string_view text)
{
  return text.find_first_not_of("bcdfghjklmnpqrstvwxz2456789") == std::string_view::npos;
}

bool is_random_suffix(std::string_view text)
{
  constexpr std::array<std::string_view, 5> words{"https", "http2", "ppc64", "xhtml", "grpcs"};
  if (text.size() == 5) return is_kubernetes_random(text) && std::ranges::find(words, text) == words.end();
  return text.size() == 8 && std::ranges::all_of(text, is_lower) && rare_pairs(text) >= 2;
}

} // namespace streamgate::analysis
