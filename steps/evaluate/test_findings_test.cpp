// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judge.hpp"
#include "evaluate/test_evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::evaluate {
namespace {

using record::TestStatus;
using record::VerdictWord;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using namespace test_support;

constexpr auto k_pass = TestStatus::passed;
constexpr auto k_fail = TestStatus::failed;
const WallTime k_now = *parse_rfc3339("2026-03-01T09:30:00Z");

Policy policy_of(const std::string& rest)
{
  auto out = Policy::parse("schema_version: 1\nname: x\n" + rest, "gate.yaml");
  EXPECT_TRUE(out) << out.error().text();
  return out ? *out : Policy();
}

const std::string k_all_block = "suites: [{match: '*', role: blocking}]\n";

record::Verdict judged(const Evidence& evidence, const Policy& policy = Policy())
{
  return judge(evidence, policy, std::nullopt, "", k_now);
}

// Several suites, each with a test of every status of its list.
Evidence suites(const std::map<std::string, std::vector<TestStatus>>& all)
{
  auto out = good();
  out.suites.clear();
  out.plan->suite.name = all.begin()->first;
  record::Results results;
  for (const auto& [name, statuses] : all) {
    auto of_one = results_of(statuses);
    auto run = suite_of(statuses.size());
    run.suite = name;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      auto& test = of_one.tests[i];
      test.suite = name;
      test.id = fmt::format("{}/t{}", name, i);
      run.planned[i] = test.id;
      results.tests.push_back(test);
    }
    results.counts.planned += of_one.counts.planned;
    results.counts.executed += of_one.counts.executed;
    results.counts.passed += of_one.counts.passed;
    results.counts.failed += of_one.counts.failed;
    results.counts.skipped += of_one.counts.skipped;
    results.counts.missing += of_one.counts.missing;
    results.sources.push_back({"raw/" + name + "/junit.xml", of_one.counts.planned, true, {}});
    out.suites.push_back({name, run});
  }
  out.results = results;
  return out;
}

void know(Evidence& evidence, const std::string& id, const std::string& expires)
{
  if (!evidence.failures) evidence.failures = record::Failures{};
  record::Failure failure;
  failure.id = id;
  failure.known = record::KnownIssue{"KI-1", "bob", "https://example.com/1", expires, false};
  evidence.failures->failures.push_back(failure);
}

TEST(Known, FailureIsShownAndDoesNotBlock)
{
  auto evidence = good();
  set_tests(evidence, {k_pass, k_fail});
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::failed);
  know(evidence, "s/t1", "2026-03-01");
  const auto verdict = judged(evidence);
  EXPECT_EQ(verdict.verdict, VerdictWord::passed) << to_json(verdict.reasons);
  EXPECT_EQ(verdict.excused, 1);
  EXPECT_THAT(verdict.lines, Contains(Field(&record::VerdictLine::about, "known issue KI-1")));
  EXPECT_THAT(verdict.summary, HasSubstr("1 failed as known"));
}

TEST(Known, FailureCountsAgainOnTheDayAfter)
{
  auto evidence = good();
  set_tests(evidence, {k_pass, k_fail});
  know(evidence, "s/t1", "2026-02-28");
  const auto verdict = judged(evidence);
  EXPECT_EQ(verdict.verdict, VerdictWord::failed);
  EXPECT_THAT(verdict.lines, Contains(Field(&record::VerdictLine::text, HasSubstr("expired on 2026-02-28"))));
}

TEST(Known, NewFailureBesideAKnownOneBlocks)
{
  auto evidence = good();
  set_tests(evidence, {k_pass, k_fail, k_fail});
  know(evidence, "s/t1", "2026-03-10");
  const auto verdict = judged(evidence);
  EXPECT_EQ(verdict.verdict, VerdictWord::failed);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("1 of 3 tests failed: s/t2"));
}

TEST(Known, TestThatWasNeverHeardOfIsNotExcused)
{
  auto evidence = good();
  set_tests(evidence, {k_pass, TestStatus::missing});
  know(evidence, "s/t1", "2026-03-10");
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::error);
}

TEST(Known, OnlyFailuresAreNoGreen)
{
  auto evidence = good();
  set_tests(evidence, {TestStatus::skipped, TestStatus::skipped});
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::error);
  set_tests(evidence, {k_fail, TestStatus::skipped});
  know(evidence, "s/t0", "2026-03-10");
  const auto verdict = judged(evidence);
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("no test that blocks passed: all 1 that ran failed as known"));
}

