// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/observations.hpp"
#include "record/run_dir.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace streamgate::evaluate {

// Earlier runs of the same gate and suite, as `publish` brought them into the run's directory.
struct History {
  std::optional<analysis::TestHistory> tests = {}; // nothing: there is none, or it could not be read
  std::string problem = {};                        // why there is none, or what of it could not be read
  std::int64_t runs = 0;                           // that count
};

// Read history.jsonl without the runs of other gates and suites ("" for any suite) and without those named by `except`:
// an earlier try of a run is no earlier run. Never fails.
History read_history(const record::RunDir& run_dir, const std::string& gate, const std::string& suite,
                     const std::set<std::string>& except);

} // namespace streamgate::evaluate
