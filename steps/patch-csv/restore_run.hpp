// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "patch_csv.hpp"
#include "record/run_dir.hpp"

#include <optional>
#include <string>

// `--restore`: whose changes are taken back, from which record, and what deploy.json says of it.
namespace streamgate::patch_csv {

// Return the deploy.json of that run ("" for any), or nothing when there is none: then no run is known to have changed
// anything. Errors: those of reading it.
Result<std::optional<record::Deploy>> deploy_of(const record::RunDir& run_dir, const std::string& run);

// Restore from the record on the target or, where that is lost, from this run's deploy.json. The answer is the same
// each time: `restored` stands in deploy.json, and the exit code is 0, only once all changes have their old values.
// Errors: conflict when somebody else changed values, or another run holds what this one changed; bad_input.
Result<Outcome> restore_run(const Options& options, const Deps& deps);

} // namespace streamgate::patch_csv
