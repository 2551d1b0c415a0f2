// SPDX-License-Identifier: Apache-2.0
#include "run_tests_fixture.hpp"

#include <gmock/gmock.h>

// The step by its command line with runners that misbehave. With the real ones: real_runner_test.cpp.
namespace streamgate::run_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(RunTestsTest, help_is_complete)
{
  const auto help = test::run_step_process("run-tests", {"--help"});
  EXPECT_EQ(help.exit, 0);
  for (const auto* word : {"--kubeconfig", "--suite-dir", "--timeout", "--test-timeout", "raw/<suite>/run.json",
                           "exit-code-of-runner", "go's -timeout"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
}

TEST_F(RunTestsTest, failing_tests_are_a_good_outcome_with_all_on_record)
{
  fake("go", k_two_tests);
  fake_gotestsum("echo 'PASS TestA (0.00s)'; echo 'FAIL TestB (0.10s)'; exit 1");
  m_plan.suite.environment["SYSTEM_NAMESPACE"] = "tekton-pipelines";
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(value("planned"), "2");
  EXPECT_EQ(value("exit-code-of-runner"), "1");
  const auto record = recorded();
  EXPECT_EQ(record.state, record::SuiteState::finished);
  EXPECT_EQ(record.ended, "exited");
  EXPECT_EQ(record.exit_code, 1);
  EXPECT_THAT(record.planned, ElementsAre("smoke/example.com/s/TestA", "smoke/example.com/s/TestB"));
  EXPECT_THAT(record.results, ElementsAre("raw/smoke/junit.xml", "raw/smoke/go-test.json"));
  EXPECT_EQ(m_folder.read("run/raw/smoke/console.log"), "PASS TestA (0.00s)\nFAIL TestB (0.10s)\n");
  EXPECT_THAT(done.err, HasSubstr("test 2/2"));
}

TEST_F(RunTestsTest, a_failed_run_keeps_facts_of_the_target_and_a_good_one_none)
{
  fake("go", k_two_tests);
  const auto kubeconfig = "--kubeconfig=" + m_folder
                                                .write("kubeconfig", R"({"current-context":"c","contexts":[{"name":"c",
"context":{"cluster":"k","user":"u"}}],"clusters":[{"name":"k","cluster":{"server":"http://127.0.0.1:1"}}],"users":[{"name":"u","user":{}}]})")
                                                .string();
  fake_gotestsum("echo 'FAIL TestA (0.10s)'; exit 1");
  const auto failed = step({kubeconfig});
  ASSERT_EQ(failed.exit, 0) << failed.err;
  const auto facts = run_dir().load<record::Facts>();
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_FALSE(facts->problems.empty()) << "that target does not answer";
  fake_gotestsum("echo 'PASS TestA (0.10s)'");
  ASSERT_EQ(step({kubeconfig}).exit, 0);
  EXPECT_FALSE(run_dir().has("artifacts"));
}

// One of them would answer for both.
TEST_F(RunTestsTest, names_that_differ_in_a_secret_only_are_refused)
{
  fake("go", R"(cat <<'EOF'
{"Action":"output","Package":"example.com/ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","Output":"TestA\n"}
{"Action":"output","Package":"example.com/ghp_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","Output":"TestA\n"}
EOF)");
  fake_gotestsum("echo 'PASS TestA (0.00s)'");
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_THAT(done.err, HasSubstr("several tests smoke/example.com/[redacted]/TestA"));
}

TEST_F(RunTestsTest, what_is_planned_is_on_record_before_the_first_test)
{
  fake("go", k_two_tests);
  fake_gotestsum("cp '" + (m_folder.path() / "run/raw/smoke/run.json").string() + "' '" +
                 (m_folder.path() / "before.json").string() + "'; echo 'PASS TestA (0.00s)'");
  ASSERT_EQ(step().exit, 0);
  EXPECT_THAT(m_folder.read("before.json"), HasSubstr("\"listed\""));
  EXPECT_THAT(m_folder.read("before.json"), HasSubstr("smoke/example.com/s/TestB"));
}

