// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"
#include "fuzz.hpp"
#include "has_double.hpp"

#include <string>

namespace streamgate::fuzz {

void fuzz(std::string_view input)
{
  const auto parsed = yaml::parse(input, "input");
  if (!parsed) {
    expect(!parsed.error().message.empty(), "a refusal says why");
    return;
  }
  const auto printed = json::dump(*parsed);
  const auto as_json = json::parse(printed, "printed");
  expect(as_json.has_value(), "what YAML gives is JSON");
  if (!has_double(*parsed)) expect(*as_json == *parsed, "and the same as JSON");
  // JSON is YAML, but for what a YAML text may not hold as it is, what ends a line for libyaml, and its limit of a
  // key's length.
  constexpr std::size_t k_longest_key = 1000;
  for (const char* differs : {"\u0085", "\u2028", "\u2029"}) {
    if (printed.find(differs) != std::string::npos) return;
  }
  if (printed.size() > k_longest_key) return;
  const auto again = yaml::parse(printed, "printed");
  if (!again && again.error().message.contains("is not allowed: write it as an escape")) return;
  expect(again.has_value() && *again == *parsed, "parsing what is printed gives the same value");
}

} // namespace streamgate::fuzz
