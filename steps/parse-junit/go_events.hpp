// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/junit.hpp"
#include "parse-junit/row.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace streamgate::parse_junit {

// Reads what `go test -json` prints (cmd/test2json), an event a line. Rows have the ids that gotestsum's JUnit gives:
// <suite>/<package>/<test>, subtests with their slash. A test that began and did not end is an error, and so is a
// package that failed without a failing test (its build, TestMain): <suite>/<package>/TestMain. Holds the output of
// the tests that run, never that of those that ended.
class GoEventsReader {
public:
  // The sink outlives the reader.
  GoEventsReader(std::string_view suite, const RowSink& sink);

  // Take one line without its line end; `cut`: only its begin, because it is too long.
  void line(std::string_view line, bool cut = false);
  // Say that the file has ended.
  ReadEnd finish();

private:
  struct Test {
    std::string output;
  };
  struct Package {
    std::map<std::string, Test, std::less<>> running;
    std::string output; // of no test
    std::int64_t bad = 0;
    bool open = false;
  };
  struct Build {
    std::string output;
    bool failed = false;
    bool told = false; // a package's row says so
  };

  struct Event;

  void take(const Event& event);
  void take_test(Package& package, const Event& event);
  void end_package(std::string_view name, Package& package, const Event& event);
  void fail_package(std::string_view name, bool unbuilt, std::string_view output);
  void end_running(std::string_view name, Package& package);
  void row(std::string_view package, std::string_view test, record::TestStatus status, double duration_s,
           std::string_view message, std::string_view output);
  void keep(std::string& output, std::string_view text);
  void problem(std::string text);

  std::string m_suite;
  const RowSink& m_sink;
  std::map<std::string, Package, std::less<>> m_packages;
  std::map<std::string, Build, std::less<>> m_builds; // by import path
  std::size_t m_held = 0;                             // tests and packages in memory
  std::size_t m_held_output = 0;                      // bytes
  std::int64_t m_events = 0;
  std::int64_t m_others = 0; // lines that are no event
  bool m_stopped = false;
  std::string m_last; // a last line that is no whole event
  ReadEnd m_result;
};

// Read a whole file. For tests and fuzzing.
ReadEnd read_go_events(std::string_view text, const std::string& suite, const RowSink& sink);

} // namespace streamgate::parse_junit
