// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "publish/run_record.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The history that a site keeps: one line a run (record::HistoryRun) in history/YYYY/MM/DD.jsonl, by the UTC day on
// which the run finished. A file is ordered by time, then run; lines that cannot be understood stand first, as they
// are.
namespace streamgate::publish {

// Most bytes of one day's file: hosts of git refuse files of 100 MB.
inline constexpr std::size_t k_largest_day = std::size_t{48} << 20U;
// Days before today that are read: a week of sample and a month of base, and some to spare.
inline constexpr std::chrono::days k_history_days{45};

// A run's line, without its line end.
struct HistoryLine {
  std::string run;
  WallTime time;
  std::string text;
};

// Return the line of a run, redacted. A run without verdict could not tell, and is an error. Errors: bad_input when
// its time is not known, or the line would be too long or is not one that can be read again.
Result<HistoryLine> history_line(const RunRecord& record);

// Return the path of the day's file in which a run of this time stands.
std::string history_path(WallTime time);

// Return a day's file with the line of `run` replaced by `line`, or taken out when there is none. Every other line
// stays, byte for byte; `problems` says which of them cannot be understood.
std::string with_line(std::string_view day, std::string_view run, const std::optional<HistoryLine>& line,
                      std::vector<std::string>& problems);

// Reads a file of a site, and lists all files below a folder of it.
using ReadFile = std::function<Result<std::optional<std::string>>(const std::string&)>;
using ListFiles = std::function<Result<std::vector<std::string>>(const std::string&)>;

// Return the lines of the last days, oldest first: of the UTC day of `now`, the k_history_days before it, and the day
// after it for clocks that are ahead. What does not fit into record::k_largest_history is left out, the oldest first.
// `problems` says what is left out or cannot be understood. Errors: those of `read` and `list`.
Result<std::string> recent_history(const ReadFile& read, const ListFiles& list, WallTime now,
                                   std::vector<std::string>& problems);

} // namespace streamgate::publish
