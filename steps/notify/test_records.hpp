// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "notify/notice.hpp"

#include <string>
#include <vector>

namespace streamgate::notify::test {

// A run's verdict and what failed in it: ids "suite/spec/NAME", each of category regression and owner "pipelines".
inline NoticeSource source_of(record::VerdictWord word, const std::vector<std::string>& failed = {})
{
  NoticeSource out;
  out.gate = "nightly";
  out.verdict.run = "run-2";
  out.verdict.suite = "smoke";
  out.verdict.verdict = word;
  out.verdict.summary = std::string(name_of(word)) + " run";
  out.verdict.started = out.verdict.finished = "2026-03-01T10:00:00Z";
  out.verdict.counts.planned = 10;
  out.verdict.components = {{"pipeline", "refs/pull/12/head", "0123456789012345678901234567890123456789"}};
  constexpr std::array k_exit{0, 1, 2, 3};
  out.verdict.exit_code = k_exit.at(static_cast<std::size_t>(word));
  if (word != record::VerdictWord::passed) out.verdict.reasons = {{"TestFailed", "a reason", "a hint"}};
  out.failures.emplace();
  for (const auto& name : failed) {
    record::Failure failure;
    failure.id = "suite/spec/" + name;
    failure.category = "regression";
    failure.title = "Regression";
    failure.owner = "pipelines";
    failure.cluster = "c1";
    failure.message = "expected 1, was 2";
    out.failures->failures.push_back(failure);
  }
  return out;
}

// The last run of the same gate.
inline record::HistoryRun last_of(record::VerdictWord word, const std::vector<std::string>& failed = {})
{
  record::HistoryRun out;
  out.run = "run-1";
  out.time = "2026-02-28T10:00:00Z";
  out.gate = "nightly";
  out.suite = "smoke";
  out.verdict = word;
  for (const auto& name : failed)
    out.tests.push_back({"suite/spec/" + name, record::TestStatus::failed, false, 1.0, "c1"});
  return out;
}

} // namespace streamgate::notify::test
