// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/cli.hpp"
#include "base/error.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

// The contract that every executable keeps: arguments, results, exit codes, errors. See ARCHITECTURE.md.
namespace streamgate {

// Options that every step has.
struct CommonOptions {
  std::filesystem::path run_dir;              // --run-dir: the run directory (needed by all steps).
  std::map<std::string, std::string> results; // --result NAME=PATH
  bool fail_by_result = false;                // --fail-mode=result: exit 0, the `exit-code` result says it.
  bool json_output = false;                   // --output json
  bool dry_run = false;                       // --dry-run, where StepInfo::changes_things
  bool only_look = false;                     // neither writes nor takes away an error in the run directory
  std::string instance;                       // --instance: tells parallel runs of one step apart in errors/.
};

// What `run` may use of the outside world beside its options; tests give their own.
struct Deps {
  const Cancel& cancel;
  // Prints to stdout what people or, with --output json, programs asked for. Redacted.
  std::function<void(std::string_view)> print;
  // True when stderr is a terminal: progress may be a bar.
  bool terminal = false;
};

// What a step that could do its work returns. A failure of the thing under test is an Outcome too when the step could
// do all its work (evaluate, run-tests); an Error is for work that could not be done.
struct Outcome {
  ExitStatus status = ExitStatus::passed;
  std::map<std::string, std::string> results = {}; // Values for --result; only names that StepInfo lists.
};

namespace detail {
int run_step(int argc, const char* const* argv, const StepInfo& info, CommonOptions& common,
             const std::function<void(Cli&)>& bind, const std::function<Result<Outcome>(const Deps&)>& run);
} // namespace detail

// The whole of a step's main. `Options` has a member `CommonOptions common`, a static `StepInfo info()` and a member
// `void bind(Cli&)`. Parses, checks that every result path can be written, runs, writes the results atomically and,
// on an error, prints it, writes `errors/<step>[-<instance>].json` into the run directory and the `error-reason`
// result. Returns the process's exit code. The only place where exceptions that nobody caught end.
template <class Options>
int run_step(int argc, const char* const* argv, Result<Outcome> (*run)(const Options&, const Deps&))
{
  Options options;
  return detail::run_step(
      argc, argv, Options::info(), options.common, [&](Cli& cli) { options.bind(cli); },
      [&](const Deps& deps) { return run(options, deps); });
}

} // namespace streamgate
