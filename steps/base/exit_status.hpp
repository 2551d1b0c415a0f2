// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace streamgate {

// How a step or a pipeline ended. The numbers are a contract with callers (system A's exit codes) and never change.
enum class ExitStatus : int {
  passed = 0,           // Everything asked for was done, and the thing under test is good.
  failed = 1,           // The thing under test failed: a test, or a controller that does not start.
  error = 2,            // Could not tell: build, infrastructure, bad input or usage.
  failed_and_error = 3, // Something failed, and something else could not be told.
};

// Join two endings: a failure and an error together are `failed_and_error`.
constexpr ExitStatus operator|(ExitStatus a, ExitStatus b) noexcept
{
  return static_cast<ExitStatus>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// Return the number that the process exits with (0 to 3).
constexpr int to_int(ExitStatus status) noexcept
{
  return static_cast<int>(status);
}

} // namespace streamgate
