// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "record/history.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Reading of files of history: one HistoryRun a line, written by other runs, by other versions of this program, and
// perhaps by hand. A line that is broken harms no other.
namespace streamgate::record {

// The longest line that is read or written, in bytes: a run of some 100,000 tests.
inline constexpr std::size_t k_longest_history_line = std::size_t{16} << 20U;
// The largest history.jsonl, in bytes.
inline constexpr std::size_t k_largest_history = std::size_t{256} << 20U;

// Whose a line is.
struct HistoryKey {
  std::string run;
  WallTime time;
};

// Return whose a line is. Asks no more of it, so that lines of later versions are kept in their order, too. Error:
// bad_input.
Result<HistoryKey> history_key(std::string_view line);

// Read one line. A verdict that is not known is taken for `error` and a test's status for `missing`, which count for
// nothing, and is said in `notes`. Error: bad_input.
Result<HistoryRun> read_history_line(std::string_view line, std::vector<std::string>& notes);

// What `read_history` met.
struct HistoryReading {
  std::int64_t runs = 0;             // lines that were read
  std::int64_t broken = 0;           // lines that could not be read
  std::vector<std::string> problems; // "line 3: ...", the first 20 of them
};

// Read a file line by line; `take` gets each run, in the order of the file. Errors: not_found; io; bad_input for what
// is no regular file or larger than k_largest_history.
Result<HistoryReading> read_history(const std::filesystem::path& path, const std::function<void(HistoryRun)>& take);

} // namespace streamgate::record
