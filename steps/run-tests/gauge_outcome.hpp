// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streamgate::run_tests {

// What Gauge says of its last run.
struct GaugeOutcome {
  std::set<std::pair<std::string, std::string>> failed; // headings of the spec and of the scenario
  std::vector<std::string> hooks;                       // headings of specs, "the suite": a hook of these failed
  std::int64_t rows_executed = 0;                       // scenarios that passed or failed; each row of a table is one
  std::int64_t rows_failed = 0;                         // of these
};

// Read .gauge/last_run_result: a ProtoSuiteResult of gauge-proto's spec.proto. Not failures.json, which forgets a
// scenario that failed when a later row of its table passes. Error: bad_input.
Result<GaugeOutcome> read_gauge_outcome(std::string_view bytes);

} // namespace streamgate::run_tests