TEST(Flake, PassesAndIsSaidUnlessThePolicyFailsIt)
{
  auto evidence = good();
  set_tests(evidence, {k_pass, k_pass});
  evidence.results->tests[1].flaky = true;
  evidence.results->tests[1].attempts = 2;
  evidence.results->counts.flaky = 1;
  evidence.suites[0].run->exit_code = 1; // of the first try
  auto verdict = judged(evidence);
  EXPECT_EQ(verdict.verdict, VerdictWord::passed) << to_json(verdict.reasons);
  EXPECT_THAT(verdict.summary, HasSubstr("1 flaky"));
  EXPECT_THAT(verdict.lines, Contains(Field(&record::VerdictLine::about, "flaky")));
  verdict = judged(evidence, policy_of(k_all_block + "flakes: fail\n"));
  EXPECT_EQ(verdict.verdict, VerdictWord::failed);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("s/t1 (flaky)"));
}

// What a second run lets pass needs an end of that run that can be believed.
TEST(Flake, ASecondRunThatDidNotEndWellExcusesNothing)
{
  auto evidence = good();
  set_tests(evidence, {k_pass, k_pass});
  evidence.results->tests[1].flaky = true;
  evidence.results->tests[1].attempts = 2;
  evidence.results->counts.flaky = 1;
  auto& run = *evidence.suites[0].run;
  run.exit_code = 1;
  run.reruns = {{2, {"s/t1"}, "go test", "", "", 0, "exited", {}, ""}};
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::passed) << to_json(judged(evidence).reasons);
  run.reruns[0].ended = "timed-out";
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::error);
  EXPECT_THAT(judged(evidence).reasons.at(0).text, HasSubstr("the second run of suite s did not end by itself"));
  run.reruns[0].ended = "exited";
  run.reruns[0].exit_code = 1;
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::error);
  EXPECT_THAT(judged(evidence).reasons.at(0).text, HasSubstr("exited with 1, but no test of it is recorded as failed"));
  run.reruns[0].ended = "timed-out";
  run.reruns[0].tests = {"s/t7"}; // what it was to run had failed in vain
  EXPECT_EQ(judged(evidence).verdict, VerdictWord::passed) << to_json(judged(evidence).reasons);
}

TEST(Informing, SuiteIsShownAndDoesNotBlock)
{
  const auto policy = policy_of("suites: [{match: perf, role: informing}, {match: '*', role: blocking}]\n");
  const auto verdict = judged(suites({{"e2e", {k_pass}}, {"perf", {k_fail, TestStatus::missing}}}), policy);
  EXPECT_EQ(verdict.verdict, VerdictWord::passed) << to_json(verdict.reasons);
  EXPECT_EQ(verdict.excused, 1);
  EXPECT_THAT(verdict.lines,
              Contains(Field(&record::VerdictLine::text, HasSubstr("perf/t0 failed, and only informs"))));
  EXPECT_EQ(judged(suites({{"e2e", {k_fail}}, {"perf", {k_pass}}}), policy).verdict, VerdictWord::failed);
}

TEST(Informing, AloneIsAnErrorAndNoPass)
{
  const auto policy = policy_of("suites: [{match: perf, role: informing}, {match: '*', role: blocking}]\n");
  const auto verdict = judged(suites({{"perf", {k_pass, k_pass}}}), policy);
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_EQ(verdict.reasons.at(0).code, "NoTests");
  const auto tests = policy_of(k_all_block + "informing_tests: ['.']\n");
  EXPECT_EQ(judged(good(), tests).verdict, VerdictWord::error);
}

TEST(Informing, SuiteThatThePolicyNamesMustRun)
{
  const auto policy = policy_of("suites: [{match: e2e, role: blocking}, {match: upgrade, role: blocking}]\n");
  const auto verdict = judged(suites({{"e2e", {k_pass}}}), policy);
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("suite upgrade blocks by the gate's policy, but did not run"));
}

TEST(Quorum, EnoughSuitesPass)
{
  const auto two = policy_of(k_all_block + "pass: at-least 2\n");
  const auto any = policy_of(k_all_block + "pass: any\n");
  const auto all = policy_of(k_all_block);
  const auto one_bad = suites({{"a", {k_pass}}, {"b", {k_fail}}, {"c", {k_pass}}});
  const auto two_bad = suites({{"a", {k_pass}}, {"b", {k_fail}}, {"c", {k_fail}}});
  const auto all_bad = suites({{"a", {k_fail}}, {"b", {k_fail}}, {"c", {k_fail}}});
  EXPECT_EQ(judged(one_bad, all).verdict, VerdictWord::failed);
  EXPECT_EQ(judged(one_bad, two).verdict, VerdictWord::passed) << to_json(judged(one_bad, two).reasons);
  EXPECT_EQ(judged(one_bad, two).excused, 1);
  EXPECT_EQ(judged(two_bad, two).verdict, VerdictWord::failed);
  EXPECT_EQ(judged(two_bad, two).reasons.size(), 2U);
  EXPECT_EQ(judged(two_bad, any).verdict, VerdictWord::passed);
  EXPECT_EQ(judged(all_bad, any).verdict, VerdictWord::failed);
}

