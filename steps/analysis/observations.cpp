// SPDX-License-Identifier: Apache-2.0
#include "analysis/observations.hpp"

#include <algorithm>
#include <string_view>

namespace streamgate::analysis {
namespace {

std::optional<Outcome> outcome_of(const record::HistoryTest& test)
{
  if (test.status == record::TestStatus::failed || test.status == record::TestStatus::error) return Outcome::failed;
  if (test.status != record::TestStatus::passed) return std::nullopt;
  return test.flaky ? Outcome::flaky : Outcome::passed;
}

// History comes in order, nearly always: then this appends.
void insert(Observations& to, const Observation& one)
{
  to.insert(std::ranges::upper_bound(to, one.time, {}, &Observation::time), one);
}

} // namespace

Taken TestHistory::add(const record::HistoryRun& run)
{
  const auto word = run.verdict;
  const bool told = word == record::VerdictWord::passed || word == record::VerdictWord::failed ||
                    word == record::VerdictWord::overridden;
  if (!told) return Taken::no_word;
  const auto time = parse_rfc3339(run.time);
  if (!time) return Taken::no_time;
  if (!m_names.insert(run.run).second) return Taken::twice;
  const auto index = static_cast<std::uint32_t>(m_runs.size());
  m_runs.push_back(run.run);
  std::map<std::string, Outcome, std::less<>> suites;
  std::set<std::string_view> seen;
  for (const auto& test : run.tests) {
    const auto outcome = outcome_of(test);
    if (!outcome || !seen.insert(test.id).second) continue;
    insert(m_tests[test.id], {*time, index, *outcome});
    auto& suite = suites.try_emplace(test.id.substr(0, test.id.find('/')), *outcome).first->second;
    suite = std::max(suite, *outcome); // the worst of them
  }
  for (const auto& [name, outcome] : suites) insert(m_suites[name], {*time, index, outcome});
  return Taken::yes;
}

const Observations& TestHistory::test(const std::string& id) const
{
  static const Observations none;
  const auto found = m_tests.find(id);
  return found == m_tests.end() ? none : found->second;
}

Counts count(const Observations& observations, WallTime after, WallTime until)
{
  Counts out;
  const auto first = std::ranges::upper_bound(observations, after, {}, &Observation::time);
  const auto last = std::ranges::upper_bound(observations, until, {}, &Observation::time);
  for (auto it = first; it < last; ++it) {
    ++out.runs;
    if (it->outcome == Outcome::passed) ++out.passes;
    if (it->outcome == Outcome::flaky) ++out.flakes;
  }
  return out;
}

} // namespace streamgate::analysis
