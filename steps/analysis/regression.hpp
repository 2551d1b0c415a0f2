// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/observations.hpp"
#include "base/codec.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Is a test worse than it was? The contract is that of Sippy's component readiness (openshift/sippy,
// pkg/api/componentreadiness/component_report.go, assessComponentStatus; defaults of config/views.yaml), with these
// differences: the base is the same gate's own past instead of an earlier release; the drop is compared exactly
// instead of in floating point, where 100 % - 95 % is more than 5 points; where flakes are failures, they are among a
// new test's too; and p is told where Sippy leaves it out.
namespace streamgate::analysis {

struct RegressionRules {
  std::chrono::days base = std::chrono::days(30);  // ends where the sample begins
  std::chrono::days sample = std::chrono::days(7); // ends now, with the current run
  std::int64_t confidence = 95;                    // percent, 1 to 99
  std::int64_t pity = 5;                           // points of the pass rate that may be lost
  std::int64_t minimum_failures = 3;               // of the sample; fewer are no regression
  std::int64_t extreme = 15;                       // points; a regression that loses more is an extreme one
  std::int64_t new_test_rate = 95;                 // percent that a test without base must pass ...
  std::int64_t new_test_runs = 6;                  // ... over at least so many runs
  bool flake_as_failure = false;
};

enum class RegressionState {
  significant_regression,
  extreme_regression,
  no_significant_difference,
  significant_improvement,
  new_test_ok,      // it did not run in the base, and passes often enough
  new_test_too_bad, // it did not run in the base, and does not pass often enough
  not_enough_data,  // it did not run in the sample, or is new and ran, or failed, too few times to tell
  basis_missing,    // no test ran in the base: there is nothing to compare with, and it is not too bad for a new test
};
constexpr auto enum_names(RegressionState)
{
  using enum RegressionState;
  return std::array{EnumName{significant_regression, "significant-regression"},
                    EnumName{extreme_regression, "extreme-regression"},
                    EnumName{no_significant_difference, "no-significant-difference"},
                    EnumName{significant_improvement, "significant-improvement"},
                    EnumName{new_test_ok, "new-test-ok"},
                    EnumName{new_test_too_bad, "new-test-too-bad"},
                    EnumName{not_enough_data, "not-enough-data"},
                    EnumName{basis_missing, "basis-missing"}};
}

// Return true for the states that speak against a change.
constexpr bool is_regression(RegressionState state)
{
  return state == RegressionState::significant_regression || state == RegressionState::extreme_regression ||
         state == RegressionState::new_test_too_bad;
}

struct Comparison {
  std::string id; // of the test, or the suite's name
  Counts base;
  Counts sample;
  double base_rate = 0;   // 0 to 1, of the passes that count; 0 without runs
  double sample_rate = 0; // as base_rate
  // Fisher's exact test, one-sided: how likely chance alone makes such a difference, in the direction that it has.
  // Nothing when base or sample is empty.
  std::optional<double> p;
  RegressionState state = RegressionState::not_enough_data;
  std::string text; // one sentence for people, without a final stop
};

// Compare two windows. `any_base`: some test ran in the base window.
Comparison compare(std::string id, const Counts& base, const Counts& sample, bool any_base,
                   const RegressionRules& rules);

// Compare every test, or every suite, that ran in the base or the sample window. `now` is when the current run
// finished: later runs, of a clock that is ahead, are in neither window. By id.
std::vector<Comparison> compare_tests(const TestHistory& history, WallTime now, const RegressionRules& rules);
std::vector<Comparison> compare_suites(const TestHistory& history, WallTime now, const RegressionRules& rules);

} // namespace streamgate::analysis
