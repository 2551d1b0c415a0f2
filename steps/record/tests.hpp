// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/plan.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// raw/<suite>/run.json: what was listed before a suite ran, and how the run ended. results.json: what each test said.
namespace streamgate::record {

// `listed` stays when the run was killed: no reader takes such a run for finished.
enum class SuiteState { listed, finished };
constexpr auto enum_names(SuiteState)
{
  return std::array{EnumName{SuiteState::listed, "listed"}, EnumName{SuiteState::finished, "finished"}};
}

// A second run of the tests that failed, and of nothing else.
struct Rerun {
  std::int64_t attempt = 2;       // 2 for the first of them
  std::vector<std::string> tests; // ids, of SuiteRun::planned
  std::string command;            // redacted
  std::string started;            // RFC 3339
  std::string finished;           // RFC 3339, "" when it was killed
  std::int64_t exit_code = -1;    // as SuiteRun's
  std::string ended;              // as SuiteRun's
  std::vector<std::string> results;
  std::string log;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("attempt", self.attempt);
    visit("tests", self.tests);
    visit("command", self.command);
    visit("started", self.started);
    visit("finished", self.finished);
    visit("exit_code", self.exit_code);
    visit("ended", self.ended);
    visit("results", self.results);
    visit("log", self.log);
  }
};

struct SuiteRun {
  static constexpr const char* k_schema = "suite-run";

  std::int64_t schema_version = 1;
  std::string suite;
  Runner runner = Runner::gauge;
  SuiteState state = SuiteState::listed;
  std::vector<std::string> planned; // test ids, listed before the run
  std::string command;              // redacted
  std::string started;              // RFC 3339
  std::string finished;             // RFC 3339, "" while running
  std::int64_t exit_code = -1;      // of the runner; -1 while running or killed
  std::string ended;                // "exited", "signalled", "timed-out", "cancelled"; "" while running
  std::vector<std::string> results; // files of results, relative to the run directory
  std::string log;                  // console log, relative to the run directory
  std::vector<Rerun> reruns;        // in their order

  static std::string file(const std::string& suite) { return "raw/" + suite + "/run.json"; }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("suite", self.suite);
    visit("runner", self.runner);
    visit("state", self.state);
    visit("planned", self.planned);
    visit("command", self.command);
    visit("started", self.started);
    visit("finished", self.finished);
    visit("exit_code", self.exit_code);
    visit("ended", self.ended);
    visit("results", self.results);
    visit("log", self.log);
    visit("reruns", self.reruns);
  }
};

// `missing`: planned, and nothing was heard of it.
enum class TestStatus { passed, failed, error, skipped, missing };
constexpr auto enum_names(TestStatus)
{
  return std::array{EnumName{TestStatus::passed, "passed"}, EnumName{TestStatus::failed, "failed"},
                    EnumName{TestStatus::error, "error"}, EnumName{TestStatus::skipped, "skipped"},
                    EnumName{TestStatus::missing, "missing"}};
}

struct TestResult {
  std::string id; // "<suite>/<classname or spec>/<name>": stable across runs
  std::string suite;
  std::string name;
  TestStatus status = TestStatus::missing;
  std::int64_t attempts = 1;
  double duration_s = 0;
  std::string message; // first line of why, at most 4 KiB
  std::string detail;  // trace or output, at most 16 KiB
  bool flaky = false;  // passed, but not in every attempt

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("suite", self.suite);
    visit("name", self.name);
    visit("status", self.status);
    visit("attempts", self.attempts);
    visit("duration_s", self.duration_s);
    visit("message", self.message);
    visit("detail", self.detail);
    visit("flaky", self.flaky);
  }
};

struct TestCounts {
  std::int64_t planned = 0;  // 0 when nothing was listed
  std::int64_t executed = 0; // passed + failed + error
  std::int64_t passed = 0;
  std::int64_t flaky = 0; // of the passed
  std::int64_t failed = 0;
  std::int64_t error = 0;
  std::int64_t skipped = 0;
  std::int64_t missing = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("planned", self.planned);
    visit("executed", self.executed);
    visit("passed", self.passed);
    visit("flaky", self.flaky);
    visit("failed", self.failed);
    visit("error", self.error);
    visit("skipped", self.skipped);
    visit("missing", self.missing);
  }
};

// One file that results were read from. `complete` is false when it was cut or broken: the verdict is an error then.
struct ResultSource {
  std::string file;
  std::int64_t tests = 0;
  bool complete = false;
  std::vector<std::string> problems;
  std::int64_t repaired = 0; // characters that XML or the file's encoding forbids, read as another

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("file", self.file);
    visit("tests", self.tests);
    visit("complete", self.complete);
    visit("problems", self.problems);
    visit("repaired", self.repaired);
  }
};

struct Results {
  static constexpr const char* k_file = "results.json";
  static constexpr const char* k_schema = "results";

  std::int64_t schema_version = 1;
  std::vector<TestResult> tests;
  TestCounts counts;
  std::vector<ResultSource> sources;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("tests", self.tests);
    visit("counts", self.counts);
    visit("sources", self.sources);
  }
};

} // namespace streamgate::record
