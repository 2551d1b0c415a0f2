// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judge.hpp"

#include "base/utf8.hpp"
#include "evaluate/explain.hpp"
#include "evaluate/reasons.hpp"
#include "evaluate/statistics.hpp"
#include "evaluate/test_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

Findings find_all(const Evidence& evidence, const Findings& of_tests)
{
  Findings out;
  find_step_errors(evidence, out);
  find_tasks(evidence, out);
  find_plan_and_images(evidence, out);
  find_proof(evidence, out);
  out.insert(out.end(), of_tests.begin(), of_tests.end());
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
  // With rows that nobody planned (subtests, rows of a table) there is no "of".
  const auto tests =
      counts.executed + counts.skipped + counts.missing == counts.planned
          ? fmt::format("{} of {} planned tests ran, {} passed", counts.executed, counts.planned, counts.passed)
          : fmt::format("{} tests ran, {} were planned, {} passed", counts.executed, counts.planned, counts.passed);
  if (verdict.reasons.empty()) {
    const auto besides =
        fmt::format("{}{}", counts.flaky > 0 ? fmt::format(", {} flaky", counts.flaky) : "",
                    verdict.excused > 0 ? fmt::format(", {} failed as known or only informing", verdict.excused) : "");
    return fmt::format("passed: {}{}", tests, besides);
  }
  const auto more = verdict.reasons.size() - 1;
  const auto who = verdict.overridden_by ? " by " + verdict.overridden_by->who : "";
  return one_line(fmt::format("{}{}: {}{} ({})", name_of(verdict.verdict), who, verdict.reasons.front().text,
                              more > 0 ? fmt::format("; and {} more", more) : "", tests));
}

// An error cannot be overridden: nobody knows then what would be let pass.
void apply(const OverrideRequest& request, const Evidence& evidence, WallTime now, record::Verdict& to)
{
  const auto note = [&](std::string text) { to.lines.push_back({"override", record::Speaks::noted, std::move(text)}); };
  const auto& by = request.by;
  const auto said = fmt::format("{} lets it pass until {}: {} ({})", by.who, by.expires, by.why, by.link);
  if (to.verdict == record::VerdictWord::passed) return note("not needed: " + said);
  if (const auto why = why_not(request, evidence.plan, now); !why.empty())
    return note(fmt::format("does not count, because {}: {}", why, said));
  if (to.verdict != record::VerdictWord::failed)
    return note("does not count, because an error cannot be overridden, only a failure: " + said);
  to.verdict = record::VerdictWord::overridden;
  to.overridden_by = by;
  note(said);
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
  case record::VerdictWord::overridden:
    return ExitStatus::passed;
  case record::VerdictWord::failed_and_error:
    break;
  }
  return ExitStatus::failed_and_error;
}

record::Verdict judge(const Evidence& evidence, const Policy& policy, const std::optional<OverrideRequest>& override_by,
                      const std::string& fallback_run, WallTime now)
{
  record::Verdict out;
  describe(evidence, fallback_run, out);
  out.gate = policy.file().name;
  auto of_tests = find_tests_by(policy, evidence, now);
  auto against = find_all(evidence, of_tests.against);
  const bool told =
      std::ranges::none_of(against, [](const Finding& finding) { return finding.status != ExitStatus::failed; });
  auto of_history = ask_history(evidence, policy, told, now);
  std::ranges::move(of_history.against, std::back_inserter(against));
  out.statistics = std::move(of_history.rows);
  out.excused = of_tests.excused;
  out.lines = explain(evidence, policy, against);
  std::ranges::move(of_tests.noted, std::back_inserter(out.lines));
  std::ranges::move(of_history.noted, std::back_inserter(out.lines));
  auto status = ExitStatus::passed;
  for (const auto& finding : against) {
    status = status | finding.status;
    out.reasons.push_back({finding.code, one_line(finding.text), one_line(finding.hint)});
  }
  out.retry = !against.empty() && std::ranges::all_of(against, [&](const Finding& finding) {
    return policy.is_transient(finding.cause.empty() ? finding.code : finding.cause);
  });
  out.verdict = word_of(status);
  if (override_by) apply(*override_by, evidence, now, out);
  out.exit_code = to_int(status_of(out.verdict));
  for (auto& line : out.lines) line.text = one_line(line.text);
  out.finished = to_rfc3339(now);
  out.summary = summary_of(out);
  return out;
}

} // namespace streamgate::evaluate
