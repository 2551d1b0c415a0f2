// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judge.hpp"
#include "evaluate/test_evidence.hpp"
#include "evaluate/view.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::evaluate {
namespace {

using record::TestStatus;
using record::VerdictWord;
using testing::HasSubstr;
using testing::Not;
using namespace test_support;

record::Verdict verdict_of(const std::vector<TestStatus>& statuses)
{
  auto evidence = good();
  set_tests(evidence, statuses);
  return judge(evidence, Policy(), std::nullopt, "", *parse_rfc3339("2026-03-01T09:30:00.123Z"));
}

TEST(View, OfAPassedRunIsShort)
{
  const auto text =
      view(verdict_of({TestStatus::passed, TestStatus::passed}), record::Failures{}, deploy(), Colour::no);
  EXPECT_EQ(text, "PASSED  run-7\n"
                  "tests         2 planned, 2 run, 2 passed, 0 failed, 0 skipped, 0 missing (suite s)\n"
                  "component     pipeline cafe refs/tags/v1\n"
                  "proof before  proven, 1 containers, 2026-03-01T09:15:00Z\n"
                  "proof after   proven, 1 containers, 2026-03-01T09:30:00Z\n");
}

TEST(View, GroupsFailuresByCategoryWithTheNextStep)
{
  record::Failures failures;
  failures.failures.push_back(
      {"s/a", "platform", "Platform Issue", "dns", "", "no such host", "cluster people", "look at DNS"});
  failures.failures.push_back({"s/b", "unknown", "To Investigate", "", "", "", "you", "read the log"});
  failures.failures.push_back(
      {"s/c", "platform", "Platform Issue", "dns", "", "no such host", "cluster people", "look at DNS"});
  const auto text = view(verdict_of({TestStatus::failed, TestStatus::failed, TestStatus::failed}), failures,
                         std::nullopt, Colour::no);
  EXPECT_THAT(text, HasSubstr("FAILED  run-7\n  TestFailed: 3 of 3 tests failed: s/t0, s/t1, s/t2\n"));
  EXPECT_THAT(
      text, HasSubstr("Platform Issue (2)\n  s/a\n    no such host\n    next: look at DNS (cluster people)\n  s/c\n"));
  EXPECT_THAT(text, HasSubstr("To Investigate (1)\n  s/b\n    next: read the log (you)\n"));
}

TEST(View, ShowsTheFirstOfMany)
{
  record::Failures failures;
  for (int i = 0; i < 30; ++i)
    failures.failures.push_back({fmt::format("s/f{}", i), "unknown", "To Investigate", "", "", "", "you", "read"});
  const auto text = view(verdict_of({TestStatus::failed}), failures, std::nullopt, Colour::no);
  EXPECT_THAT(text, HasSubstr("s/f19\n"));
  EXPECT_THAT(text, Not(HasSubstr("s/f20\n")));
  EXPECT_THAT(text, HasSubstr("... and 10 more"));
}

TEST(View, SaysWhatToDoAboutAnError)
{
  auto evidence = good();
  evidence.errors.push_back(
      {1, "resolve-ref", "", 2, "NotFound", "no component \"pipelin\"", "did you mean pipeline?", ""});
  const auto text = view(judge(evidence, Policy(), std::nullopt, "", *parse_rfc3339("2026-03-01T09:30:00Z")),
                         std::nullopt, std::nullopt, Colour::no);
  EXPECT_THAT(text, HasSubstr("  NotFound: resolve-ref: no component \"pipelin\"\n    hint: did you mean pipeline?\n"));
}

TEST(View, SaysWhatWasNotProven)
{
  auto verdict = verdict_of({TestStatus::passed});
  verdict.proven_before = false;
  verdict.proven_after = false;
  auto deployed = deploy();
  deployed.after.reset();
  const auto text = view(verdict, std::nullopt, deployed, Colour::no);
  EXPECT_THAT(text, HasSubstr("proof before  NOT PROVEN, 1 containers"));
  EXPECT_THAT(text, HasSubstr("proof after   not looked at\n"));
}

TEST(View, HasColourOnlyWhenAsked)
{
  const auto verdict = verdict_of({TestStatus::failed});
  EXPECT_THAT(view(verdict, std::nullopt, deploy(), Colour::no), Not(HasSubstr("\x1b")));
  EXPECT_THAT(view(verdict, std::nullopt, deploy(), Colour::yes), HasSubstr("\x1b[1;31mFAILED\x1b[0m"));
  EXPECT_THAT(view(verdict_of({TestStatus::passed}), std::nullopt, deploy(), Colour::yes),
              HasSubstr("\x1b[1;32mPASSED\x1b[0m"));
}

// The schema of konflux-ci/integration-service, helpers/integration.go.

} // namespace
} // namespace streamgate::evaluate
