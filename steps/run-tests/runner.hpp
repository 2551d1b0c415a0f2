// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/process.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"
#include "record/plan.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::run_tests {

// Where a suite is on this machine, and what it gets.
struct Suite {
  record::PlannedSuite plan;
  std::filesystem::path folder;                   // the project: manifest.json or go.mod is here
  std::filesystem::path scratch;                  // folder of our own for reports
  std::map<std::string, std::string> environment; // the plan's, and KUBECONFIG
  std::filesystem::path list_log;
  Duration timeout{0};                  // for the whole run
  std::optional<Duration> test_timeout; // as it was asked for
};

// A file that the runner leaves, and the name that it gets in raw/<suite>/.
struct ResultFile {
  std::filesystem::path path;
  std::string name;
  std::string (*clean)(std::string_view text); // how it is redacted
};

// What a line of the runner's output says of a test.
enum class LineMeaning { other, test_began, test_ended };

// A planned test that failed, as its runner names what of it is to run again.
struct FailedTest {
  std::string id;      // as `list` returned it
  std::string package; // go-test: import path
  std::string name;    // go-test: "TestA", or its subtest "TestA/b"; gauge: "<spec>:<line>" of the scenario
};

// What a run that went to its end says of its tests.
struct RunOutcome {
  std::vector<FailedTest> failed;  // of the planned ones; a test with several failed subtests once for each of them
  std::int64_t tests_executed = 0; // they passed or failed; in the runner's own way of counting
  std::int64_t tests_failed = 0;   // of these, in the same way
  std::vector<std::string> notes;  // what is no test's own failure, for people
};

// One kind of test runner.
class TestRunner {
public:
  virtual ~TestRunner() = default;
  // Return the ids of the tests that a run would run, in order, without a run. Errors: no_tests, not_found (no runner),
  // build_failed (the suite does not compile), bad_input (a pattern, tag expression or spec is malformed).
  virtual Result<std::vector<std::string>> list(const Cancel& cancel) = 0;
  // The command that runs what `list` returned.
  virtual process::Command command() const = 0;
  virtual LineMeaning meaning(std::string_view line) const = 0;
  // How long one test may take before the run is ended; 0: the runner itself ends what takes too long, or nobody does.
  virtual Duration longest_test() const = 0;
  // What the runner leaves, the result file proper first.
  virtual std::vector<ResultFile> result_files() const = 0;
  // Read what the command that ended last has left. Errors: not_found, io or bad_input: nothing can be told from it.
  virtual Result<RunOutcome> outcome() = 0;
  // The commands that run these tests again, and nothing else that can be left out. They go one after the other.
  virtual std::vector<process::Command> again(const std::vector<FailedTest>& failed) = 0;
};

std::unique_ptr<TestRunner> make_gauge(Suite suite);
std::unique_ptr<TestRunner> make_go_test(Suite suite);

// Return a test's id, the same that parse-junit makes of the result: <suite>/<group>/<name>. The group is the spec's
// heading (gauge) or the package's import path (go-test).
std::string test_id(const std::string& suite, std::string_view group, std::string_view name);

// Run a listing command, for no longer than its own timeout and the suite's; all of its output goes to the suite's
// list.log. Returns its stdout and how it ended. Errors: timeout, cancelled; not_found (no runner).
struct Listed {
  std::string out;
  std::string all;
  process::Finished finished;
};
Result<Listed> run_listing(const Suite& suite, process::Command command, const Cancel& cancel);

} // namespace streamgate::run_tests
