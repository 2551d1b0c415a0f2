// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace streamgate::parse_junit {

// Return the files that fit a pattern, sorted: *, ? and [...] within a name, ** for any folders or none. A pattern that
// is a file's name as it stands is that file. Symbolic links to folders are not followed by **. Errors: not_found when
// nothing fits, bad_input for more than 10 000 files, io for a folder that cannot be read.
Result<std::vector<std::filesystem::path>> files_for(const std::string& pattern);

} // namespace streamgate::parse_junit
