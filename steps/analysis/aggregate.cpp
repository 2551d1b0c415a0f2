// SPDX-License-Identifier: Apache-2.0
#include "analysis/aggregate.hpp"

#include "analysis/fisher.hpp"
#include "analysis/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace streamgate::analysis {
namespace {

using enum AggregateState;

// Runs of the base that the table is made for, and the p-value from which on a difference may be chance.
constexpr std::int64_t k_base_runs = 250;
constexpr double k_significance = 0.05;

// `rate` percent of the base's runs, a half rounded to the even number.
std::int64_t passes_of_base(std::int64_t rate)
{
  const std::int64_t hundredths = k_base_runs * rate;
  const std::int64_t down = hundredths / 100;
  const std::int64_t rest = hundredths % 100;
  return rest > 50 || (rest == 50 && down % 2 == 1) ? down + 1 : down;
}

struct Tally {
  std::int64_t passes = 0;
  std::int64_t failures = 0;
  std::int64_t skips = 0;
};

void add(std::map<std::string, Tally>& to, const record::HistoryTest& test)
{
  Tally& tally = to[test.id];
  if (test.status == record::TestStatus::passed) ++tally.passes;
  // A test that broke did not pass: by itself it fails a run too.
  if (test.status == record::TestStatus::failed || test.status == record::TestStatus::error) ++tally.failures;
  if (test.status == record::TestStatus::skipped) ++tally.skips;
}

std::int64_t base_rate_of(const std::string& id, const TestHistory* history, WallTime now, const AggregateRules& rules,
                          const RegressionRules& windows)
{
  if (history == nullptr) return rules.rate_unread;
  const WallTime border = now - windows.sample;
  const Counts base = count(history->test(id), border - windows.base, border);
  return base.runs == 0 ? rules.rate_of_new : base.good(windows.flake_as_failure) * 100 / base.runs;
}

} // namespace

std::int64_t required_passes(std::int64_t attempts, std::int64_t rate)
{
  const std::int64_t base_passes = passes_of_base(rate);
  std::int64_t passes = 0;
  while (passes < attempts &&
         fisher_right_tail({attempts - passes, passes, k_base_runs - base_passes, base_passes}) <= k_significance)
    ++passes;
  return std::max<std::int64_t>(0, passes - 1);
}

AggregatedTest aggregate_one(std::string id, std::int64_t passes, std::int64_t failures, std::int64_t skips,
                             std::int64_t base_rate, const AggregateRules& rules)
{
  AggregatedTest out{std::move(id), passes, failures, skips, base_rate, 0, did_not_run, "did not run"};
  const std::int64_t attempts = passes + failures;
  if (attempts == 0) return out;
  const std::int64_t strict = required_passes(attempts, base_rate);
  out.required = std::min(strict, std::max<std::int64_t>(0, attempts - rules.pity_failures));
  const std::string passed = "passed " + say_rate(passes, attempts);
  if (passes == 0 && skips > failures) {
    out.state = skipped;
    out.text =
        fmt::format("was skipped {} times and failed {} times: it is probably meant to be skipped", skips, failures);
  } else if (attempts < rules.minimum_attempts) {
    out.state = too_few_attempts;
    out.text = fmt::format("{}: at least {} attempts are asked for", passed, rules.minimum_attempts);
  } else if (passes == 0) {
    out.state = never_passed;
    out.text = fmt::format("{}: at least one pass is asked for", passed);
  } else {
    out.state = passes < out.required ? failed : AggregateState::passed;
    out.text = fmt::format("{}: {} are asked for, with {} % before", passed, out.required, base_rate);
    if (out.state == AggregateState::passed && passes < strict)
      out.text += fmt::format(" ({} but for the {} failures that are forgiven)", strict, rules.pity_failures);
  }
  return out;
}

std::vector<AggregatedTest> aggregate(const std::vector<record::HistoryRun>& runs, const TestHistory* history,
                                      WallTime now, const AggregateRules& rules, const RegressionRules& windows)
{
  std::map<std::string, Tally> tallies;
  for (const auto& run : runs) {
    if (run.verdict != record::VerdictWord::passed && run.verdict != record::VerdictWord::failed) continue;
    for (const auto& test : run.tests) add(tallies, test);
  }
  std::vector<AggregatedTest> out;
  out.reserve(tallies.size());
  for (const auto& [id, tally] : tallies) {
    out.push_back(aggregate_one(id, tally.passes, tally.failures, tally.skips,
                                base_rate_of(id, history, now, rules, windows), rules));
  }
  return out;
}

} // namespace streamgate::analysis
