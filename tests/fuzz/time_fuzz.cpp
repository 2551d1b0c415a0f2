// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"
#include "fuzz.hpp"

#include <string>

namespace streamgate::fuzz {

void fuzz(std::string_view input)
{
  if (const auto time = parse_rfc3339(input)) {
    const auto printed = to_rfc3339(*time);
    const auto again = parse_rfc3339(printed);
    expect(again.has_value() && *again == *time, "a time that was printed is parsed as it was");
  }
  if (const auto duration = parse_duration(input)) {
    expect(*duration >= Duration(0), "a duration is not negative");
    const auto again = parse_duration(std::to_string(duration->count()) + "ms");
    expect(again.has_value() && *again == *duration, "a duration in milliseconds is the same");
    expect(!to_text(*duration).empty(), "a duration can be told");
  }
}

} // namespace streamgate::fuzz
