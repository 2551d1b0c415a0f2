// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "run-tests/listing.hpp"

#include <set>
#include <utility>

namespace streamgate::fuzz {

// What go test -list or gauge list prints.
void fuzz(std::string_view input)
{
  if (const auto tests = run_tests::read_go_list(input)) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& [package, name] : *tests) {
      expect(run_tests::is_test_name(name), "a test has a test's name");
      expect(seen.emplace(package, name).second, "no test is listed twice");
    }
  }
  for (const auto& heading : run_tests::read_gauge_list(input)) {
    expect(heading.starts_with("# ") || heading.starts_with("## "), "a heading is a spec's or a scenario's");
    const auto name = heading.substr(heading.find(' ') + 1);
    expect(!name.empty() && input.find(name) != std::string_view::npos, "a heading was printed");
  }
}

} // namespace streamgate::fuzz
