// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "record/history.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// What became of each test, and of each suite as a whole, in the runs that count.
namespace streamgate::analysis {

// `flaky`: passed, but not in every attempt.
enum class Outcome : std::uint8_t { passed, flaky, failed };

// One run of a test.
struct Observation {
  WallTime time;
  std::uint32_t run = 0; // see TestHistory::run
  Outcome outcome = Outcome::passed;
};

// Oldest first.
using Observations = std::vector<Observation>;

// What became of a run that was given to TestHistory.
enum class Taken {
  yes,
  twice,   // a run of this name is in it already
  no_word, // its verdict is neither passed, failed nor overridden: who could not tell, or broke off, did not test the
           // same thing
  no_time, // its time cannot be read
};

// Collects runs in any order, each name once: the first one given stays, so the current run goes first. A test that
// failed, broke (error) or passed ran; one that is skipped or missing did not.
// A suite (the part of an id before the first "/") passed in a run when none of its tests that ran failed, and was
// flaky when one of them was: tests of one run share its cluster, so that to count each of them would make one bad day
// a proof.
class TestHistory {
public:
  Taken add(const record::HistoryRun& run);

  // By id.
  const std::map<std::string, Observations>& tests() const { return m_tests; }
  // By name.
  const std::map<std::string, Observations>& suites() const { return m_suites; }
  // Return the name of Observation::run.
  const std::string& run(std::uint32_t index) const { return m_runs.at(index); }
  // Return the observations of a test, none when it never ran.
  const Observations& test(const std::string& id) const;

private:
  std::map<std::string, Observations> m_tests;
  std::map<std::string, Observations> m_suites;
  std::vector<std::string> m_runs;
  std::set<std::string, std::less<>> m_names;
};

// How often a test, or a suite, ran and passed.
struct Counts {
  std::int64_t runs = 0;
  std::int64_t passes = 0; // in every attempt
  std::int64_t flakes = 0;

  // Passes, flaky ones included unless they are to count as failures.
  std::int64_t good(bool flake_as_failure) const { return flake_as_failure ? passes : passes + flakes; }
};

// Count the observations later than `after`, up to `until`.
Counts count(const Observations& observations, WallTime after, WallTime until);

} // namespace streamgate::analysis
