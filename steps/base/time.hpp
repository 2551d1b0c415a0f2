// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace streamgate {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

// Return the present time of day.
WallTime wall_now();

// Print as RFC 3339 in UTC, with milliseconds only when there are any: 2026-03-01T09:30:00Z.
std::string to_rfc3339(WallTime time);

// Parse RFC 3339 with any offset and fraction. Error: bad_input.
Result<WallTime> parse_rfc3339(std::string_view text);

// Parse a Go duration: "90s", "1h30m", "250ms", "1.5h"; a bare "0" too. Never negative. Error: bad_input.
Result<Duration> parse_duration(std::string_view text);

// Print for people: "850 ms", "4.2 s", "3 min 5 s", "1 h 2 min".
std::string to_text(Duration duration);

} // namespace streamgate
