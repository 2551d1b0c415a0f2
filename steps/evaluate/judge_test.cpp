// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judge.hpp"
#include "evaluate/test_evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace streamgate::evaluate {
namespace {

using record::SuiteState;
using record::TestStatus;
using record::VerdictWord;
using testing::HasSubstr;
using namespace test_support;

struct Situation {
  const char* name;
  std::function<void(Evidence&)> happens;
  VerdictWord word;
  const char* first_code; // "" when there is no reason
  const char* first_text; // a part of it
  std::size_t reasons;    // how many, so that consequences are not counted twice
};

void PrintTo(const Situation& situation, std::ostream* out)
{
  *out << situation.name;
}

class Judge : public testing::TestWithParam<Situation> {};

TEST_P(Judge, Says)
{
  auto evidence = good();
  GetParam().happens(evidence);
  const auto verdict = judge(evidence, Policy(), std::nullopt, "fallback", WallTime{});
  EXPECT_EQ(name_of(verdict.verdict), name_of(GetParam().word)) << to_json(verdict.reasons);
  EXPECT_EQ(verdict.exit_code, to_int(status_of(GetParam().word)));
  ASSERT_EQ(verdict.reasons.size(), GetParam().reasons) << to_json(verdict.reasons);
  EXPECT_FALSE(verdict.summary.empty());
  EXPECT_EQ(verdict.summary.find('\n'), std::string::npos);
  if (verdict.reasons.empty()) return;
  EXPECT_EQ(verdict.reasons[0].code, GetParam().first_code);
  EXPECT_THAT(verdict.reasons[0].text, HasSubstr(GetParam().first_text));
  EXPECT_THAT(verdict.summary, HasSubstr(name_of(GetParam().word)));
}

constexpr auto k_passed = VerdictWord::passed;
constexpr auto k_failed = VerdictWord::failed;
constexpr auto k_error = VerdictWord::error;
constexpr auto k_both = VerdictWord::failed_and_error;

const std::vector<Situation> k_situations{
    // Nothing wrong
    {"AllGood", [](Evidence&) {}, k_passed, "", "", 0},
    {"SomeSkipped",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed, TestStatus::skipped, TestStatus::passed});
     },
     k_passed, "", "", 0},
    {"TasksSucceeded", [](Evidence& e) { e.tasks = all_succeeded(); }, k_passed, "", "", 0},
    {"TaskCompleted",
     [](Evidence& e) {
       e.tasks = {{"plan", "Completed"}};
     },
     k_passed, "", "", 0},

    {"RowsOfATable",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed, TestStatus::passed});
       e.results->tests[0].id = "s/t0 1";
       e.results->tests[1].id = "s/t0 2";
       e.suites[0].run->planned = {"s/t0"};
       e.suites[0].run->runner = record::Runner::gauge;
       e.results->counts.planned = 1;
     },
     k_passed, "", "", 0},
    {"OnlyGaugeHasTables",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed});
       e.results->tests[0].id = "s/t0 7";
       e.suites[0].run->planned = {"s/t0"};
     },
     k_error, "NoTests", "1 of 1 planned tests have no row in results.json: s/t0", 1},

    {"ATestWhoseNameEndsInANumberIsNoRow",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed, TestStatus::passed});
       e.results->tests[0].id = "s/t0 2";
       e.results->tests[1].id = "s/t1";
       e.suites[0].run->planned = {"s/t0", "s/t0 2"};
     },
     k_error, "NoTests", "1 of 2 planned tests have no row in results.json: s/t0", 1},

    // Evidence of something else
    {"PlannedTestsHaveNoRows", [](Evidence& e) { e.results->tests[1].id = e.results->tests[2].id = "s/t0"; }, k_error,
     "NoTests", "2 of 3 planned tests have no row in results.json: s/t1, s/t2", 1},
    {"AnotherSuiteRan", [](Evidence& e) { e.plan->suite.name = "other"; }, k_error, "NoTests",
     "suite other was planned, but did not run", 1},
    {"ProvenButAnotherDigest", [](Evidence& e) { e.deploy->after->rows[0].running = "sha256:old"; }, k_error,
     "ProofFailed", "runs sha256:old, not the built sha256:built", 1},
    {"ProvenButNothingRuns", [](Evidence& e) { e.deploy->before->rows[0].running.clear(); }, k_error, "ProofFailed",
     "runs nothing, not the built sha256:built", 1},
    {"APlannedImageWasNotBuilt",
     [](Evidence& e) {
       e.plan->components[0].images.push_back({"webhook", {"./cmd/webhook"}, "", {"IMAGE_W"}, true});
     },
     k_error, "BuildFailed", "image webhook of pipeline was planned, but not built", 1},
    {"ABuiltImageWasNotDeployed",
     [](Evidence& e) {
       e.built[0].record->images.push_back(e.built[0].record->images[0]);
       e.built[0].record->images[1].name = "webhook";
     },
     k_error, "ProofFailed", "image webhook of pipeline was built, but not deployed", 1},
    {"AnOptionalImageMayNotBeBuilt",
     [](Evidence& e) {
       e.plan->components[0].images.push_back({"events", {"./cmd/events"}, "", {"IMAGE_E"}, false});
     },
     k_passed, "", "", 0},
    {"AnOptionalImageMayStayOut",
     [](Evidence& e) {
       e.built[0].record->images.push_back(e.built[0].record->images[0]);
       e.built[0].record->images[1].name = "events";
       e.built[0].record->images[1].required = false;
     },
     k_passed, "", "", 0},

    // Tests that fail while something else runs say nothing of the change.
    {"TestFailedWhileAnotherImageRan",
     [](Evidence& e) {
       set_tests(e, {TestStatus::failed, TestStatus::passed, TestStatus::passed});
       e.deploy->after->proven = false;
       e.deploy->after->rows[0].proven = false;
       e.deploy->after->rows[0].running = "sha256:other";
     },
     k_error, "ProofFailed", "runs sha256:other", 2},
    {"TestFailedWhileAnotherImageWasAskedFor",
     [](Evidence& e) {
       set_tests(e, {TestStatus::failed, TestStatus::passed, TestStatus::passed});
       e.errors.push_back(step_error("wait-reconcile", "ProofFailed", 2, "c asks for another image", "verify"));
       e.deploy->after->proven = false;
       e.deploy->after->rows[0].proven = false;
       e.deploy->after->rows[0].running.clear();
     },
     k_error, "ProofFailed", "c asks for another image", 2},

    // The thing under test fails
    {"TestFailed",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed, TestStatus::failed, TestStatus::passed});
     },
     k_failed, "TestFailed", "1 of 3 tests failed: s/t1", 1},
    {"TestError",
     [](Evidence& e) {
       set_tests(e, {TestStatus::error, TestStatus::passed, TestStatus::passed});
     },
     k_failed, "TestFailed", "1 of 3 tests failed: s/t0", 1},
    {"TestFailedAndRunnerSaysSo",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed, TestStatus::failed, TestStatus::passed});
       e.suites[0].run->exit_code = 1;
     },
     k_failed, "TestFailed", "", 1},
    {"CrashLoop",
     [](Evidence& e) {
       e.errors.push_back(step_error("wait-reconcile", "CrashLoop", 1, "controller does not start: panic"));
       e.deploy->before.reset();
       nothing_after_deploy(e);
       e.tasks = {
           {"plan", "Succeeded"}, {"build", "Succeeded"}, {"deploy", "Failed"}, {"test", "None"}, {"analyze", "None"}};
     },
     k_failed, "CrashLoop", "controller does not start: panic", 1},
    {"CrashLoopWithAProofThatFailed",
     [](Evidence& e) {
       e.errors.push_back(step_error("wait-reconcile", "CrashLoop", 1, "controller does not start"));
       e.deploy->before->proven = false;
       e.deploy->before->rows[0].proven = false;
       nothing_after_deploy(e);
     },
     k_failed, "CrashLoop", "", 1},

    {"TestFailedAndThenItCrashed",
     [](Evidence& e) {
       set_tests(e, {TestStatus::failed, TestStatus::passed, TestStatus::passed});
       e.errors.push_back(step_error("wait-reconcile", "CrashLoop", 1, "controller does not stay up", "verify"));
       e.deploy->after->proven = false;
       e.deploy->after->rows[0].proven = false;
       e.deploy->after->rows[0].running.clear();
     },
     k_failed, "CrashLoop", "controller does not stay up", 2},

    // Both
    {"TestFailedAndNobodyLookedAfterwards",
     [](Evidence& e) {
       set_tests(e, {TestStatus::failed, TestStatus::passed, TestStatus::passed});
       e.deploy->after.reset();
     },
     k_both, "TestFailed", "", 2},
    {"TestFailedAndMissing",
     [](Evidence& e) {
       set_tests(e, {TestStatus::failed, TestStatus::passed, TestStatus::missing});
     },
     k_both, "TestFailed", "", 2},
    {"TestFailedAndTruncated",
     [](Evidence& e) {
       set_tests(e, {TestStatus::failed, TestStatus::passed, TestStatus::passed});
       e.results->sources[0] = {"raw/s/junit.xml", 3, false, {"the file is cut"}};
       e.errors.push_back(step_error("parse-junit", "BadInput", 2, "1 of 1 sources are not complete"));
     },
     k_both, "TestFailed", "", 2},
    {"CrashAndBuildError",
     [](Evidence& e) {
       e.errors.push_back(step_error("build-images", "BuildFailed", 2, "does not compile"));
       e.errors.push_back(step_error("wait-reconcile", "CrashLoop", 1, "does not start"));
     },
     k_both, "CrashLoop", "", 2},
    {"RecordThatSaysBoth", [](Evidence& e) { e.errors.push_back(step_error("custom", "TestFailed", 3, "x")); }, k_both,
     "TestFailed", "custom: x", 1},

    // Steps that ended with an error
    {"BuildFailed",
     [](Evidence& e) {
       e.errors.push_back(step_error("build-images", "BuildFailed", 2, "cmd/controller does not compile", "pipeline"));
       e.built[0].record = absent("images/pipeline.json");
       e.deploy = absent("deploy.json");
       nothing_after_deploy(e);
       e.tasks = {
           {"plan", "Succeeded"}, {"build", "Failed"}, {"deploy", "None"}, {"test", "None"}, {"analyze", "None"}};
     },
     k_error, "BuildFailed", "build-images (pipeline): cmd/controller does not compile", 1},
    {"RegistryDown",
     [](Evidence& e) {
       e.errors.push_back(step_error("wait-reconcile", "Registry", 2, "the target cannot pull"));
       e.deploy->before.reset();
       nothing_after_deploy(e);
     },
     k_error, "Registry", "the target cannot pull", 1},
    {"NoPlan",
     [](Evidence& e) {
       e.errors.push_back(step_error("resolve-ref", "NotFound", 2, "there is no ref 'x'"));
       e.plan = absent("plan.json");
       e.built.clear();
       e.deploy = absent("deploy.json");
       nothing_after_deploy(e);
     },
     k_error, "NotFound", "resolve-ref: there is no ref 'x'", 1},
    {"RestoreFailed",
     [](Evidence& e) {
       e.errors.push_back(step_error("patch-csv", "Timeout", 2, "old images did not come back", "restore"));
     },
     k_error, "Timeout", "patch-csv (restore)", 1},
    {"VerifyFailed",
     [](Evidence& e) {
       e.errors.push_back(step_error("wait-reconcile", "ProofFailed", 2, "another digest runs", "verify"));
       e.deploy->after->proven = false;
       e.deploy->after->rows[0].proven = false;
     },
     k_error, "ProofFailed", "wait-reconcile (verify): another digest runs", 1},
    {"DeployOfAnotherRun", [](Evidence& e) { e.deploy->run = "run-6"; }, k_error, "ProofFailed",
     "deploy.json is of run run-6", 1},
    {"TargetTakenMeanwhile", [](Evidence& e) { e.deploy->after->claim = "another"; }, k_error, "ProofFailed",
     "restored or taken by another run", 1},
    {"TargetNeverHeld",
     [](Evidence& e) {
       e.deploy->before->claim.clear();
       e.deploy->after->claim.clear();
     },
     k_error, "ProofFailed", "restored or taken by another run", 1},
    {"ProofOfAnotherTime", [](Evidence& e) { e.deploy->after->time = "2026-03-01T09:20:00Z"; }, k_error, "ProofFailed",
     "was looked at before it at", 1},
    {"ProofBeforeThatIsAfter", [](Evidence& e) { e.deploy->before->time = "2026-03-01T09:20:00Z"; }, k_error,
     "ProofFailed", "was looked at before it at", 1},
    {"ProofWithoutATime", [](Evidence& e) { e.deploy->before->time.clear(); }, k_error, "ProofFailed",
     "was looked at before it at", 1},
    {"CategorizeFailed", [](Evidence& e) { e.errors.push_back(step_error("categorize", "BadInput", 2, "rule 'x'")); },
     k_error, "BadInput", "categorize: rule 'x'", 1},
    {"RecordWithExitCodeZero", [](Evidence& e) { e.errors.push_back(step_error("odd", "Internal", 0, "what")); },
     k_error, "Internal", "", 1},
    {"SuiteCouldNotRun",
     [](Evidence& e) {
       e.errors.push_back(step_error("run-tests", "NoTests", 2, "the suite lists no test"));
       e.suites.clear();
       e.results = absent("results.json");
     },
     k_error, "NoTests", "run-tests: the suite lists no test", 1},
    {"SameErrorTwice",
     [](Evidence& e) {
       e.errors.push_back(step_error("categorize", "BadInput", 2, "rule 'x'"));
       e.errors.push_back(step_error("categorize", "BadInput", 2, "rule 'x'"));
     },
     k_error, "BadInput", "", 1},

    // Tasks
    {"PodKilled",
     [](Evidence& e) {
       e.tasks = {{"plan", "Succeeded"},
                  {"build", "Succeeded"},
                  {"deploy", "Succeeded"},
                  {"test", "Failed"},
                  {"analyze", "None"}};
       e.deploy->after.reset();
       e.results = absent("results.json");
       e.suites[0].run->state = SuiteState::listed;
     },
     k_error, "Cancelled", "task test ended Failed without a report", 2},
    {"PodKilledThoughAllFilesAreGood",
     [](Evidence& e) {
       e.tasks = {{"test", "Failed"}};
     },
     k_error, "Cancelled", "task test", 1},
    {"AnotherStepsReportExplainsNothing",
     [](Evidence& e) {
       e.errors.push_back(step_error("categorize", "BadInput", 2, "rule 'x'"));
       e.tasks = {{"build", "Failed"}};
     },
     k_error, "BadInput", "", 2},
    {"NotRunWithoutAFailureBefore",
     [](Evidence& e) {
       e.tasks = {{"plan", "Succeeded"}, {"test", "None"}};
     },
     k_error, "Cancelled", "task test never ran", 1},
    {"NotRunBecauseNothingIsOfItsKind",
     [](Evidence& e) {
       e.tasks = all_succeeded();
       e.tasks.insert(e.tasks.begin() + 2, {"build-container", "None"});
     },
     k_passed, "", "", 0},
    {"NotRunThoughPlanned",
     [](Evidence& e) {
       e.plan->components[0].build = record::BuildKind::container;
       e.tasks = {{"plan", "Succeeded"}, {"build", "None"}, {"build-container", "None"}};
     },
     k_error, "Cancelled", "task build-container never ran", 1},
    {"ARefusedBuildBesideOneThatFailed",
     [](Evidence& e) {
       e.plan->components.emplace_back();
       e.plan->components[1].name = "console-plugin";
       e.plan->components[1].build = record::BuildKind::container;
       e.errors.push_back(step_error("build-images", "BuildFailed", 2, "it does not compile", "pipeline"));
       e.built[0].record = absent("images/pipeline.json");
       e.deploy = absent("deploy.json");
       nothing_after_deploy(e);
       e.tasks = {{"plan", "Succeeded"}, {"build", "Failed"}, {"build-container", "Failed"}};
     },
     k_error, "BuildFailed", "build-images (pipeline): it does not compile", 2},
    {"NotRunBeforeTheFailure",
     [](Evidence& e) {
       e.tasks = {{"plan", "None"}, {"build", "Failed"}};
     },
     k_error, "Cancelled", "task plan never ran", 2},
    {"UnknownStatus",
     [](Evidence& e) {
       e.tasks = {{"plan", "$(tasks.plan.status)"}};
     },
     k_error, "BadInput", "unknown status", 1},
    {"EmptyStatus",
     [](Evidence& e) {
       e.tasks = {{"plan", ""}};
     },
     k_error, "BadInput", "unknown status ''", 1},

    // Records that are absent or broken without any report
    {"NothingAtAll",
     [](Evidence& e) {
       e.plan = absent("plan.json");
       e.built.clear();
       e.deploy = absent("deploy.json");
       nothing_after_deploy(e);
     },
     k_error, "NotFound", "plan.json", 1},
    {"ImagesAbsent", [](Evidence& e) { e.built[0].record = absent("images/pipeline.json"); }, k_error, "NotFound",
     "images/pipeline.json", 1},
    {"DeployAbsent", [](Evidence& e) { e.deploy = absent("deploy.json"); }, k_error, "NotFound", "deploy.json", 1},
    {"ResultsAbsent", [](Evidence& e) { e.results = absent("results.json"); }, k_error, "NotFound", "results.json", 1},
    {"ResultsBroken",
     [](Evidence& e) { e.results = fail(ErrorCode::bad_input, "results.json: /tests is not an array"); }, k_error,
     "BadInput", "/tests", 1},
    {"PlanBroken",
     [](Evidence& e) {
       e.plan = fail(ErrorCode::bad_input, "plan.json: schema_version");
       e.built.clear();
     },
     k_error, "BadInput", "plan.json", 1},
    {"PlanWithoutComponent",
     [](Evidence& e) {
       e.plan->components.clear();
       e.built.clear();
     },
     k_error, "BadInput", "no component", 1},

    // Proof
    {"ProofBeforeAbsent", [](Evidence& e) { e.deploy->before.reset(); }, k_error, "ProofFailed",
     "nobody looked before the tests", 1},
    {"ProofAfterAbsent", [](Evidence& e) { e.deploy->after.reset(); }, k_error, "ProofFailed",
     "nobody looked after the tests", 1},
    {"ProofBeforeFailed",
     [](Evidence& e) {
       e.deploy->before->proven = false;
       e.deploy->before->rows[0] = {"pipeline",     "controller",   "Deployment/c", "pod", "main",
                                    "sha256:other", "sha256:built", false,          ""};
     },
     k_error, "ProofFailed", "before the tests main of Deployment/c runs sha256:other, not the built sha256:built", 1},
    {"ProofSaysYesButARowSaysNo", [](Evidence& e) { e.deploy->after->rows[0].proven = false; }, k_error, "ProofFailed",
     "after the tests", 1},
    {"ProofSaysNoWithoutARow", [](Evidence& e) { e.deploy->after->proven = false; }, k_error, "ProofFailed",
     "did not succeed", 1},
    {"ProofWithoutRows", [](Evidence& e) { e.deploy->before->rows.clear(); }, k_error, "ProofFailed",
     "says nothing of image controller", 1},
    {"ProofOfAnotherDigest",
     [](Evidence& e) {
       auto& row = e.deploy->after->rows[0];
       row.expected = row.running = "sha256:old";
     },
     k_error, "ProofFailed", "says nothing of image controller", 1},
    {"NothingExpected", [](Evidence& e) { e.deploy->expected.clear(); }, k_error, "ProofFailed", "names no image", 2},
    {"DeployedWhatWasNotBuilt", [](Evidence& e) { e.built[0].record->images[0].digest = "sha256:new"; }, k_error,
     "ProofFailed", "which was not built", 1},
    {"BuiltFromAnotherCommit", [](Evidence& e) { e.built[0].record->commit = "beef"; }, k_error, "ProofFailed",
     "of commit beef, but the plan says cafe", 1},
    {"NoImageBuilt", [](Evidence& e) { e.built[0].record->images.clear(); }, k_error, "BuildFailed",
     "no image of component pipeline was built", 2},

    // Tests that did not run as they should
    {"NoSuite", [](Evidence& e) { e.suites.clear(); }, k_error, "BadInput",
     "counts 3 planned tests, but the suites listed 0", 2},
    {"SuiteKilled", [](Evidence& e) { e.suites[0].run->state = SuiteState::listed; }, k_error, "Cancelled",
     "suite s never finished", 1},
    {"SuiteTimedOut", [](Evidence& e) { e.suites[0].run->ended = "timed-out"; }, k_error, "Timeout",
     "suite s ran into its timeout", 1},
    {"SuiteSignalled", [](Evidence& e) { e.suites[0].run->ended = "signalled"; }, k_error, "Cancelled", "(signalled)",
     1},
    {"SuiteRecordBroken", [](Evidence& e) { e.suites[0].run = fail(ErrorCode::bad_input, "raw/s/run.json: /state"); },
     k_error, "BadInput", "raw/s/run.json", 2},
    {"RunnerFailedSilently", [](Evidence& e) { e.suites[0].run->exit_code = 1; }, k_error, "BadInput",
     "exited with 1, but no test", 1},
    {"Missing",
     [](Evidence& e) {
       set_tests(e, {TestStatus::passed, TestStatus::passed, TestStatus::missing});
     },
     k_error, "NoTests", "1 of 3 planned tests were never heard of: s/t2", 1},
    {"AllSkipped",
     [](Evidence& e) {
       set_tests(e, {TestStatus::skipped, TestStatus::skipped, TestStatus::skipped});
     },
     k_error, "NoTests", "all 3 were skipped", 1},
    {"NoTest",
     [](Evidence& e) {
       e.suites[0].run->planned.clear();
       set_tests(e, {});
     },
     k_error, "NoTests", "listed no test before", 3},
    {"NothingPlanned",
     [](Evidence& e) {
       e.suites[0].run->planned.clear();
       e.results->counts.planned = 0;
     },
     k_error, "NoTests", "listed no test", 2},
    {"Truncated",
     [](Evidence& e) {
       e.results->sources[0] = {"raw/s/junit.xml", 3, false, {"the file is cut"}};
     },
     k_error, "BadInput", "raw/s/junit.xml is not complete: the file is cut", 1},
    {"NoSource", [](Evidence& e) { e.results->sources.clear(); }, k_error, "BadInput", "names no file", 1},
    {"CountsDoNotFitTheRows", [](Evidence& e) { e.results->counts.passed = 99; }, k_error, "BadInput",
     "contradicts itself", 1},
    {"ResultsOfAnotherList", [](Evidence& e) { e.suites[0].run->planned.push_back("s/t3"); }, k_error, "BadInput",
     "counts 3 planned tests, but the suites listed 4", 2},
};

