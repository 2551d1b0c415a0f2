// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/observations.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// A flaky test passes at times; a broken one does not, and to run it again only takes time.
namespace streamgate::analysis {

// How often a test passed only after it had failed in the same run.
struct FlakeRate {
  std::int64_t runs = 0;
  std::int64_t flaky = 0;

  // 0 to 1; 0 without runs.
  double rate() const { return runs == 0 ? 0 : static_cast<double>(flaky) / static_cast<double>(runs); }
};

// Count over the days before `now`.
FlakeRate flake_rate(const Observations& observations, WallTime now, std::chrono::days days = std::chrono::days(37));

// A test that failed in each of its last runs.
struct Broken {
  std::int64_t runs = 0; // that it failed in, one after the other
  std::string since_run; // the first of them: the change is between the last good one and this
  WallTime since;        // when it finished
  std::string last_good; // the run before them, "" when the history knows no good one
  std::string text = {}; // for people: "failed in each of its last 5 runs, since run-7 of 2026-03-01"
};

// Return since when a test is broken; nothing when it passed, be it flakily, in one of its last `runs` runs up to
// `now`, or did not run so often. `runs` is above 0.
std::optional<Broken> broken(const TestHistory& history, const std::string& id, WallTime now, std::int64_t runs = 3);

} // namespace streamgate::analysis
