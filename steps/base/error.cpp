// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace streamgate {
namespace {

struct CodeName {
  ErrorCode code;
  std::string_view name;
};

constexpr std::array k_names{
    CodeName{ErrorCode::usage, "Usage"},
    CodeName{ErrorCode::bad_input, "BadInput"},
    CodeName{ErrorCode::not_found, "NotFound"},
    CodeName{ErrorCode::ambiguous, "Ambiguous"},
    CodeName{ErrorCode::unauthorized, "Unauthorized"},
    CodeName{ErrorCode::forbidden, "Forbidden"},
    CodeName{ErrorCode::conflict, "Conflict"},
    CodeName{ErrorCode::gone, "Gone"},
    CodeName{ErrorCode::throttled, "Throttled"},
    CodeName{ErrorCode::unavailable, "Unavailable"},
    CodeName{ErrorCode::tls, "TLS"},
    CodeName{ErrorCode::timeout, "Timeout"},
    CodeName{ErrorCode::cancelled, "Cancelled"},
    CodeName{ErrorCode::io, "IO"},
    CodeName{ErrorCode::registry, "Registry"},
    CodeName{ErrorCode::build_failed, "BuildFailed"},
    CodeName{ErrorCode::proof_failed, "ProofFailed"},
    CodeName{ErrorCode::no_tests, "NoTests"},
    CodeName{ErrorCode::crash_loop, "CrashLoop"},
    CodeName{ErrorCode::test_failed, "TestFailed"},
    CodeName{ErrorCode::environment, "EnvironmentFailed"},
    CodeName{ErrorCode::internal, "Internal"},
};

} // namespace

std::string_view reason(ErrorCode code) noexcept
{
  const auto it = std::ranges::find(k_names, code, &CodeName::code);
  return it == k_names.end() ? "Internal" : it->name;
}

ErrorCode error_code(std::string_view name) noexcept
{
  const auto it = std::ranges::find(k_names, name, &CodeName::name);
  return it == k_names.end() ? ErrorCode::internal : it->code;
}

ExitStatus exit_status(ErrorCode code) noexcept
{
  const bool under_test = code == ErrorCode::crash_loop || code == ErrorCode::test_failed;
  return under_test ? ExitStatus::failed : ExitStatus::error;
}

Error Error::during(std::string what) &&
{
  context.push_back(std::move(what));
  return std::move(*this);
}

Error Error::advise(std::string what_to_try) &&
{
  if (hint.empty()) hint = std::move(what_to_try);
  return std::move(*this);
}

std::string Error::text() const
{
  std::string out;
  for (auto it = context.rbegin(); it != context.rend(); ++it) out.append(*it).append(": ");
  return out.append(message);
}

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint)
{
  return std::unexpected(Error{code, std::move(message), {}, std::move(hint)});
}

} // namespace streamgate