INSTANTIATE_TEST_SUITE_P(Situations, Judge, testing::ValuesIn(k_situations),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Verdict, DescribesTheRun)
{
  auto evidence = good();
  set_tests(evidence, {TestStatus::passed, TestStatus::failed, TestStatus::skipped});
  const auto verdict = judge(evidence, Policy(), std::nullopt, "fallback", *parse_rfc3339("2026-03-01T09:30:00Z"));
  EXPECT_EQ(verdict.run, "run-7");
  EXPECT_EQ(verdict.suite, "s");
  EXPECT_EQ(verdict.started, "2026-03-01T09:00:00Z");
  EXPECT_EQ(verdict.finished, "2026-03-01T09:30:00Z");
  ASSERT_EQ(verdict.components.size(), 1U);
  EXPECT_EQ(verdict.components[0].commit, "cafe");
  EXPECT_TRUE(verdict.proven_before);
  EXPECT_TRUE(verdict.proven_after);
  EXPECT_EQ(verdict.counts.failed, 1);
  EXPECT_EQ(verdict.summary, "failed: 1 of 2 tests failed: s/t1 (2 of 3 planned tests ran, 1 passed)");
}

TEST(Verdict, IsNamedWithoutAPlan)
{
  auto evidence = good();
  evidence.plan = absent("plan.json");
  evidence.built.clear();
  EXPECT_EQ(judge(evidence, Policy(), std::nullopt, "fallback", WallTime{}).run, "fallback");
}

