// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "record/history.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace streamgate::analysis::test {

// The time that the tests take for now: no full day or hour.
inline WallTime now()
{
  return *parse_rfc3339("2026-03-31T12:34:56Z");
}

inline record::HistoryTest passed(const std::string& id)
{
  return {id, record::TestStatus::passed, false, 1, ""};
}

inline record::HistoryTest flaky(const std::string& id)
{
  return {id, record::TestStatus::passed, true, 1, ""};
}

inline record::HistoryTest other(const std::string& id, record::TestStatus status)
{
  return {id, status, false, 1, ""};
}

inline record::HistoryTest failed(const std::string& id)
{
  return other(id, record::TestStatus::failed);
}

// A run that finished at `time`, with the verdict that its tests make.
inline record::HistoryRun run_at(const std::string& name, WallTime time, std::vector<record::HistoryTest> tests)
{
  record::HistoryRun out;
  out.run = name;
  out.time = to_rfc3339(time);
  out.suite = "smoke";
  out.verdict = record::VerdictWord::passed;
  for (const auto& one : tests) {
    if (one.status == record::TestStatus::failed) out.verdict = record::VerdictWord::failed;
  }
  out.tests = std::move(tests);
  return out;
}

} // namespace streamgate::analysis::test
