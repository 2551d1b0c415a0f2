// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate {

// What `--help` says of a step beside its options, and which results it can write.
struct StepInfo {
  std::string name;                                // "parse-junit"
  std::string summary;                             // One sentence: what it does.
  std::string reads;                               // Files read, one a line.
  std::string writes;                              // Files written, one a line.
  std::map<std::string, std::string> results = {}; // Result name -> meaning. `error-reason` is added to every step.
  std::string example;                             // One command line that works.
  bool changes_things = false;                     // Adds --dry-run.
  bool run_dir_optional = false;                   // Not every way to use it needs --run-dir: the step looks itself.
  // Values of results when the step ends with an error. Those that it does not give become empty then.
  std::map<std::string, std::string> (*results_of_error)(const Error& error) = nullptr;
};

// The command line of a step. Options are kebab-case; each can be set by the environment variable
// STREAMGATE_<NAME IN UPPER CASE WITH _> too, and an option given as `--name=` counts as not given (so that a Tekton
// param's empty default falls through to the environment). The command line wins over the environment.
class Cli {
public:
  explicit Cli(const StepInfo& info);
  ~Cli();
  Cli(const Cli&) = delete;
  Cli& operator=(const Cli&) = delete;

  enum class Need { optional, required };

  // `help` says meaning, unit and range; the default is taken from `to` and printed.
  void option(const std::string& name, std::string& to, const std::string& help, Need need = Need::optional);
  void option(const std::string& name, std::int64_t& to, const std::string& help, std::int64_t low, std::int64_t high);
  // A Go duration: 90s, 1h30m.
  void option(const std::string& name, Duration& to, const std::string& help);
  // One whose default `help` says, because it is not the same always.
  void option(const std::string& name, std::optional<Duration>& to, const std::string& help);
  // One of a few words.
  void choice(const std::string& name, std::string& to, const std::vector<std::string>& words, const std::string& help);
  // May be given several times; in the environment one a line.
  void list(const std::string& name, std::vector<std::string>& to, const std::string& help);
  void flag(const std::string& name, bool& to, const std::string& help);
  // What is left on the command line.
  void rest(const std::string& name, std::vector<std::string>& to, const std::string& help);

  // Parse. Nothing when the step should run; the text to print for `--help`, `--version` and `--completion bash`.
  // Error: usage, with the nearest option's name where a name is unknown.
  Result<std::string> parse(int argc, const char* const* argv);

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate
