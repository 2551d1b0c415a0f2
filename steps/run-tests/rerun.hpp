// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/run_dir.hpp"
#include "runner.hpp"

#include <cstdint>

namespace streamgate::run_tests {

// What is needed to run failed tests of a suite again.
struct RerunSetup {
  TestRunner& runner;        // its first run went to its end
  const record::RunDir& run; // raw/<suite>/rerun-1/ and so on are made
  record::SuiteRun& record;  // gets the re-runs; stored before and after each, so that a kill shows
  const Cancel& cancel;      // of the step
  SteadyTime began;          // of the first run
  Duration timeout;          // for the first run and all re-runs together
  std::int64_t most = 0;     // re-runs; the next one takes what failed again in the one before
};

// Run the failed tests again, and nothing else: not when nobody can tell them, time is short, or so many failed that it
// is their environment (more than half of at least 10). A re-run that goes wrong is said in the log and ends it: its
// tests stay failed. Errors: cancelled; io when run.json could not be written.
Status run_failed_again(const RerunSetup& setup);

} // namespace streamgate::run_tests
