// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "git/access.hpp"

#include <cstdint>
#include <string>

namespace streamgate::publish {

struct Options {
  CommonOptions common = {};
  std::string url = {};
  std::string branch = "gh-pages";
  std::string to = {};
  std::string label = {};
  bool read_history = false;
  std::int64_t tries = 30;
  git::Access access = {};

  static StepInfo info();
  void bind(Cli& cli);
};

// Add the run's record to a branch, to a folder, or to both; a run that is there already is replaced. With
// `read_history`: bring the history from there.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::publish
