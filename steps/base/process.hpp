// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::process {

// What to run. argv[0] is looked up in the caller's PATH. No shell is ever involved.
struct Command {
  std::vector<std::string> argv;
  std::filesystem::path folder = {};                   // Working folder; the caller's when empty.
  std::map<std::string, std::string> environment = {}; // Added to, or replacing, the caller's environment.
  std::vector<std::string> without = {};               // Names removed from the caller's environment.
  std::optional<Duration> timeout = {};                // For the whole run; none when absent.
  Duration grace = std::chrono::seconds(10);           // Between SIGTERM and SIGKILL of the process group.
};

enum class Stream { out, err };

// Called with each piece of output as it comes (not line by line), from the calling thread.
using Sink = std::function<void(Stream, std::string_view)>;

enum class End { exited, signalled, timed_out, cancelled };

struct Finished {
  End how = End::exited;
  int code = 0; // Exit code, or the signal's number.
  Duration took{0};
  bool good() const { return how == End::exited && code == 0; }
  // "exited with code 2", "was killed by signal 9 (Killed)", "ran into its timeout after 5 min".
  std::string text() const;
};

// Run a command in a process group of its own with stdin closed. On timeout or cancellation the whole group gets
// SIGTERM, after `grace` SIGKILL, so that no grandchild outlives the step; what the command leaves of its group when it
// ends is killed at once. Errors: not_found when there is no such program, io, cancelled when that was so before the
// start.
Result<Finished> run(const Command& command, const Sink& sink, const Cancel& cancel);

// Run and return stdout. Errors: as `run`; io with the last lines of stderr when it did not exit with 0, and when it
// printed more than `limit` bytes; timeout; cancelled.
Result<std::string> output(const Command& command, const Cancel& cancel, std::size_t limit = std::size_t{16} << 20U);

// Return the command as one line that a shell would take, redacted.
std::string to_line(const std::vector<std::string>& argv);

} // namespace streamgate::process
