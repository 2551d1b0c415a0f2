// SPDX-License-Identifier: Apache-2.0
#include "evaluate/aggregated.hpp"

#include "analysis/aggregate.hpp"
#include "evaluate/history.hpp"
#include "evaluate/judge.hpp"
#include "evaluate/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace streamgate::evaluate {
namespace {

using record::Speaks;
using record::VerdictWord;

struct OneRun {
  record::Verdict verdict;
  record::Results results;
  std::map<std::string, record::KnownIssue> known; // by the test's id
};

Result<OneRun> load(const std::string& folder)
{
  const record::RunDir run_dir(folder);
  OneRun out;
  SG_TRY_ASSIGN(out.verdict, during(run_dir.load<record::Verdict>(), "run " + folder));
  SG_TRY_ASSIGN(out.results, during(run_dir.load<record::Results>(), "run " + folder));
  if (const auto failures = run_dir.load<record::Failures>()) {
    for (const auto& failure : failures->failures) {
      if (failure.known) out.known.emplace(failure.id, *failure.known);
    }
  }
  return out;
}

// What must be the same in all of them.
std::string tested(const record::Verdict& verdict)
{
  auto out = fmt::format("suite {}", verdict.suite);
  for (const auto& component : verdict.components) out += fmt::format(", {} at {}", component.name, component.commit);
  return out;
}

// A known failure counts as a failure in one run; here it is excused as it is there.
bool told(const OneRun& run)
{
  return run.verdict.verdict == VerdictWord::passed || run.verdict.verdict == VerdictWord::failed ||
         run.verdict.verdict == VerdictWord::overridden;
}

record::HistoryRun as_history(const OneRun& run)
{
  record::HistoryRun out;
  out.run = run.verdict.run;
  out.time = run.verdict.finished;
  out.gate = run.verdict.gate;
  out.suite = run.verdict.suite;
  out.verdict = run.verdict.verdict == VerdictWord::passed ? VerdictWord::passed : VerdictWord::failed;
  for (const auto& test : run.results.tests)
    out.tests.push_back({test.id, test.status, test.flaky, test.duration_s, ""});
  return out;
}

class Together {
public:
  Together(const std::vector<OneRun>& runs, const Policy& policy, WallTime now)
      : m_runs(runs), m_policy(policy), m_today(day_of(now))
  {
  }

  void count_run(const OneRun& run)
  {
    if (!told(run)) {
      note("run " + run.verdict.run, "does not count: it could not tell: " + run.verdict.summary);
      return;
    }
    ++m_counted;
    m_verdict.proven_before = (m_counted == 1 || m_verdict.proven_before) && run.verdict.proven_before;
    m_verdict.proven_after = (m_counted == 1 || m_verdict.proven_after) && run.verdict.proven_after;
  }

  void take(const analysis::AggregatedTest& test)
  {
    auto& counts = m_verdict.counts;
    ++counts.planned;
    if (test.state == analysis::AggregateState::skipped) {
      ++counts.skipped;
      if (test.failures > 0) note(test.id, test.text);
      return;
    }
    if (test.passes + test.failures == 0) {
      if (test.skips > 0) return void(++counts.skipped);
      ++counts.missing;
      if (blocks(test.id)) m_missing.push_back(test.id);
      return;
    }
    ++counts.executed;
    if (!analysis::is_failure(test.state)) {
      ++counts.passed;
      return;
    }
    ++counts.failed;
    if (excused(test)) {
      ++m_verdict.excused;
      return;
    }
    m_failed.push_back(test.id);
    m_verdict.lines.push_back({test.id, Speaks::against, test.text});
  }

