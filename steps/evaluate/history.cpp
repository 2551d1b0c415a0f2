// SPDX-License-Identifier: Apache-2.0
#include "evaluate/history.hpp"

#include "record/history_file.hpp"

#include <fmt/format.h>

#include <utility>

namespace streamgate::evaluate {

History read_history(const record::RunDir& run_dir, const std::string& gate, const std::string& suite,
                     const std::set<std::string>& except)
{
  History out;
  analysis::TestHistory tests;
  const auto read = record::read_history(run_dir.path(record::HistoryRun::k_file), [&](const record::HistoryRun& run) {
    if (run.gate != gate || (!suite.empty() && run.suite != suite) || except.contains(run.run)) return;
    if (tests.add(run) == analysis::Taken::yes) ++out.runs;
  });
  if (!read) {
    out.problem = read.error().code == ErrorCode::not_found ? "no earlier run was published, or nobody fetched them"
                                                            : read.error().text();
    return out;
  }
  if (read->broken > 0)
    out.problem = fmt::format("{} lines of history.jsonl cannot be read: {}", read->broken, read->problems.front());
  if (read->broken > 0 && out.runs == 0) return out; // none rather than an empty one
  out.tests = std::move(tests);
  return out;
}

} // namespace streamgate::evaluate
