// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace streamgate {
namespace {

struct Spelling {
  ErrorCode code;
  const char* reason;
  int exit;
};

class EveryErrorCode : public ::testing::TestWithParam<Spelling> {};

TEST_P(EveryErrorCode, HasAReasonThatReadsBackAndAnExitStatus)
{
  const auto& expected = GetParam();
  EXPECT_EQ(reason(expected.code), expected.reason);
  EXPECT_EQ(error_code(expected.reason), expected.code);
  EXPECT_EQ(to_int(exit_status(expected.code)), expected.exit);
}

// The reasons are a contract with pipelines that read `error-reason`.
INSTANTIATE_TEST_SUITE_P(
    Error, EveryErrorCode,
    ::testing::Values(
        Spelling{ErrorCode::usage, "Usage", 2}, Spelling{ErrorCode::bad_input, "BadInput", 2},
        Spelling{ErrorCode::not_found, "NotFound", 2}, Spelling{ErrorCode::ambiguous, "Ambiguous", 2},
        Spelling{ErrorCode::unauthorized, "Unauthorized", 2}, Spelling{ErrorCode::forbidden, "Forbidden", 2},
        Spelling{ErrorCode::conflict, "Conflict", 2}, Spelling{ErrorCode::gone, "Gone", 2},
        Spelling{ErrorCode::throttled, "Throttled", 2}, Spelling{ErrorCode::unavailable, "Unavailable", 2},
        Spelling{ErrorCode::tls, "TLS", 2}, Spelling{ErrorCode::timeout, "Timeout", 2},
        Spelling{ErrorCode::cancelled, "Cancelled", 2}, Spelling{ErrorCode::io, "IO", 2},
        Spelling{ErrorCode::registry, "Registry", 2}, Spelling{ErrorCode::build_failed, "BuildFailed", 2},
        Spelling{ErrorCode::proof_failed, "ProofFailed", 2}, Spelling{ErrorCode::no_tests, "NoTests", 2},
        Spelling{ErrorCode::crash_loop, "CrashLoop", 1}, Spelling{ErrorCode::test_failed, "TestFailed", 1},
        Spelling{ErrorCode::environment, "EnvironmentFailed", 2}, Spelling{ErrorCode::internal, "Internal", 2}),
    [](const auto& test) { return std::string(test.param.reason); });

TEST(Error, NoCodeIsLeftOutOfTheTable)
{
  std::set<std::string_view> reasons;
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    EXPECT_TRUE(reasons.insert(reason(static_cast<ErrorCode>(code))).second)
        << "code " << code << " has no reason of its own";
  }
}

TEST(Error, AnUnknownReasonIsInternal)
{
  EXPECT_EQ(error_code("NoSuchReason"), ErrorCode::internal);
  EXPECT_EQ(error_code(""), ErrorCode::internal);
  EXPECT_EQ(error_code("badinput"), ErrorCode::internal);
}

TEST(Error, TextSaysTheOutermostFirst)
{
  const auto error = Error{ErrorCode::io, "no space left"}.during("while writing plan.json").during("while planning");
  EXPECT_EQ(error.text(), "while planning: while writing plan.json: no space left");
  EXPECT_EQ((Error{ErrorCode::io, "no space left"}.text()), "no space left");
}

TEST(Error, TheInnermostHintIsKept)
{
  const auto error = Error{ErrorCode::io, "m", {}, ""}.advise("first").advise("second");
  EXPECT_EQ(error.hint, "first");
}

Result<int> half(int number)
{
  if (number % 2 != 0) return fail(ErrorCode::bad_input, "odd", "give an even one");
  return number / 2;
}

Result<int> quarter(int number)
{
  SG_TRY_ASSIGN(const int once, half(number));
  SG_TRY(half(once));
  return during(half(once), "while halving again");
}

TEST(Error, TryReturnsEarlyWithCodeMessageAndHint)
{
  EXPECT_EQ(quarter(8).value(), 2);
  for (const int number : {3, 6}) {
    const auto bad = quarter(number);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::bad_input);
    EXPECT_EQ(bad.error().text(), "odd");
    EXPECT_EQ(bad.error().hint, "give an even one");
  }
}

TEST(Error, DuringPassesAGoodResultAndNamesABadOne)
{
  EXPECT_EQ(during(half(4), "while x").value(), 2);
  EXPECT_EQ(during(half(3), "while x").error().text(), "while x: odd");
}

TEST(ExitStatus, JoinsFailureAndError)
{
  EXPECT_EQ(ExitStatus::failed | ExitStatus::error, ExitStatus::failed_and_error);
  EXPECT_EQ(ExitStatus::passed | ExitStatus::failed, ExitStatus::failed);
  EXPECT_EQ(ExitStatus::error | ExitStatus::error, ExitStatus::error);
  EXPECT_EQ(to_int(ExitStatus::failed_and_error), 3);
}

} // namespace
} // namespace streamgate
