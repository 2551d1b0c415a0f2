// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"

#include <string>
#include <vector>

// The step parse-junit: what every test of the run said, as results.json.
namespace streamgate::parse_junit {

struct Options {
  CommonOptions common;
  std::vector<std::string> files; // read instead of what raw/ holds

  static StepInfo info();
  void bind(Cli& cli);
};

// Write results.json from all sources. Errors, after results.json was written: bad_input when a source is cut or
// broken; no_tests when the sources hold no test. Errors before: no_tests without any source; io; cancelled.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::parse_junit
