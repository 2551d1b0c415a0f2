// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/junit.hpp"
#include "record/tests.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <vector>

namespace streamgate::parse_junit::test_support {

// A row that owns its texts, so that tests can look at it after the reader has gone on.
inline record::TestResult owned(const Row& row)
{
  return {std::string(row.id), std::string(row.suite),   std::string(row.name),   row.status, row.attempts,
          row.duration_s,      std::string(row.message), std::string(row.detail), row.flaky};
}

struct Read {
  std::vector<record::TestResult> rows;
  ReadEnd end;
};

inline Read read_xml(std::string_view text, std::size_t piece = std::size_t{64} << 10U)
{
  Read out;
  const RowSink sink = [&](const Row& row) { out.rows.push_back(owned(row)); };
  out.end = read_junit(text, "s", sink, piece);
  return out;
}

// "<id> <status>" of each row.
inline std::vector<std::string> statuses_of(const Read& read)
{
  std::vector<std::string> out;
  for (const auto& row : read.rows) out.push_back(fmt::format("{} {}", row.id, name_of(row.status)));
  return out;
}

// ASCII as UTF-16, with a byte order mark or without.
inline std::string utf16(std::string_view ascii, bool big, bool mark)
{
  std::string out = !mark ? "" : big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    out += big ? '\0' : c;
    out += big ? c : '\0';
  }
  return out;
}

} // namespace streamgate::parse_junit::test_support
