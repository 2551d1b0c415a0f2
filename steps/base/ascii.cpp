// SPDX-License-Identifier: Apache-2.0
#include "base/ascii.hpp"

#include <algorithm>

namespace streamgate::ascii {

std::string lower(std::string text)
{
  for (char& c : text) c = lower(c);
  return text;
}

bool same_nocase(std::string_view a, std::string_view b)
{
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace streamgate::ascii
