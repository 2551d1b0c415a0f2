// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluate.hpp"
#include "evaluate/test_evidence.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::evaluate {
namespace {

using record::TestStatus;
using record::VerdictWord;
using testing::HasSubstr;
using namespace test_support;

class Evaluate : public testing::Test {
protected:
  void store_good(const std::vector<TestStatus>& statuses = {TestStatus::passed, TestStatus::passed})
  {
    auto whole = plan();
    whole.components[0].commit = std::string(40, 'c');
    whole.components[0].images.push_back({"controller", {"./cmd/controller"}, "", {"IMAGE_X"}, true});
    auto images = built();
    images.commit = whole.components[0].commit;
    images.images[0].digest = k_digest;
    auto deployed = deploy();
    deployed.expected[0].digest = k_digest;
    for (auto* proof : {&*deployed.before, &*deployed.after}) {
      proof->rows[0].running = k_digest;
      proof->rows[0].expected = k_digest;
    }
    check(run_dir.store(whole));
    check(run_dir.store(images, record::BuiltComponent::file("pipeline")));
    check(run_dir.store(deployed));
    check(run_dir.store(suite_of(statuses.size()), record::SuiteRun::file("s")));
    check(run_dir.store(results_of(statuses)));
  }
  static void check(const Status& status) { ASSERT_TRUE(status) << status.error().text(); }

  Result<Outcome> run_with(Options options = {})
  {
    options.common.run_dir = folder.path();
    const Deps deps{cancel, [this](std::string_view text) { printed += text; }};
    return run(options, deps);
  }
  record::Verdict verdict() const
  {
    auto loaded = run_dir.load<record::Verdict>();
    EXPECT_TRUE(loaded) << loaded.error().text();
    return loaded.value_or(record::Verdict{});
  }
  std::vector<std::string> arguments(std::vector<std::string> more = {}) const
  {
    more.insert(more.begin(), {"--run-dir", folder.path().string()});
    return more;
  }

  static inline const std::string k_digest = "sha256:" + std::string(64, 'b');
  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
  Cancel cancel;
  std::string printed;
};

TEST_F(Evaluate, PassesOnWholeEvidence)
{
  store_good();
  const auto outcome = run_with();
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->status, ExitStatus::passed) << printed;
  EXPECT_EQ(outcome->results.at("verdict"), "passed");
  EXPECT_THAT(outcome->results.at("TEST_OUTPUT"), HasSubstr("\"result\":\"SUCCESS\""));
  EXPECT_EQ(outcome->results.at("summary"), "passed: 2 of 2 planned tests ran, 2 passed");
  EXPECT_EQ(verdict().verdict, VerdictWord::passed);
  EXPECT_THAT(printed, HasSubstr("PASSED  run-7"));
}

TEST_F(Evaluate, WritesAVerdictFromAnEmptyFolder)
{
  const auto outcome = run_with();
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->status, ExitStatus::error);
  EXPECT_EQ(verdict().verdict, VerdictWord::error);
  EXPECT_EQ(verdict().run, folder.path().filename().string());
}

TEST_F(Evaluate, ReadsErrorsAndTasks)
{
  store_good({TestStatus::passed, TestStatus::failed});
  folder.write("errors/wait-reconcile-verify.json",
               to_json(step_error("wait-reconcile", "Unavailable", 2, "the target is away", "verify")));
  folder.write("errors/evaluate.json", to_json(step_error("evaluate", "Usage", 2, "an earlier try")));
  folder.write("errors/publish-history.json", to_json(step_error("publish", "Unavailable", 2, "no answer", "history")));
  folder.write("errors/notify.json", to_json(step_error("notify", "Usage", 2, "an earlier try")));
  Options options;
  options.tasks = {"plan=Succeeded", "test=Succeeded", "analyze=Failed"};
  const auto outcome = run_with(options);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, ExitStatus::failed_and_error);
  EXPECT_EQ(verdict().reasons.size(), 2U) << to_json(verdict().reasons);
}