TEST(Quorum, DoesNotMakeUpForATestThatWasNeverHeardOf)
{
  const auto any = policy_of(k_all_block + "pass: any\n");
  const auto verdict = judged(suites({{"a", {k_pass}}, {"b", {k_pass, TestStatus::missing}}}), any);
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("never heard of: b/t1"));
}

TEST(Quorum, ThatCannotBeReachedIsAnError)
{
  const auto policy = policy_of(k_all_block + "pass: at-least 2\n");
  const auto verdict = judged(suites({{"a", {k_pass}}}), policy);
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("2 blocking suites must pass, but only 1 ran"));
}

TEST(MassFailure, IsOneErrorOfTheEnvironment)
{
  std::vector<TestStatus> statuses(10, k_fail);
  statuses[0] = statuses[1] = k_pass;
  const auto verdict = judged(suites({{"a", statuses}}));
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  ASSERT_EQ(verdict.reasons.size(), 1U) << to_json(verdict.reasons);
  EXPECT_EQ(verdict.reasons[0].code, "EnvironmentFailed");
  EXPECT_THAT(verdict.reasons[0].text, HasSubstr("8 of 10 tests failed, more than 75 %"));
  // Three of four is not more than 75 %, and nine are less than ten.
  std::vector<TestStatus> twelve(12, k_fail);
  twelve[0] = twelve[1] = twelve[2] = k_pass;
  EXPECT_EQ(judged(suites({{"a", twelve}})).verdict, VerdictWord::failed);
  EXPECT_EQ(judged(suites({{"a", std::vector(9, k_fail)}})).verdict, VerdictWord::failed);
}

TEST(MassFailure, IsWhatAKeyTestMeans)
{
  const auto policy = policy_of(k_all_block + "mass_failure: {key_tests: ['/t2$']}\n");
  EXPECT_EQ(judged(suites({{"a", {k_pass, k_fail, k_pass}}}), policy).verdict, VerdictWord::failed);
  const auto verdict = judged(suites({{"a", {k_pass, k_fail, k_fail}}}), policy);
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("a/t2 failed, on which all others rest"));
}

TEST(Retry, IsSaidWhenOnlyTransientCausesSpeakAgainstIt)
{
  auto evidence = good();
  evidence.errors.push_back(step_error("resolve-ref", "Unavailable", 2, "cannot reach the server"));
  EXPECT_TRUE(judged(evidence).retry);
  evidence.errors.push_back(step_error("build-images", "BuildFailed", 2, "does not compile"));
  EXPECT_FALSE(judged(evidence).retry);
  EXPECT_FALSE(judged(good()).retry);
  auto lost = good();
  lost.tasks = {{"plan", "Failed", "TaskRunImagePullFailed"}};
  const auto verdict = judged(lost);
  EXPECT_TRUE(verdict.retry) << to_json(verdict.reasons);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("(TaskRunImagePullFailed)"));
  lost.tasks[0].reason = "TaskRunTimeout";
  EXPECT_FALSE(judged(lost).retry);
}

TEST(Explain, HasALineForEachPieceOfEvidence)
{
  const auto verdict = judged(good());
  std::vector<std::string> about;
  for (const auto& line : verdict.lines) {
    about.push_back(line.about);
    EXPECT_EQ(line.speaks, record::Speaks::good) << line.text;
  }
  EXPECT_THAT(about, testing::ElementsAre("plan", "images", "deployment", "proof before", "suites", "proof after",
                                          "results", "tests"));
}

TEST(Explain, SaysWhatSpeaksAgainstBesideTheRest)
{
  auto evidence = good();
  evidence.deploy->after->rows[0].running = "sha256:old";
  const auto verdict = judged(evidence);
  const auto against = std::ranges::count(verdict.lines, record::Speaks::against, &record::VerdictLine::speaks);
  EXPECT_EQ(against, static_cast<std::ptrdiff_t>(verdict.reasons.size()));
  EXPECT_THAT(verdict.lines, Contains(Field(&record::VerdictLine::text, HasSubstr("ProofFailed: after the tests"))));
}

} // namespace
} // namespace streamgate::evaluate
