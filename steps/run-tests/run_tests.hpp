// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"

#include <optional>
#include <string>

namespace streamgate::run_tests {

struct Options {
  CommonOptions common;
  std::string kubeconfig;
  std::string suite_dir;
  std::string git_token_file;
  std::string work_dir;
  std::string cache_dir; // "" for Go's own places
  Duration timeout = std::chrono::hours(2);
  std::optional<Duration> test_timeout; // absent: the runner's own default
  std::int64_t retries = 1;             // how often failed tests are run again at most

  static StepInfo info();
  void bind(Cli& cli);
};

// List the planned suite's tests, then run them, and leave what was planned and what was said in raw/<suite>/. A run
// with failing tests is a good outcome: the verdict is evaluate's. See info() for the contract.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::run_tests
