// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/row.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// The Common Test Report Format (https://ctrf.io, version 1.0.0): what many other tools read. An error is `failed`
// and a missing test `other`; `rawStatus` says which. Durations are milliseconds.
namespace streamgate::parse_junit {

inline constexpr const char* k_ctrf_file = "ctrf.json";

// When the tests ran, in milliseconds since 1970; 0 when that is not known.
struct RunTimes {
  std::int64_t start = 0;
  std::int64_t stop = 0;
};

// Return what comes in front of the first test.
std::string ctrf_head();
// Append one test.
void append_ctrf(std::string& out, const Row& row);
// Return what comes behind the last one.
std::string ctrf_tail(const record::TestCounts& counts, RunTimes times);

} // namespace streamgate::parse_junit
