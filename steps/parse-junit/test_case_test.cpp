// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "parse-junit/test_case.hpp"

#include <gtest/gtest.h>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;
using Outcome = TestCase::Outcome;

TEST(Seconds, ReadsOddForms)
{
  EXPECT_EQ(seconds("0.25"), 0.25);
  EXPECT_EQ(seconds("12"), 12);
  EXPECT_EQ(seconds("1e-3"), 0.001);
  EXPECT_EQ(seconds("1,234.5"), 1234.5);
  EXPECT_EQ(seconds("1,234,567.5"), 1234567.5);
  EXPECT_EQ(seconds("1,234"), 1234);
  EXPECT_EQ(seconds("0,25"), 0.25);
  EXPECT_EQ(seconds(" 3.5 "), 3.5);
  for (const char* none : {"", " ", "-1", "nan", "inf", "1e999", "fast", "1.2.3", "12s", ","})
    EXPECT_EQ(seconds(none), 0) << none;
}

TEST(TellingLine, PassesOverBlankLinesAndMarkers)
{
  EXPECT_EQ(telling_line("\n  \n  why  \nmore"), "why");
  EXPECT_EQ(telling_line("=== RUN   TestA\n--- FAIL: TestA (0.1s)\n    a_test.go:7: got 1, want 2\n"),
            "a_test.go:7: got 1, want 2");
  EXPECT_EQ(telling_line(""), "");
  EXPECT_EQ(telling_line("=== RUN   TestA"), "");
}

TestCase begun()
{
  TestCase test;
  test.begin("suite", "group", "name", 1.5);
  return test;
}

TEST(TestCaseRow, PassesUnlessToldOtherwise)
{
  auto test = begun();
  const auto row = test.row();
  EXPECT_EQ(row.id, "suite/group/name");
  EXPECT_EQ(row.suite, "suite");
  EXPECT_EQ(row.name, "name");
  EXPECT_EQ(row.status, TestStatus::passed);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.duration_s, 1.5);
  EXPECT_EQ(row.message, "");
  EXPECT_EQ(row.detail, "");
}

TEST(TestCaseRow, HasAnIdWithoutGroupOrName)
{
  TestCase test;
  test.begin("suite", "", "", 0);
  EXPECT_EQ(test.row().id, "suite/(unnamed)");
  EXPECT_EQ(test.row().name, "(unnamed)");
}

struct Mix {
  std::vector<Outcome> outcomes;
  TestStatus status;
};

TEST(TestCaseRow, IsAsBadAsTheWorstThatWasSaid)
{
  using enum Outcome;
  const std::vector<Mix> mixes{
      {{failure}, TestStatus::failed},
      {{error}, TestStatus::error},
      {{skipped}, TestStatus::skipped},
      {{skipped, failure}, TestStatus::failed},
      {{failure, skipped}, TestStatus::failed},
      {{error, skipped}, TestStatus::error},
      {{error, failure}, TestStatus::failed},
      {{failure, error}, TestStatus::failed},
      {{flake}, TestStatus::passed},
      {{failure, flake}, TestStatus::failed},
      {{rerun_failure}, TestStatus::failed},
      {{rerun_error}, TestStatus::error},
      {{error, rerun_failure}, TestStatus::error},
  };
  for (const auto& mix : mixes) {
    auto test = begun();
    for (const auto outcome : mix.outcomes) test.outcome(outcome, "m", "t");
    EXPECT_EQ(test.row().status, mix.status) << static_cast<int>(mix.outcomes.front()) << " " << mix.outcomes.size();
  }
}

TEST(TestCaseRow, CountsEarlierAttempts)
{
  auto test = begun();
  test.outcome(Outcome::flake, "first", "");
  test.outcome(Outcome::flake, "second", "");
  EXPECT_EQ(test.row().attempts, 3);
  EXPECT_EQ(test.row().message, "first");
}

TEST(TestCaseRow, TakesTheMessageFromWhereItIs)
{
  auto attribute = begun();
  attribute.outcome(Outcome::failure, "in the attribute", "Type");
  attribute.text("body");
  EXPECT_EQ(attribute.row().message, "in the attribute");
  EXPECT_EQ(attribute.row().detail, "body");

  auto body = begun();
  body.outcome(Outcome::failure, "", "Type");
  body.text("\n  in the body\n  and more\n");
  EXPECT_EQ(body.row().message, "in the body");

  auto gotestsum = begun();
  gotestsum.outcome(Outcome::failure, "Failed", "");
  gotestsum.text("=== RUN   TestA\n    a_test.go:7: boom\n--- FAIL: TestA (0.00s)\n");
  EXPECT_EQ(gotestsum.row().message, "a_test.go:7: boom");

  auto only_type = begun();
  only_type.outcome(Outcome::error, "", "java.lang.NullPointerException");
  EXPECT_EQ(only_type.row().message, "java.lang.NullPointerException");

  auto gauge = begun();
  gauge.outcome(Outcome::failure, "say \"x\"\nStep Execution Failure: 'the controller said no'", "");
  gauge.text("trace");
  EXPECT_EQ(gauge.row().message, "the controller said no");
  EXPECT_EQ(gauge.row().detail, "say \"x\"\nStep Execution Failure: 'the controller said no'\ntrace");
}

TEST(TestCaseRow, KeepsOneLineAsMessageAndTheRestAsDetail)
{
  auto test = begun();
  test.outcome(Outcome::failure, "first line\nsecond line", "");
  EXPECT_EQ(test.row().message, "first line");
  EXPECT_EQ(test.row().detail, "first line\nsecond line");
}

TEST(TestCaseRow, KeepsSeveralFailures)
{
  auto test = begun();
  test.outcome(Outcome::failure, "one", "");
  test.text("trace one");
  test.outcome(Outcome::failure, "two", "");
  test.text("trace two");
  EXPECT_EQ(test.row().message, "one");
  EXPECT_EQ(test.row().detail, "trace one\nand: two\ntrace two");
}

TEST(TestCaseRow, StaysWithinBoundsAndWithinCharacters)
{
  auto test = begun();
  test.outcome(Outcome::failure, "", "");
  for (int i = 0; i < 100000; ++i) test.text("ä");
  const auto row = test.row();
  EXPECT_LE(row.detail.size(), k_detail_limit * 2);
  EXPECT_GE(row.detail.size(), k_detail_limit);
  EXPECT_TRUE(utf8::valid(row.detail));
  EXPECT_TRUE(utf8::valid(row.message));
}

TEST(TestCaseRow, ForgetsTheTestBefore)
{
  auto test = begun();
  test.outcome(Outcome::failure, "bad", "T");
  test.text("trace");
  test.outcome(Outcome::flake, "again", "T");
  (void)test.row();
  test.begin("suite", "group", "next", 0);
  const auto row = test.row();
  EXPECT_EQ(row.status, TestStatus::passed);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.message, "");
  EXPECT_EQ(row.detail, "");
}

} // namespace
} // namespace streamgate::parse_junit