TEST(Verdict, NamesAFewFailedTestsAndCountsTheOthers)
{
  auto evidence = good();
  set_tests(evidence, std::vector<TestStatus>(5, TestStatus::failed));
  EXPECT_THAT(judge(evidence, Policy(), std::nullopt, "", WallTime{}).reasons.at(0).text,
              HasSubstr("5 of 5 tests failed: s/t0, s/t1, s/t2 and 2 more"));
}

TEST(Verdict, KeepsReasonsShortAndOnOneLine)
{
  auto evidence = good();
  evidence.errors.push_back(step_error("run-tests", "IO", 2, "line one\nline two\t" + std::string(5000, 'x')));
  const auto verdict = judge(evidence, Policy(), std::nullopt, "", WallTime{});
  EXPECT_LE(verdict.summary.size(), 400U);
  EXPECT_LE(verdict.reasons.at(0).text.size(), 400U);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("line one line two"));
}

TEST(ParseTask, SplitsAtTheFirstEquals)
{
  const auto task = parse_task("build=Succeeded");
  ASSERT_TRUE(task);
  EXPECT_EQ(task->name, "build");
  EXPECT_EQ(task->status, "Succeeded");
  EXPECT_EQ(parse_task("build=")->status, "");
  for (const char* bad : {"", "build", "=Succeeded"}) {
    const auto refused = parse_task(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::usage);
    EXPECT_THAT(refused.error().text(), HasSubstr("NAME=STATUS"));
  }
}

} // namespace
} // namespace streamgate::evaluate
