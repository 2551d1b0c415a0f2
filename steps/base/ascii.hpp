// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Letters of ASCII alone, whatever the locale: names of protocols and formats.
namespace streamgate::ascii {

constexpr char lower(char c)
{
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string text);

// Return true when both are the same but for the case of their letters.
bool same_nocase(std::string_view a, std::string_view b);

} // namespace streamgate::ascii
