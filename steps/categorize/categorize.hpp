// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "base/step.hpp"
#include "base/time.hpp"

#include <functional>
#include <string>

// The step categorize: why each failed test probably failed, whom it concerns and what to do next, as failures.json.
namespace streamgate::categorize {

struct Options {
  CommonOptions common;
  std::string rules = file::configured("categories.yaml");
  std::string known_issues = file::configured("known-issues.yaml"); // this one may be absent: an empty list
  bool lint = false;

  std::function<WallTime()> now = wall_now; // tests have their own day

  static StepInfo info();
  void bind(Cli& cli);
};

// Write failures.json: a row for each test of results.json that failed, broke or is missing. With `lint` only look
// whether the rules and the known issues are good. Errors: not_found, bad_input, io.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::categorize
