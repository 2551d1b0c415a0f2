// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "run-tests/go_rerun.hpp"
#include "support/go_match.hpp"

#include <algorithm>

namespace streamgate::fuzz {

// Events of go test: what is run again is what failed, and go takes the patterns as they are meant.
void fuzz(std::string_view input)
{
  constexpr std::size_t k_most = 20; // the model of go's matching is slow
  for (const auto& [package, tests] : run_tests::read_go_events(input)) {
    const auto leaves = run_tests::failed_leaves(tests);
    const auto pattern = run_tests::go_run_pattern(leaves);
    const std::set<std::string, std::less<>> names(leaves.begin(), leaves.end());
    expect(std::ranges::all_of(pattern, [](char c) { return c > ' ' && c <= '~'; }), "a pattern is printable ASCII");
    for (const auto& [name, events] : tests) {
      const bool failed = events.end == run_tests::GoEnd::failed;
      expect(!failed || run_tests::go_runs(names, name) || !events.began, "all that failed runs again");
    }
    if (leaves.empty() || leaves.size() > k_most || tests.size() > k_most) continue;
    for (const auto& [name, events] : tests) {
      expect(test::go_would_run(pattern, "", name) == run_tests::go_runs(names, name), "go runs what is meant");
      expect(!test::go_would_run("", run_tests::exact_go_pattern(name), name), "go skips what is meant");
    }
  }
}

} // namespace streamgate::fuzz
