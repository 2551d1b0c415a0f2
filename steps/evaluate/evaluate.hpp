// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "evaluate/view.hpp"

#include <string>
#include <vector>

// The step evaluate: the word of the gate.
namespace streamgate::evaluate {

struct Options {
  CommonOptions common;
  std::string publish_exit_code;      // file; "" for none
  std::vector<std::string> tasks;     // NAME=STATUS of each task, in the order of the pipeline
  bool check = false;                 // only look at the gate and the override
  std::vector<std::string> aggregate; // run directories that are judged as one
  bool explain = false;               // print why the verdict is what it is, line by line
  std::string gate;                   // name or file of the policy; "" for the defaults
  std::string override_by;            // YAML, or @FILE; "" for none
  std::string step_summary;           // file that the verdict is appended to as Markdown; "" for none
  std::string page_url;               // where the published pages are served; "" when that is not known
  Colour colour = Colour::no;         // of stdout: a terminal, and no NO_COLOR

  static StepInfo info();
  void bind(Cli& cli);
};

// Write verdict.json from whatever is there and end with its exit code; with `common.only_look` print the one that is
// there, and add an error to its exit code when publishing it or restoring the target did not succeed. Errors: usage
// for a malformed task; with `common.only_look` not_found and bad_input; io.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::evaluate
