// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

// What the runners print when they are asked for their tests.
namespace streamgate::run_tests {

struct PackageTest {
  std::string package;
  std::string name;
};

// Return true for the name of a Go test, example or fuzz test.
bool is_test_name(std::string_view line);

// Read the output of `go test -json -list`: every test of every package once, packages by name, tests of one in
// go's order. Error: bad_input for a line that is not one of go's events.
Result<std::vector<PackageTest>> read_go_list(std::string_view output);

// Read the output of `gauge list --specs --scenarios`: "# <spec>" and "## <scenario>".
std::set<std::string> read_gauge_list(std::string_view output);

} // namespace streamgate::run_tests