TEST_F(Evaluate, TakesABrokenErrorRecordForAnError)
{
  store_good();
  folder.write("errors/odd.json", "{}");
  EXPECT_EQ(run_with()->status, ExitStatus::error);
}

TEST_F(Evaluate, RefusesAMalformedTask)
{
  store_good();
  Options options;
  options.tasks = {"plan"};
  const auto outcome = run_with(options);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::usage);
  EXPECT_FALSE(run_dir.has("verdict.json"));
}

TEST_F(Evaluate, ShowsTheVerdictThatIsThereAndWritesNothing)
{
  store_good({TestStatus::failed, TestStatus::passed});
  ASSERT_TRUE(run_with());
  const auto before = folder.read("verdict.json");
  std::filesystem::remove(folder.path() / "results.json");
  printed.clear();
  Options options;
  options.common.only_look = true;
  const auto outcome = run_with(options);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, ExitStatus::failed);
  EXPECT_THAT(printed, HasSubstr("FAILED  run-7"));
  EXPECT_EQ(folder.read("verdict.json"), before);
}

TEST_F(Evaluate, ShowAddsWhatWentWrongAfterwards)
{
  Options options;
  options.common.only_look = true;
  for (const auto& [step, instance] : {std::pair("publish", ""), std::pair("patch-csv", "restore")}) {
    store_good({TestStatus::failed, TestStatus::passed});
    ASSERT_TRUE(run_with());
    const auto file = std::string("errors/") + step + ".json";
    folder.write(file, to_json(step_error(step, "Timeout", 2, "no", instance)));
    EXPECT_EQ(run_with(options)->status, ExitStatus::failed_and_error) << step;
    EXPECT_EQ(verdict().verdict, VerdictWord::failed);
    std::filesystem::remove(folder.path() / file);
  }
  folder.write("errors/categorize.json", to_json(step_error("categorize", "BadInput", 2, "no")));
  EXPECT_EQ(run_with(options)->status, ExitStatus::failed);
}

// Its Task makes a new pod and says itself how the restore ended, perhaps after the verdict.
TEST_F(Evaluate, ARestoreWhosePodWasEvictedIsNotJudged)
{
  store_good();
  folder.write("errors/patch-csv-restore.json",
               to_json(step_error("patch-csv", "Cancelled", 2, "by a signal", "restore")));
  EXPECT_EQ(run_with()->status, ExitStatus::passed);
  Options options;
  options.common.only_look = true;
  EXPECT_EQ(run_with(options)->status, ExitStatus::passed);
  // The deployment's own interruption is another matter.
  folder.write("errors/patch-csv.json", to_json(step_error("patch-csv", "Cancelled", 2, "by a signal")));
  EXPECT_EQ(run_with()->status, ExitStatus::error);
}

// What is killed writes no error.
TEST_F(Evaluate, ShowSeesThatPublishWasKilled)
{
  store_good({TestStatus::failed, TestStatus::passed});
  ASSERT_TRUE(run_with());
  Options options;
  options.common.only_look = true;
  options.publish_exit_code = folder.path() / "exitCode";
  folder.write("exitCode", "0");
  EXPECT_EQ(run_with(options)->status, ExitStatus::failed);
  folder.write("exitCode", "137\n");
  EXPECT_EQ(run_with(options)->status, ExitStatus::failed_and_error);
  std::filesystem::remove(folder.path() / "exitCode");
  EXPECT_FALSE(run_with(options));
}

TEST_F(Evaluate, ChecksTheGateAndTheOverrideAlone)
{
  Options options;
  options.check = true;
  ASSERT_TRUE(run_with(options));
  EXPECT_EQ(printed, "gate midstream\n");
  EXPECT_FALSE(run_dir.has("verdict.json"));
  options.override_by = "garbage";
  EXPECT_EQ(run_with(options).error().code, ErrorCode::bad_input);
  options.override_by.clear();
  options.gate = "nope";
  EXPECT_EQ(run_with(options).error().code, ErrorCode::not_found);
}