  record::Verdict finish(std::int64_t least)
  {
    auto status = ExitStatus::passed;
    const auto against = [&](ExitStatus how, ErrorCode code, std::string text) {
      status = status | how;
      m_verdict.reasons.push_back({std::string(reason(code)), std::move(text)});
    };
    const auto& counts = m_verdict.counts;
    if (m_counted < least)
      against(ExitStatus::error, ErrorCode::no_tests,
              fmt::format("{} of {} runs count, and {} are needed", m_counted, m_runs.size(), least));
    else if (counts.executed == 0) against(ExitStatus::error, ErrorCode::no_tests, "no test ran in any of the runs");
    if (!m_missing.empty())
      against(ExitStatus::error, ErrorCode::no_tests,
              fmt::format("{} planned tests were not heard of in any of the runs: {}{}", m_missing.size(),
                          m_missing.front(),
                          m_missing.size() > 1 ? fmt::format(" and {} more", m_missing.size() - 1) : ""));
    if (!m_failed.empty() && m_counted >= least)
      against(ExitStatus::failed, ErrorCode::test_failed,
              fmt::format("{} of {} tests passed too seldom in {} runs: {}{}", m_failed.size(), counts.executed,
                          m_counted, m_failed.front(),
                          m_failed.size() > 1 ? fmt::format(" and {} more", m_failed.size() - 1) : ""));
    m_verdict.verdict = status == ExitStatus::passed   ? VerdictWord::passed
                        : status == ExitStatus::failed ? VerdictWord::failed
                        : status == ExitStatus::error  ? VerdictWord::error
                                                       : VerdictWord::failed_and_error;
    m_verdict.exit_code = to_int(status);
    m_verdict.summary = fmt::format("{}: {} runs together: {}", name_of(m_verdict.verdict), m_counted,
                                    m_verdict.reasons.empty()
                                        ? fmt::format("each of {} tests passed as often as it must", counts.executed)
                                        : m_verdict.reasons.front().text);
    return std::move(m_verdict);
  }

  record::Verdict& verdict() { return m_verdict; }

private:
  void note(std::string about, std::string text)
  {
    m_verdict.lines.push_back({std::move(about), Speaks::noted, std::move(text)});
  }

  bool blocks(const std::string& test) const
  {
    return !m_policy.only_informs(test) && m_policy.blocks(test.substr(0, test.find('/')));
  }

  bool excused(const analysis::AggregatedTest& test)
  {
    if (!blocks(test.id)) {
      note(test.id, "only informs: " + test.text);
      return true;
    }
    for (const auto& run : m_runs) {
      const auto known = run.known.find(test.id);
      if (known == run.known.end() || m_today > known->second.expires) continue;
      note(test.id, fmt::format("known issue {} until {}: {}", known->second.id, known->second.expires, test.text));
      return true;
    }
    return false;
  }

  const std::vector<OneRun>& m_runs;
  const Policy& m_policy;
  std::string m_today;
  std::int64_t m_counted = 0;
  std::vector<std::string> m_failed;
  std::vector<std::string> m_missing;
  record::Verdict m_verdict;
};

} // namespace

Result<record::Verdict> judge_together(const std::vector<std::string>& runs, const record::RunDir& run_dir,
                                       const Policy& policy, const std::string& name, WallTime now)
{
  std::vector<OneRun> all;
  std::set<std::string> names;
  for (const auto& folder : runs) {
    SG_TRY_ASSIGN(auto run, load(folder));
    if (!names.insert(run.verdict.run).second)
      return fail(ErrorCode::bad_input, fmt::format("run {} is given twice", run.verdict.run));
    if (!all.empty() && tested(run.verdict) != tested(all.front().verdict)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("run {} tested {}, but run {} tested {}", run.verdict.run, tested(run.verdict),
                              all.front().verdict.run, tested(all.front().verdict)),
                  "runs are judged together when they are repetitions of one job");
    }
    all.push_back(std::move(run));
  }
  Together together(all, policy, now);
  auto& verdict = together.verdict();
  verdict.run = name;
  verdict.gate = policy.file().name;
  verdict.suite = all.front().verdict.suite;
  verdict.components = all.front().verdict.components;
  verdict.started = all.front().verdict.started;
  verdict.finished = to_rfc3339(now);
  std::vector<record::HistoryRun> counted;
  for (const auto& run : all) {
    together.count_run(run);
    if (told(run)) counted.push_back(as_history(run));
  }
  const auto history = read_history(run_dir, policy.file().name, verdict.suite, names);
  if (!history.problem.empty()) verdict.lines.push_back({"history", Speaks::noted, history.problem});
  const analysis::AggregateRules rules;
  const auto tests = analysis::aggregate(counted, history.tests ? &*history.tests : nullptr, now, rules,
                                         rules_of(policy.file().statistics));
  for (const auto& test : tests) together.take(test);
  return together.finish(rules.minimum_attempts);
}

} // namespace streamgate::evaluate
