// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "record/history.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace streamgate::notify {

// Return the last run of a gate and a suite in history.jsonl that is not `run` itself, or nothing when there is none or
// no such file. The file is read line by line and lines are parsed from its end; a broken one is passed over with a
// warning. Error: io.
Result<std::optional<record::HistoryRun>> last_run(const std::filesystem::path& file, const std::string& gate,
                                                   const std::string& suite, const std::string& run);

} // namespace streamgate::notify
