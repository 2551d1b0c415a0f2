// SPDX-License-Identifier: Apache-2.0
#include "analysis/shape.hpp"

#include "analysis/words.hpp"

#include <algorithm>
#include <array>

namespace streamgate::analysis {
namespace {

bool is_shape_char(char c)
{
  return is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool names_number(std::string_view word)
{
  constexpr std::array<std::string_view, 8> before{"code",   "status", "exit",   "Code",
                                                   "Status", "HTTP",   "signal", "StatusCode"};
  return std::ranges::find(before, word) != before.end();
}

} // namespace

std::vector<std::string_view> shape_of(std::string_view normal)
{
  std::vector<std::string_view> out;
  while (true) {
    normal.remove_prefix(static_cast<std::size_t>(std::ranges::find_if(normal, is_shape_char) - normal.begin()));
    if (normal.empty()) return out;
    auto word =
        normal.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(normal, is_shape_char) - normal.begin()));
    normal.remove_prefix(word.size());
    const bool number = all_digits(word) && (out.empty() || !names_number(out.back()));
    if (number || word == "TIME" || is_placeholder(word)) word = k_any;
    if (word != k_any || out.empty() || out.back() != k_any) out.push_back(word);
  }
}

std::string joined(const std::vector<std::string_view>& shape)
{
  std::string out;
  for (const auto word : shape) out.append(out.empty() ? "" : " ").append(word);
  return out;
}

} // namespace streamgate::analysis
