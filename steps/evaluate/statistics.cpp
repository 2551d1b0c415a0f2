// SPDX-License-Identifier: Apache-2.0
#include "evaluate/statistics.hpp"

#include "analysis/flakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace streamgate::evaluate {
namespace {

constexpr std::size_t k_most_rows = 200;
constexpr std::size_t k_most_named = 3;

bool failing(record::TestStatus status)
{
  return status == record::TestStatus::failed || status == record::TestStatus::error;
}

record::TestStatistic row_of(const analysis::Comparison& comparison, const analysis::RegressionRules& rules,
                             const std::string& prefix)
{
  const bool strict = rules.flake_as_failure;
  return {prefix + comparison.id,   std::string(name_of(comparison.state)),
          comparison.base.runs,     comparison.base.good(strict),
          comparison.sample.runs,   comparison.sample.good(strict),
          comparison.p.value_or(1), comparison.text};
}

// Adds the rows that are worth saying, and names what regressed.
class Rows {
public:
  Rows(const analysis::TestHistory& history, const analysis::RegressionRules& rules, WallTime now, HistoryWord& to)
      : m_history(history), m_rules(rules), m_now(now), m_to(to)
  {
  }

  void tests(const std::set<std::string>& failed)
  {
    for (const auto& comparison : analysis::compare_tests(m_history, m_now, m_rules)) {
      const bool regressed = analysis::is_regression(comparison.state);
      if (!regressed && !failed.contains(comparison.id)) continue;
      auto row = row_of(comparison, m_rules, "");
      if (const auto broken = analysis::broken(m_history, comparison.id, m_now)) row.text += "; " + broken->text;
      const auto flakes = analysis::flake_rate(m_history.test(comparison.id), m_now);
      if (flakes.flaky > 0) row.text += fmt::format("; flaky in {} of {} runs", flakes.flaky, flakes.runs);
      add(std::move(row), regressed);
    }
  }
  void suites()
  {
    for (const auto& comparison : analysis::compare_suites(m_history, m_now, m_rules)) {
      if (analysis::is_regression(comparison.state)) add(row_of(comparison, m_rules, "suite "), true);
    }
  }
  const std::vector<std::string>& regressed() const { return m_regressed; }

private:
  void add(record::TestStatistic row, bool regressed)
  {
    if (regressed) m_regressed.push_back(row.id);
    if (m_to.rows.size() < k_most_rows) m_to.rows.push_back(std::move(row));
  }

  const analysis::TestHistory& m_history;
  const analysis::RegressionRules& m_rules;
  WallTime m_now;
  HistoryWord& m_to;
  std::vector<std::string> m_regressed;
};

std::string named(const std::vector<std::string>& ids)
{
  std::string out;
  for (std::size_t i = 0; i < std::min(ids.size(), k_most_named); ++i) out += (i == 0 ? "" : ", ") + ids[i];
  return ids.size() > k_most_named ? fmt::format("{} and {} more", out, ids.size() - k_most_named) : out;
}

// The current run as history will know it.
record::HistoryRun as_history(const Evidence& evidence, bool told, WallTime now)
{
  record::HistoryRun out;
  if (evidence.plan) out.run = evidence.plan->run;
  out.time = to_rfc3339(now);
  bool bad = false;
  if (evidence.results) {
    for (const auto& test : evidence.results->tests) {
      out.tests.push_back({test.id, test.status, test.flaky, test.duration_s, ""});
      bad = bad || failing(test.status);
    }
  }
  out.verdict = !told ? record::VerdictWord::error : bad ? record::VerdictWord::failed : record::VerdictWord::passed;
  return out;
}

} // namespace

analysis::RegressionRules rules_of(const StatisticsRule& policy)
{
  analysis::RegressionRules out;
  out.base = std::chrono::days(policy.base_days);
  out.sample = std::chrono::days(policy.sample_days);
  out.confidence = policy.confidence;
  out.pity = policy.pity;
  out.minimum_failures = policy.least_failures;
  out.new_test_rate = policy.new_test_pass_rate;
  out.new_test_runs = policy.new_test_runs;
  out.flake_as_failure = policy.flakes_are_failures;
  return out;
}

HistoryWord ask_history(const Evidence& evidence, const Policy& policy, bool told, WallTime now)
{
  HistoryWord out;
  const auto& history = evidence.history;
  if (!history.problem.empty()) out.noted.push_back({"history", record::Speaks::noted, history.problem});
  const auto& rule = policy.file().statistics;
  if (!history.tests) {
    if (rule.regressions == OnRegression::block)
      out.against.push_back(
          {ExitStatus::error, Weight::suite, Stage::later, std::string(reason(ErrorCode::unavailable)),
           "by this gate's policy regressions block, but there is no history to ask: " + history.problem});
    return out;
  }
  auto all = *history.tests;
  all.add(as_history(evidence, told, now));
  const auto rules = rules_of(rule);
  std::set<std::string> failed;
  if (evidence.results) {
    for (const auto& test : evidence.results->tests) {
      if (failing(test.status)) failed.insert(test.id);
    }
  }
  Rows rows(all, rules, now, out);
  rows.tests(failed);
  rows.suites();
  const auto asked = fmt::format("{} earlier runs; the last {} days against the {} before", history.runs,
                                 rule.sample_days, rule.base_days);
  if (rows.regressed().empty()) {
    out.noted.push_back({"history", record::Speaks::noted, asked + ": no significant regression"});
    return out;
  }
  const auto text = fmt::format("{} regressed significantly: {}", rows.regressed().size(), named(rows.regressed()));
  out.noted.push_back({"history", record::Speaks::noted, asked + ": " + text});
  if (rule.regressions == OnRegression::block) {
    out.against.push_back({ExitStatus::failed, Weight::failed_tests, Stage::later,
                           std::string(reason(ErrorCode::test_failed)), text + " (by this gate's policy that blocks)"});
  }
  return out;
}

} // namespace streamgate::evaluate
