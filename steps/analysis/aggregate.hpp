// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/observations.hpp"
#include "analysis/regression.hpp"
#include "base/codec.hpp"
#include "record/history.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// One word on a job that was run several times. The contract is that of openshift/ci-tools
// (pkg/jobrunaggregator/jobrunaggregatoranalyzer/pass_fail.go, CheckFailed): a test must pass so often that its past
// pass rate is still likely. Two differences: the base is the window of RegressionRules instead of the week that ended
// ten days ago, and there are no lists of tests that always pass or must never fail: rules of a gate say that.
namespace streamgate::analysis {

struct AggregateRules {
  std::int64_t minimum_attempts = 6; // fewer cannot succeed
  std::int64_t pity_failures = 2;    // so many failures are always forgiven
  std::int64_t rate_of_new = 70;     // percent, assumed for a test that the history does not know
  std::int64_t rate_unread = 99;     // percent, assumed for all tests when the history could not be read
};

// Return how many of `attempts` (0 to 1000) must pass when `rate` percent (0 to 100) of the base did: one less than
// the fewest that Fisher's test, at 95 %, does not tell from a base of 250 runs. The numbers of ci-tools's table,
// which required-pass-rate.py beside pass_fail.go makes; only for 1 and 2 attempts, which minimum_attempts keeps out,
// has that table older numbers.
std::int64_t required_passes(std::int64_t attempts, std::int64_t rate);

enum class AggregateState {
  passed,
  failed,           // fewer passes than required
  did_not_run,      // in none of the runs: no failure
  skipped,          // never passed, and skipped more often than it failed: no failure
  too_few_attempts, // a failure
  never_passed,     // a failure
};
constexpr auto enum_names(AggregateState)
{
  using enum AggregateState;
  return std::array{EnumName{passed, "passed"},
                    EnumName{failed, "failed"},
                    EnumName{did_not_run, "did-not-run"},
                    EnumName{skipped, "skipped"},
                    EnumName{too_few_attempts, "too-few-attempts"},
                    EnumName{never_passed, "never-passed"}};
}

constexpr bool is_failure(AggregateState state)
{
  return state == AggregateState::failed || state == AggregateState::too_few_attempts ||
         state == AggregateState::never_passed;
}

struct AggregatedTest {
  std::string id;
  std::int64_t passes = 0; // flaky ones included
  std::int64_t failures = 0;
  std::int64_t skips = 0;
  std::int64_t base_rate = 0; // percent, cut off as ci-tools does; or the one that was assumed
  std::int64_t required = 0;  // passes, pity included
  AggregateState state = AggregateState::did_not_run;
  std::string text; // one sentence for people, without a final stop
};

// Judge one test of which `passes`, `failures` and `skips` are known, against a base rate in percent.
AggregatedTest aggregate_one(std::string id, std::int64_t passes, std::int64_t failures, std::int64_t skips,
                             std::int64_t base_rate, const AggregateRules& rules);

// Judge the tests of `runs`, which are repetitions of one job; those whose verdict is neither passed nor failed are
// left out, as in TestHistory. `history` holds none of them; nullptr when it could not be read. By id.
std::vector<AggregatedTest> aggregate(const std::vector<record::HistoryRun>& runs, const TestHistory* history,
                                      WallTime now, const AggregateRules& rules, const RegressionRules& windows);

} // namespace streamgate::analysis
