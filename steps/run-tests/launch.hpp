// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/tee.hpp"
#include "record/run_dir.hpp"
#include "runner.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::run_tests {

// The word for run.json's `ended`.
std::string_view ended_word(process::End how);

// What a runner said while it ran.
struct Heard {
  std::size_t planned = 0; // how many tests it is to run, for the progress
  std::size_t tests = 0;
  std::string last_test;
  std::deque<std::string> last_lines;
};

struct Launched {
  process::Finished finished;
  bool test_too_long = false; // it was ended, because one test exceeded TestRunner::longest_test()
  Status logged;              // error: io when some of the log could not be written
};

// Run one command of the runner to its end, its output into `log`. The result files of an earlier one are removed
// first, so that they are never taken for this one's. A test that takes too long counts as timed out. Errors: as
// process::run.
Result<Launched> launch(const TestRunner& runner, const process::Command& command, Tee& log, const Cancel& cancel,
                        Heard& heard);

// Copy the result files that are there into `folder` of the run directory, redacted, `mark` before the extension. The
// names, relative to the run directory, go to `to`. Error: io.
Status collect(const TestRunner& runner, const record::RunDir& run, const std::string& folder, std::string_view mark,
               std::vector<std::string>& to);

} // namespace streamgate::run_tests
