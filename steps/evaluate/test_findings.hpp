// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "evaluate/policy.hpp"
#include "evaluate/reasons.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace streamgate::evaluate {

// What the tests of a run say by a policy.
struct TestFindings {
  Findings against;
  std::vector<record::VerdictLine> noted; // what does not decide: known issues, what only informs, flakes
  std::int64_t excused = 0;               // failed tests that are only noted
  std::int64_t blocking_failed = 0;       // failed tests that count
};

// Look at the suites and the results. A failed test counts unless a known issue takes it that has not expired at `now`,
// or it only informs. A test that was never heard of counts in every blocking suite, whatever else is said of it.
TestFindings find_tests_by(const Policy& policy, const Evidence& evidence, WallTime now);

} // namespace streamgate::evaluate