TEST_F(Evaluate, SeveralRunsHaveNoTasksAndNoOverride)
{
  Options options;
  options.aggregate = {folder.path().string()};
  options.tasks = {"test=Failed"};
  EXPECT_EQ(run_with(options).error().code, ErrorCode::usage);
  options.tasks.clear();
  options.override_by = "{who: a}";
  EXPECT_EQ(run_with(options).error().code, ErrorCode::usage);
  options.override_by.clear();
  options.common.only_look = true;
  EXPECT_EQ(run_with(options).error().code, ErrorCode::usage);
}

TEST_F(Evaluate, ShowNeedsAVerdict)
{
  Options options;
  options.common.only_look = true;
  const auto absent_one = run_with(options);
  ASSERT_FALSE(absent_one);
  EXPECT_EQ(absent_one.error().code, ErrorCode::not_found);
  store_good();
  ASSERT_TRUE(run_with());
  auto forged = verdict();
  forged.exit_code = 2;
  ASSERT_TRUE(run_dir.store(forged));
  const auto refused = run_with(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_THAT(refused.error().text(), HasSubstr("contradicts itself"));
  ASSERT_TRUE(run_with());
  forged = verdict();
  ASSERT_EQ(forged.verdict, VerdictWord::passed);
  forged.proven_after = false;
  ASSERT_TRUE(run_dir.store(forged));
  EXPECT_FALSE(run_with(options)) << "passed without a proof";
}

TEST_F(Evaluate, PrintsJson)
{
  store_good();
  Options options;
  options.common.json_output = true;
  ASSERT_TRUE(run_with(options));
  const auto document = json::parse(printed, "stdout");
  ASSERT_TRUE(document);
  EXPECT_TRUE(record::check_schema(*document, "verdict", "stdout"));
}

TEST_F(Evaluate, ExecutableKeepsTheContract)
{
  store_good({TestStatus::failed, TestStatus::passed});
  const auto result = [&](const std::string& name) {
    return "--result=" + name + "=" + (folder.path() / name).string();
  };
  const auto failed = test::run_step_process(
      "evaluate", arguments({"--task=plan=Succeeded", "--task", "test=Succeeded", result("verdict"),
                             result("exit-code"), result("TEST_OUTPUT"), result("summary")}));
  EXPECT_EQ(failed.exit, 1) << failed.err;
  EXPECT_EQ(folder.read("verdict"), "failed");
  EXPECT_EQ(folder.read("exit-code"), "1");
  EXPECT_THAT(folder.read("summary"), HasSubstr("failed: 1 of 2 tests failed"));
  EXPECT_THAT(folder.read("TEST_OUTPUT"), HasSubstr("\"result\":\"FAILURE\""));
  EXPECT_THAT(failed.out, testing::Not(HasSubstr("\x1b")));

  const auto by_result = test::run_step_process("evaluate", arguments({"--fail-mode=result", result("exit-code")}));
  EXPECT_EQ(by_result.exit, 0) << by_result.err;
  EXPECT_EQ(folder.read("exit-code"), "1");
  EXPECT_EQ(test::run_step_process("evaluate", arguments({"--show"})).exit, 1);

  std::filesystem::remove(folder.path() / "verdict.json");
  const auto nothing = test::run_step_process("evaluate", arguments({"--show"}));
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_THAT(nothing.err, HasSubstr("evaluate: error: "));
  for (const auto* wrong : {"--task=plan", "--no-such-option"}) {
    const auto error = test::run_step_process(
        "evaluate", arguments({wrong, result("TEST_OUTPUT"), result("verdict"), result("error-reason")}));
    EXPECT_EQ(error.exit, 2);
    EXPECT_THAT(folder.read("TEST_OUTPUT"), HasSubstr("\"result\":\"ERROR\"")) << wrong;
    EXPECT_EQ(folder.read("verdict"), "error") << wrong;
    EXPECT_EQ(folder.read("error-reason"), "Usage") << wrong;
    std::filesystem::remove(folder.path() / "TEST_OUTPUT");
  }
  EXPECT_EQ(test::run_step_process("evaluate", {"--help"}).exit, 0);
}

} // namespace
} // namespace streamgate::evaluate
