// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "record/run_dir.hpp"
#include "target.hpp"

#include <filesystem>
#include <string>

namespace streamgate::build_images {

// Find the run directory that --images-from names: a run directory, its images folder, or the name of a run beside
// `run_dir`. Error: not_found.
Result<record::RunDir> find_run(const std::string& named, const std::filesystem::path& run_dir,
                                const std::string& component);

// Return another run's images of a component, with the keys of this plan. Errors: not_found (no record, or an image
// missing in it), bad_input (another commit, a malformed record).
Result<std::vector<record::BuiltImage>> images_from(const record::RunDir& other,
                                                    const record::PlannedComponent& component);

} // namespace streamgate::build_images