TEST_F(RunTestsTest, pattern_and_skip_choose_and_reach_a_test_main_that_sets_run_itself)
{
  fake("go", k_two_tests);
  fake_gotestsum("echo 'PASS TestB (0.00s)'");
  m_plan.suite.pattern = "^TestB$";
  m_plan.suite.skip = "TestB/slow";
  m_plan.suite.tags = "e2e";
  m_plan.suite.package = "example.com/s";
  m_plan.suite.arguments = {"-parallel", "4"};
  ASSERT_EQ(step({"--test-timeout", "10m"}).exit, 0);
  EXPECT_THAT(recorded().planned, ElementsAre("smoke/example.com/s/TestB"));
  EXPECT_THAT(recorded().command,
              HasSubstr("-tags=e2e -count=1 -timeout=600000ms -run '^TestB$' -skip '^(TestA)$|TestB/slow'"));
  EXPECT_THAT(recorded().command, HasSubstr(" example.com/s -parallel 4"));
}

// Else go's own end of a package makes failures of its running tests before the suite's timeout, an error, is reached.
TEST_F(RunTestsTest, go_ends_no_package_unless_asked_to)
{
  fake("go", k_two_tests);
  fake_gotestsum("echo 'PASS TestA (0.00s)'");
  ASSERT_EQ(step({"--test-timeout="}).exit, 0);
  EXPECT_THAT(recorded().command, HasSubstr(" -timeout=0ms "));
}

TEST_F(RunTestsTest, a_listing_ends_with_the_suite_s_timeout)
{
  fake("go", "sleep 600");
  const auto done = step({"--timeout", "500ms"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "Timeout");
  EXPECT_THAT(done.err, HasSubstr("listing the tests of smoke ran into its timeout after"));
  EXPECT_THAT(done.err, HasSubstr("give more by --timeout"));
  EXPECT_FALSE(has_record());
}

TEST_F(RunTestsTest, nothing_listed_is_no_tests_and_nothing_runs)
{
  fake("go", k_two_tests);
  fake_gotestsum("touch '" + (m_folder.path() / "ran").string() + "'");
  m_plan.suite.pattern = "TestNothing";
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "NoTests");
  EXPECT_THAT(done.err, HasSubstr("the suite smoke has no test"));
  EXPECT_FALSE(has_record());
  EXPECT_FALSE(std::filesystem::exists(m_folder.path() / "ran"));
  EXPECT_TRUE(run_dir().has("errors/run-tests.json"));
}

TEST_F(RunTestsTest, a_suite_that_does_not_compile_is_build_failed)
{
  fake("go", R"(cat <<'EOF'
{"ImportPath":"example.com/s","Action":"build-output","Output":"a_test.go:3:1: undefined: x\n"}
{"ImportPath":"example.com/s","Action":"build-fail"}
EOF
exit 1)");
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "BuildFailed");
  EXPECT_THAT(done.err, HasSubstr("a_test.go:3:1: undefined: x"));
  EXPECT_FALSE(has_record());
}

TEST_F(RunTestsTest, a_runner_that_ends_without_a_test_is_an_error_whatever_its_code)
{
  fake("go", k_two_tests);
  for (const std::string code : {"0", "1", "2"}) {
    fake_gotestsum("echo 'panic: no cluster'; exit " + code);
    const auto done = step();
    EXPECT_EQ(done.exit, 2) << code;
    EXPECT_EQ(value("error-reason"), "NoTests");
    EXPECT_THAT(done.err, HasSubstr("panic: no cluster"));
    EXPECT_EQ(recorded().state, record::SuiteState::finished);
  }
}

TEST_F(RunTestsTest, a_killed_runner_is_an_error_and_no_finished_run)
{
  fake("go", k_two_tests);
  fake_gotestsum("echo 'PASS TestA (0.00s)'; kill -9 $$");
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "IO");
  EXPECT_EQ(recorded().ended, "signalled");
  EXPECT_EQ(recorded().exit_code, -1);
}

