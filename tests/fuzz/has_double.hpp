// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"

#include <algorithm>

namespace streamgate::fuzz {

// Return true when `value` holds a number with a fraction or an exponent: printing is exact, reading is not quite.
inline bool has_double(const json::Value& value)
{
  if (value.IsDouble()) return value.GetDouble() != 0;
  if (value.IsArray()) return std::ranges::any_of(value.GetArray(), has_double);
  if (!value.IsObject()) return false;
  return std::ranges::any_of(value.GetObject(), [](const auto& member) { return has_double(member.value); });
}

} // namespace streamgate::fuzz
