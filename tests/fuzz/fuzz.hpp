// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

// What every fuzz target needs. A target is a file <name>_fuzz.cpp that defines `fuzz`: libfuzzer.cpp calls it with
// what libFuzzer makes up (scripts/test fuzz), replay.cpp with the files of corpus/<name> (an ordinary unit test).
namespace streamgate::fuzz {

// Try one input; ends the process by `expect` when a promise does not hold.
void fuzz(std::string_view input);

// End the process with `promise`, which the code under test broke, unless `holds`.
inline void expect(bool holds, std::string_view promise)
{
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

// Split at the first line end: a parameter, and the text proper.
inline std::pair<std::string_view, std::string_view> first_line(std::string_view input)
{
  const auto end = input.find('\n');
  if (end == std::string_view::npos) return {input, {}};
  return {input.substr(0, end), input.substr(end + 1)};
}

} // namespace streamgate::fuzz