TEST_F(RunTestsTest, the_timeout_ends_the_whole_process_group)
{
  fake("go", k_two_tests);
  // The grandchild does not listen to SIGTERM, and the runner ends at once: only SIGKILL of the group gets it.
  fake_gotestsum(
      "echo 'PASS TestA (0.00s)'; sh -c 'trap \"\" TERM; echo $$ > \"$TEST_PID\"; while :; do sleep 600; done' & wait");
  m_environment.set("TEST_PID", (m_folder.path() / "pid").string());
  const auto done = step({"--timeout", "1500ms"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "Timeout");
  EXPECT_THAT(done.err, HasSubstr("1 of 2 tests were heard of"));
  EXPECT_EQ(recorded().ended, "timed-out");
  EXPECT_THAT(recorded().results, ElementsAre("raw/smoke/junit.xml", "raw/smoke/go-test.json"));
  EXPECT_TRUE(test::ends(m_folder.read("pid")));
}

TEST_F(RunTestsTest, no_runner_is_not_found_with_a_hint)
{
  fake("go", k_two_tests);
  m_environment.set("PATH", (m_folder.path() / "bin").string() + ":/usr/bin:/bin");
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "NotFound");
  EXPECT_THAT(done.err, HasSubstr("gotestsum"));
  EXPECT_EQ(recorded().state, record::SuiteState::listed);
}

TEST_F(RunTestsTest, secrets_of_the_kubeconfig_reach_no_file)
{
  fake("go", k_two_tests);
  fake_gotestsum("printf 'token is sup3r-'; printf 's3cret-token\\n'; echo 'PASS TestA (0.00s)'");
  const auto kubeconfig = m_folder.write("kubeconfig", "users:\n- name: x\n  user: {token: \"sup3r-s3cret-token\"}\n");
  const auto done = step({"--kubeconfig", kubeconfig.string()});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(m_folder.read("run/raw/smoke/console.log"), HasSubstr("token is [redacted]"));
  EXPECT_THAT(done.err, Not(HasSubstr("s3cret-token")));
}

TEST_F(RunTestsTest, the_tests_get_the_kubeconfig_and_the_plan_s_environment)
{
  fake("go", k_two_tests);
  fake_gotestsum("echo \"$KUBECONFIG $SYSTEM_NAMESPACE\"; echo 'PASS TestA (0.00s)'");
  const auto kubeconfig = m_folder.write("kubeconfig", "{}");
  m_plan.suite.environment["SYSTEM_NAMESPACE"] = "tekton-pipelines";
  ASSERT_EQ(step({"--kubeconfig", kubeconfig.string()}).exit, 0);
  EXPECT_THAT(m_folder.read("run/raw/smoke/console.log"), HasSubstr(kubeconfig.string() + " tekton-pipelines"));
}

TEST_F(RunTestsTest, a_mounted_secret_and_a_kept_cache_are_folders)
{
  fake("go", k_two_tests);
  fake_gotestsum("echo \"$KUBECONFIG $GOCACHE $GOMODCACHE\"; echo 'PASS TestA (0.00s)'");
  const auto kubeconfig = m_folder.write("secret/kubeconfig", "{}");
  const auto cache = (m_folder.path() / "cache").string();
  ASSERT_EQ(step({"--kubeconfig", kubeconfig.parent_path().string(), "--cache-dir", cache}).exit, 0);
  EXPECT_THAT(m_folder.read("run/raw/smoke/console.log"),
              HasSubstr(kubeconfig.string() + " " + cache + "/go-build " + cache + "/go-mod"));
  const auto done = step({"--kubeconfig", m_folder.path().string()});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "NotFound");
}

TEST_F(RunTestsTest, a_dry_run_prints_the_plan_and_leaves_nothing)
{
  fake("go", k_two_tests);
  const auto done = step({"--dry-run"});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("2 tests planned:\nsmoke/example.com/s/TestA\nsmoke/example.com/s/TestB\n"));
  EXPECT_FALSE(run_dir().has("raw"));
}

