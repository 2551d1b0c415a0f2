// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Which Go tests failed, and the patterns that run only them.
namespace streamgate::run_tests {

// In the order in which one outweighs the other: a test may be run twice by its TestMain.
enum class GoEnd { none, skipped, passed, failed };

struct GoTestEvents {
  bool began = false;
  GoEnd end = GoEnd::none;
  friend bool operator==(const GoTestEvents&, const GoTestEvents&) = default;
};

// What was said of each test and subtest of a package.
using GoPackage = std::map<std::string, GoTestEvents, std::less<>>;

// Read the events of `go test -json` by package. What is no event of a test is passed over. gotestsum's junit.xml is of
// no use here: it calls what was cut off with its package failed.
std::map<std::string, GoPackage, std::less<>> read_go_events(std::string_view events);

// Return the name of the top-level test that `name` is, or is a subtest of.
std::string_view top_level(std::string_view name);

// Return the failed tests and subtests that have no failed subtest themselves: these failed, and their parents by them.
// In place of one that ended under a name that never began, its top-level test: go cuts a name with " (" in it when it
// tells its end, and the seed of a fuzz test may have such a name.
std::vector<std::string> failed_leaves(const GoPackage& package);

// Return the -run (or -skip) pattern of one test or subtest, by its full name, and of no other with as many levels.
// go splits names and patterns at '/' and rewrites blanks in patterns: the pattern is of printable ASCII only.
std::string exact_go_pattern(std::string_view name);

// Return -run for these tests and subtests, each with its parents, as it must be, and its own subtests.
std::string go_run_pattern(const std::vector<std::string>& names);

// Return true when -run with go_run_pattern(names) runs the test or subtest: it is one of them, above or below one.
bool go_runs(const std::set<std::string, std::less<>>& names, std::string_view test);

} // namespace streamgate::run_tests
