// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/exit_status.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate {

// Every class of error has one code. `reason()` is its spelling in the `error-reason` result.
enum class ErrorCode {
  usage,        // The command line is wrong.
  bad_input,    // A file, a parameter or an answer does not have the form that it must have.
  not_found,    // Something named does not exist.
  ambiguous,    // A name fits more than one thing.
  unauthorized, // 401: credentials are missing or not accepted.
  forbidden,    // 403: the account may not do this.
  conflict,     // 409 and 422 of a patch's `test`: somebody else changed or holds the object.
  gone,         // 410: a resourceVersion or continue token is too old.
  throttled,    // 429 that outlasted all tries.
  unavailable,  // 5xx, or a connection that could not be made or was cut, after all tries.
  tls,          // The peer's certificate, or ours, was refused.
  timeout,      // A deadline passed.
  cancelled,    // SIGTERM or SIGINT.
  io,           // A file or a process could not be used.
  registry,     // An image registry refused or did not answer.
  build_failed, // The component does not compile, or its images cannot be made.
  proof_failed, // What runs is not what was built.
  no_tests,     // Nothing was planned or nothing ran.
  crash_loop,   // The image under test does not start. The thing under test is bad: exit 1.
  test_failed,  // A test of the suite failed: exit 1.
  environment,  // So many tests failed, or such ones, that it is the target and not the change.
  internal,     // A defect of this program.
};

// Return the code's name in PascalCase, as in the `error-reason` result: `BadInput`, `CrashLoop` ...
std::string_view reason(ErrorCode code) noexcept;

// Return the code that `reason()` spells as `name`, or `internal` for an unknown one.
ErrorCode error_code(std::string_view name) noexcept;

// Return the exit status that an error of this code ends a step with.
ExitStatus exit_status(ErrorCode code) noexcept;

// What went wrong, for people. `message` is one sentence without a final stop; `context` holds what was being done,
// outermost last; `hint` (may be empty) says what to try next.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::vector<std::string> context = {};
  std::string hint = {};

  // Return this error with one more level of what was being done: "while reading plan.json".
  Error during(std::string what) &&;
  // Return this error with a hint, unless it has one already.
  Error advise(std::string what_to_try) &&;
  // Return the message with its context, outermost first: "reading plan.json: no such file".
  std::string text() const;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

// Make the unexpected value of a Result in one call.
std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {});

// Add context to a failed result on its way up; a good one passes unchanged.
template <class T>
Result<T> during(Result<T> result, std::string what)
{
  if (!result) return std::unexpected(std::move(result.error()).during(std::move(what)));
  return result;
}

} // namespace streamgate

#define SG_CONCAT_INNER(a, b) a##b
#define SG_CONCAT(a, b) SG_CONCAT_INNER(a, b)

// Return the error of `expr` from the calling function, or go on.
#define SG_TRY(expr)                                                                                                   \
  do {                                                                                                                 \
    if (auto sg_status = (expr); !sg_status) return std::unexpected(std::move(sg_status.error()));                     \
  } while (false)

// Declare or assign `target` from the value of `expr`, or return its error from the calling function.
#define SG_TRY_ASSIGN(target, expr) SG_TRY_ASSIGN_INNER(SG_CONCAT(sg_result_, __LINE__), target, expr)
#define SG_TRY_ASSIGN_INNER(name, target, expr)                                                                        \
  auto name = (expr);                                                                                                  \
  if (!(name)) return std::unexpected(std::move((name).error()));                                                      \
  target = std::move(*(name))