TEST_F(RunTestsTest, a_suite_without_repository_or_folder_is_usage)
{
  m_suite_dir = "";
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "Usage");
  EXPECT_THAT(done.err, HasSubstr("--suite-dir"));
}

TEST_F(RunTestsTest, a_folder_of_the_wrong_kind_is_bad_input)
{
  m_suite_dir = (m_folder.path() / "gauge").string();
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "BadInput");
  EXPECT_THAT(done.err, HasSubstr("no go.mod"));
}

TEST_F(RunTestsTest, gauge_lists_by_tags_and_pattern)
{
  m_plan.suite.runner = record::Runner::gauge;
  fake_gauge("echo '# Spec'; echo '  ## One'");
  m_plan.suite.tags = "!slow";
  m_plan.suite.pattern = "O";
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(recorded().planned, ElementsAre("smoke/Spec/One"));
  EXPECT_THAT(recorded().command, HasSubstr("--tags '!slow' --scenario One"));
}

TEST_F(RunTestsTest, a_spec_that_gauge_reads_in_another_way_is_refused)
{
  m_plan.suite.runner = record::Runner::gauge;
  fake("gauge", "printf '[Specifications]\\nSpec\\n[Scenarios]\\nOne\\n'");
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "BadInput");
  EXPECT_THAT(done.err, HasSubstr("## Two"));
  EXPECT_FALSE(has_record());
}

TEST_F(RunTestsTest, scenarios_that_could_not_be_told_apart_are_refused)
{
  m_plan.suite.runner = record::Runner::gauge;
  m_folder.write("gauge/specs/sub/b.spec", "# Spec\n## One\n* step\n");
  fake_gauge("exit 0");
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "BadInput");
  EXPECT_THAT(done.err, HasSubstr("two scenarios \"One\""));
}

TEST_F(RunTestsTest, one_scenario_that_takes_too_long_ends_the_run_and_is_named)
{
  m_plan.suite.runner = record::Runner::gauge;
  fake_gauge("echo '# Spec'; echo '  ## One'; sleep 600");
  const auto done = step({"--test-timeout", "1500ms"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "Timeout");
  EXPECT_THAT(done.err, HasSubstr("took longer than 1.5 s: One"));
  EXPECT_EQ(recorded().ended, "timed-out");
}

TEST_F(RunTestsTest, gauge_in_parallel_is_refused)
{
  m_plan.suite.runner = record::Runner::gauge;
  fake_gauge("exit 0");
  for (const std::string argument : {"-p", "--parallel", "-n=4"}) {
    m_plan.suite.arguments = {argument};
    const auto done = step();
    EXPECT_EQ(done.exit, 2);
    EXPECT_EQ(value("error-reason"), "BadInput");
    EXPECT_THAT(done.err, HasSubstr(argument));
  }
}

TEST_F(RunTestsTest, malformed_choices_are_bad_input)
{
  m_plan.suite.runner = record::Runner::gauge;
  fake_gauge("exit 0");
  const auto refused = [&](const std::string& part) {
    const auto done = step();
    EXPECT_EQ(done.exit, 2);
    EXPECT_THAT(done.err, HasSubstr(part));
    EXPECT_FALSE(has_record());
  };
  m_plan.suite.tags = "a &";
  refused("tag expression");
  m_plan.suite.tags = "";
  m_plan.suite.pattern = "(";
  refused("pattern");
  m_plan.suite.pattern = "";
  m_plan.suite.skip = "x";
  refused("skip");
  m_plan.suite.skip = "";
  m_plan.suite.specs = {"specs/nowhere.spec"};
  refused("specs/nowhere.spec");
  m_plan.suite.specs = {};
  m_plan.suite.folder = "nowhere";
  refused("nowhere");
}

} // namespace
} // namespace streamgate::run_tests
