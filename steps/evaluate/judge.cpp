// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judge.hpp"

#include "base/utf8.hpp"
#include "evaluate/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::evaluate {
namespace {

constexpr std::size_t k_summary_limit = 400;

// True when `finding` only follows from `cause`: an error of the same stage or an earlier one ended the run there.
bool explains(const Finding& cause, const Finding& finding)
{
  if (&cause == &finding || cause.weight >= finding.weight || cause.stage > finding.stage) return false;
  const bool ended_run =
      cause.weight == Weight::crash || cause.weight == Weight::step_error || cause.weight == Weight::lost_task;
  if (!ended_run) return false;
  if (finding.weight == Weight::absence) return true;
  // A proof that did not succeed and a source that is not complete are what the step that ended with an error reports.
  const bool same = cause.stage == finding.stage && cause.weight != Weight::lost_task;
  return same && (finding.weight == Weight::proof || finding.stage == Stage::results);
}

// Of several records that are absent only the first says something new.
Findings without_consequences(const Findings& all)
{
  Findings out;
  bool absence = false;
  for (const auto& finding : all) {
    const bool explained = std::ranges::any_of(all, [&](const Finding& cause) { return explains(cause, finding); });
    const bool known = std::ranges::any_of(
        out, [&](const Finding& kept) { return kept.code == finding.code && kept.text == finding.text; });
    const bool later_absence = finding.weight == Weight::absence && absence;
    if (explained || known || later_absence) continue;
    absence = absence || finding.weight == Weight::absence;
    out.push_back(finding);
  }
  return out;
}

Findings find_all(const Evidence& evidence)
{
  Findings out;
  find_step_errors(evidence, out);
  find_tasks(evidence, out);
  find_plan_and_images(evidence, out);
  find_proof(evidence, out);
  find_suites(evidence, out);
  find_results(evidence, out);
  std::ranges::stable_sort(out, {}, [](const Finding& finding) { return std::pair(finding.weight, finding.stage); });
  return without_consequences(out);
}

record::VerdictWord word_of(ExitStatus status)
{
  switch (status) {
  case ExitStatus::passed:
    return record::VerdictWord::passed;
  case ExitStatus::failed:
    return record::VerdictWord::failed;
  case ExitStatus::error:
    return record::VerdictWord::error;
  case ExitStatus::failed_and_error:
    break;
  }
  return record::VerdictWord::failed_and_error;
}

std::string one_line(std::string text)
{
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return utf8::truncate(text, k_summary_limit);
}

std::string summary_of(const record::Verdict& verdict)
{
  const auto& counts = verdict.counts;
  const auto tests =
      fmt::format("{} of {} planned tests ran, {} passed", counts.executed, counts.planned, counts.passed);
  if (verdict.reasons.empty()) return fmt::format("passed: {}", tests);
  const auto more = verdict.reasons.size() - 1;
  return one_line(fmt::format("{}: {}{} ({})", name_of(verdict.verdict), verdict.reasons.front().text,
                              more > 0 ? fmt::format("; and {} more", more) : "", tests));
}

bool proven(const Evidence& evidence, std::optional<record::Proof> record::Deploy::*which)
{
  return evidence.deploy && ((*evidence.deploy).*which) && ((*evidence.deploy).*which)->proven;
}

void describe(const Evidence& evidence, const std::string& fallback_run, record::Verdict& to)
{
  to.run = evidence.plan ? evidence.plan->run : fallback_run;
  if (evidence.plan) {
    to.started = evidence.plan->created;
    to.suite = evidence.plan->suite.name;
    for (const auto& component : evidence.plan->components)
      to.components.push_back({component.name, component.ref, component.commit});
  }
  if (to.suite.empty() && !evidence.suites.empty()) to.suite = evidence.suites.front().name;
  if (evidence.results) to.counts = evidence.results->counts;
  to.proven_before = proven(evidence, &record::Deploy::before);
  to.proven_after = proven(evidence, &record::Deploy::after);
}

} // namespace

ExitStatus status_of(record::VerdictWord word) noexcept
{
  switch (word) {
  case record::VerdictWord::passed:
    return ExitStatus::passed;
  case record::VerdictWord::failed:
    return ExitStatus::failed;
  case record::VerdictWord::error:
    return ExitStatus::error;
  case record::VerdictWord::failed_and_error:
    break;
  }
  return ExitStatus::failed_and_error;
}

record::Verdict judge(const Evidence& evidence, const std::string& fallback_run, WallTime now)
{
  record::Verdict out;
  describe(evidence, fallback_run, out);
  auto status = ExitStatus::passed;
  for (const auto& finding : find_all(evidence)) {
    status = status | finding.status;
    out.reasons.push_back({finding.code, one_line(finding.text), one_line(finding.hint)});
  }
  out.verdict = word_of(status);
  out.exit_code = to_int(status);
  out.finished = to_rfc3339(now);
  out.summary = summary_of(out);
  return out;
}

} // namespace streamgate::evaluate
