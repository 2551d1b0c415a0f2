// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/regression.hpp"
#include "evaluate/policy.hpp"
#include "evaluate/reasons.hpp"
#include "record/verdict.hpp"

#include <vector>

namespace streamgate::evaluate {

analysis::RegressionRules rules_of(const StatisticsRule& policy);

// What history says of a run.
struct HistoryWord {
  std::vector<record::TestStatistic> rows; // of each failed test, of each test and suite that regressed; bounded
  Findings against;                        // regressions, when the policy lets them block
  std::vector<record::VerdictLine> noted;
};

// Ask history about the tests of this run. A run that could not tell (`told` is false) does not count beside the
// earlier ones.
HistoryWord ask_history(const Evidence& evidence, const Policy& policy, bool told, WallTime now);

} // namespace streamgate::evaluate
