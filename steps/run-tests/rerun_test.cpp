// SPDX-License-Identifier: Apache-2.0
#include "run_tests_fixture.hpp"
#include "support/gauge_result.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

// Re-runs with runners that misbehave. With the real ones: real_rerun_test.cpp.
namespace streamgate::run_tests {
namespace {

using test::gauge::Said;
using test::gauge::scenario;
using test::gauge::spec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What go test says of a test's end, and of its begin before.
std::string event(const std::string& action, const std::string& test)
{
  const auto one = [&](const std::string& what) {
    return R"({"Action":")" + what + R"(","Package":"example.com/s","Test":")" + test + "\"}\n";
  };
  return action == "run" ? one(action) : one("run") + one(action);
}

class RerunTest : public RunTestsTest {
protected:
  RerunTest() { fake("go", k_two_tests); }

  // A gotestsum whose first start, and whose later ones, leave these events and then run the script. Each one's
  // arguments are kept.
  void fake_runs(const std::string& first, const std::string& then, const std::string& script_then = "exit 1")
  {
    m_folder.write("1.json", first);
    m_folder.write("2.json", then);
    fake("gotestsum", fmt::format(R"sh(n=$(cat '{0}/started' 2>/dev/null | wc -l); n=$((n + 1))
echo "$*" >> '{0}/started'
[ $n -gt 2 ] && n=2
echo "PASS s.TestA (0.00s)"
while [ $# -gt 0 ]; do case "$1" in --junitfile) echo "<testsuites name=\"$n\"/>" > "$2";; --jsonfile) cp '{0}'/$n.json "$2";; esac; shift; done
if [ $n = 1 ]; then exit 1; fi
{1})sh",
                                  m_folder.path().string(), script_then));
  }
  std::size_t starts() const { return static_cast<std::size_t>(std::ranges::count(m_folder.read("started"), '\n')); }

  const std::string m_a_fails = event("fail", "TestA") + event("pass", "TestB");
};

TEST_F(RerunTest, only_what_failed_runs_again_in_a_place_of_its_own)
{
  fake_runs(m_a_fails, event("pass", "TestA"), "echo token=supersecretvalue; exit 0");
  m_plan.suite.skip = "TestA/slow";
  m_plan.suite.tags = "e2e";
  m_plan.suite.package = "./...";
  m_plan.suite.arguments = {"-parallel", "4"};
  const auto done = step({"--test-timeout", "10m"});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("running 1 failed tests again (1 of 1)"));
  EXPECT_THAT(done.err, HasSubstr("0 of 1 tests failed again"));
  const auto record = recorded();
  EXPECT_EQ(record.state, record::SuiteState::finished);
  EXPECT_EQ(record.exit_code, 1);
  EXPECT_EQ(value("exit-code-of-runner"), "1");
  EXPECT_THAT(record.results, ElementsAre("raw/smoke/junit.xml", "raw/smoke/go-test.json"));
  ASSERT_EQ(record.reruns.size(), 1U);
  const auto& again = record.reruns[0];
  EXPECT_EQ(again.attempt, 2);
  EXPECT_THAT(again.tests, ElementsAre("smoke/example.com/s/TestA"));
  EXPECT_THAT(again.command, HasSubstr("-vet=off -tags=e2e -count=1 -timeout=600000ms -run '^TestA$' -skip "
                                       "'^(TestB)$|TestA/slow' example.com/s -parallel 4"));
  EXPECT_EQ(again.ended, "exited");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_GE(again.finished, again.started);
  EXPECT_THAT(again.results, ElementsAre("raw/smoke/rerun-1/junit.xml", "raw/smoke/rerun-1/go-test.json"));
  EXPECT_EQ(again.log, "raw/smoke/rerun-1/console.log");
  EXPECT_THAT(m_folder.read("run/raw/smoke/junit.xml"), HasSubstr("name=\"1\""));
  EXPECT_THAT(m_folder.read("run/raw/smoke/rerun-1/junit.xml"), HasSubstr("name=\"2\""));
  EXPECT_EQ(m_folder.read("run/raw/smoke/console.log"), "PASS s.TestA (0.00s)\n");
  EXPECT_EQ(m_folder.read("run/raw/smoke/rerun-1/console.log"), "PASS s.TestA (0.00s)\ntoken=[redacted]\n");
}

TEST_F(RerunTest, nothing_runs_again_when_nothing_failed_or_it_is_off)
{
  fake_runs(event("pass", "TestA") + event("skip", "TestB"), "");
  ASSERT_EQ(step().exit, 0);
  EXPECT_EQ(starts(), 1U);
  EXPECT_TRUE(recorded().reruns.empty());
  m_folder.write("started", "");
  m_folder.write("1.json", m_a_fails);
  ASSERT_EQ(step({"--retries", "0"}).exit, 0);
  EXPECT_EQ(starts(), 1U);
  EXPECT_TRUE(recorded().reruns.empty());
}

TEST_F(RerunTest, what_fails_again_runs_as_often_as_asked)
{
  fake_runs(event("fail", "TestA") + event("fail", "TestB"), event("fail", "TestA") + event("pass", "TestB"));
  const auto done = step({"--retries=2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  ASSERT_EQ(record.reruns.size(), 2U);
  EXPECT_THAT(record.reruns[0].tests, ElementsAre("smoke/example.com/s/TestA", "smoke/example.com/s/TestB"));
  EXPECT_THAT(record.reruns[1].tests, ElementsAre("smoke/example.com/s/TestA"));
  EXPECT_EQ(record.reruns[1].attempt, 3);
  EXPECT_EQ(record.reruns[1].log, "raw/smoke/rerun-2/console.log");
  EXPECT_THAT(done.err, HasSubstr("running 2 failed tests again (1 of 2)"));
  EXPECT_THAT(done.err, HasSubstr("running 1 failed tests again (2 of 2)"));
  EXPECT_EQ(starts(), 3U);
}

// What a panic of another test cut off was not heard to fail, and a test that is not planned is not ours.
TEST_F(RerunTest, what_was_cut_off_or_not_planned_does_not_run_again)
{
  m_plan.suite.pattern = "^TestA$";
  fake_runs(event("run", "TestA") + event("fail", "TestB") + event("fail", "TestMade"), "");
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(starts(), 1U);
  EXPECT_THAT(done.err, HasSubstr("1 tests did not end"));
}

TEST_F(RerunTest, a_suite_that_failed_as_a_whole_does_not_run_again)
{
  std::string listed;
  std::string events;
  for (int i = 0; i < 10; ++i) {
    listed += fmt::format(R"({{"Action":"output","Package":"example.com/s","Output":"Test{}\n"}})"
                          "\n",
                          i);
    events += event(i < 6 ? "fail" : "pass", fmt::format("Test{}", i));
  }
  fake("go", "cat <<'EOF'\n" + listed + "EOF");
  fake_runs(events, "");
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(starts(), 1U);
  EXPECT_TRUE(recorded().reruns.empty());
  EXPECT_THAT(done.err, HasSubstr("6 of 10 tests failed"));
  // Half of them may be flaky.
  m_folder.write("started", "");
  m_folder.write("1.json", event("pass", "Test0") + events.substr(event("fail", "Test0").size()));
  ASSERT_EQ(step().exit, 0);
  EXPECT_EQ(starts(), 2U);
}

TEST_F(RerunTest, with_little_time_left_nothing_runs_again)
{
  fake_runs(m_a_fails, event("pass", "TestA"));
  const auto done = step({"--timeout", "4s"});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(starts(), 1U);
  EXPECT_TRUE(recorded().reruns.empty());
  EXPECT_THAT(done.err, HasSubstr("1 failed tests are not run again"));
}

TEST_F(RerunTest, all_runs_together_have_the_suite_s_time)
{
  fake_runs(m_a_fails, event("pass", "TestA"), "sleep 600");
  const auto done = step({"--timeout", "6s", "--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(recorded().reruns.size(), 1U);
  EXPECT_EQ(recorded().reruns[0].ended, "timed-out");
  EXPECT_EQ(recorded().reruns[0].exit_code, -1);
  EXPECT_EQ(recorded().ended, "exited");
  EXPECT_THAT(done.err, HasSubstr("its tests stay failed"));
}

TEST_F(RerunTest, a_re_run_that_crashes_changes_nothing)
{
  fake_runs(m_a_fails, event("fail", "TestA"), "kill -9 $$");
  const auto done = step({"--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(recorded().reruns.size(), 1U);
  EXPECT_EQ(recorded().reruns[0].ended, "signalled");
  EXPECT_EQ(recorded().exit_code, 1);
  EXPECT_EQ(starts(), 2U);
}

TEST_F(RerunTest, a_re_run_without_a_word_of_its_tests_is_said)
{
  fake_runs(m_a_fails, "", "echo 'panic: no cluster'; exit 2");
  const auto done = step({"--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(recorded().reruns.size(), 1U);
  EXPECT_EQ(recorded().reruns[0].exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("only 0 of them were heard of"));
}

TEST_F(RerunTest, a_re_run_that_cannot_start_leaves_no_trace)
{
  fake_runs(m_a_fails, event("pass", "TestA"));
  // The first run is the last one of this program.
  m_folder.write("bin/gotestsum", m_folder.read("bin/gotestsum") + "\n");
  const auto script = m_folder.read("bin/gotestsum");
  fake("gotestsum", "rm \"$0\"\n" + script.substr(script.find('\n') + 1));
  m_environment.set("PATH", (m_folder.path() / "bin").string() + ":/usr/bin:/bin");
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_TRUE(recorded().reruns.empty());
  EXPECT_THAT(done.err, HasSubstr("the re-run went wrong"));
}

TEST_F(RerunTest, the_record_is_there_before_it_begins_and_stays_when_it_is_killed)
{
  fake_runs(m_a_fails, event("pass", "TestA"), "kill -9 $PPID; exit 0");
  EXPECT_EQ(step().exit, 128 + 9);
  const auto record = recorded();
  EXPECT_EQ(record.state, record::SuiteState::finished);
  EXPECT_EQ(record.ended, "exited");
  EXPECT_EQ(record.exit_code, 1);
  ASSERT_EQ(record.reruns.size(), 1U);
  EXPECT_THAT(record.reruns[0].tests, ElementsAre("smoke/example.com/s/TestA"));
  EXPECT_EQ(record.reruns[0].ended, "");
  EXPECT_EQ(record.reruns[0].finished, "");
  EXPECT_EQ(record.reruns[0].exit_code, -1);
}

TEST_F(RerunTest, a_cancelled_re_run_ends_the_step)
{
  fake_runs(m_a_fails, event("pass", "TestA"), "kill -TERM $PPID; sleep 600");
  const auto done = step({"--retries", "2"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "Cancelled");
  ASSERT_EQ(recorded().reruns.size(), 1U);
  EXPECT_EQ(recorded().reruns[0].ended, "cancelled");
  EXPECT_NE(recorded().reruns[0].finished, "");
  EXPECT_EQ(recorded().ended, "exited");
}

// -run is for all packages of a command, and TestA of the other one passed.
TEST_F(RerunTest, each_package_has_a_run_of_its_own)
{
  fake("go", R"(cat <<'EOF'
{"Action":"output","Package":"example.com/s","Output":"TestA\n"}
{"Action":"output","Package":"example.com/t","Output":"TestA\n"}
{"Action":"output","Package":"example.com/t","Output":"TestB\n"}
EOF)");
  const std::string of_t = R"({"Action":"pass","Package":"example.com/t","Test":"TestA"}
{"Action":"fail","Package":"example.com/t","Test":"TestB"}
)";
  fake_runs(event("fail", "TestA") + of_t, event("fail", "TestA"));
  ASSERT_EQ(step().exit, 0);
  const auto record = recorded();
  ASSERT_EQ(record.reruns.size(), 1U);
  const auto& again = record.reruns[0];
  EXPECT_THAT(again.tests, ElementsAre("smoke/example.com/s/TestA", "smoke/example.com/t/TestB"));
  EXPECT_THAT(again.command, HasSubstr("-run '^TestA$' example.com/s; gotestsum"));
  EXPECT_THAT(again.command, HasSubstr("-run '^TestB$' -skip '^(TestA)$' example.com/t"));
  EXPECT_THAT(again.results, ElementsAre("raw/smoke/rerun-1/junit.xml", "raw/smoke/rerun-1/go-test.json",
                                         "raw/smoke/rerun-1/junit-2.xml", "raw/smoke/rerun-1/go-test-2.json"));
  EXPECT_EQ(again.exit_code, 1);
}

TEST_F(RerunTest, subtests_run_again_without_their_siblings)
{
  fake_runs(event("pass", "TestA/good") + event("skip", "TestA/deep/good") + event("fail", "TestA/deep/b|d") +
                event("fail", "TestA/deep") + event("fail", "TestA") + event("pass", "TestA/fine/x") +
                event("pass", "TestA/fine") + event("pass", "TestB"),
            "");
  ASSERT_EQ(step().exit, 0);
  ASSERT_EQ(recorded().reruns.size(), 1U);
  EXPECT_THAT(recorded().reruns[0].tests, ElementsAre("smoke/example.com/s/TestA"));
  EXPECT_THAT(
      m_folder.read("started"),
      HasSubstr(R"(-run ^TestA$/^deep$/^b\|d$ -skip ^(TestB)$|^TestA$/^deep$/^good$|^TestA$/^fine$|^TestA$/^good$ )"));
}

TEST_F(RerunTest, a_subtest_that_is_not_there_again_is_said)
{
  fake_runs(event("fail", "TestA/at 12:31") + event("fail", "TestA"),
            event("pass", "TestA/at 12:32") + event("pass", "TestA"), "exit 0");
  const auto done = step();
  ASSERT_EQ(done.exit, 0);
  EXPECT_THAT(done.err, HasSubstr("example.com/s TestA/at 12:31 did not run again"));
}

TEST_F(RerunTest, a_dry_run_says_how_often_at_most)
{
  EXPECT_THAT(step({"--dry-run"}).out, HasSubstr("failed tests are run again at most 1 times\n"));
  EXPECT_THAT(step({"--dry-run", "--retries", "0"}).out, HasSubstr("failed tests are run again never\n"));
}

TEST_F(RerunTest, more_than_five_is_usage)
{
  for (const std::string number : {"6", "-1", "x"}) {
    EXPECT_EQ(step({"--retries=" + number}).exit, 2);
    EXPECT_EQ(value("error-reason"), "Usage");
  }
}

class GaugeRerunTest : public RunTestsTest {
protected:
  GaugeRerunTest() { m_plan.suite.runner = record::Runner::gauge; }
  // A gauge that leaves this result of its first run, and runs the script in later ones.
  void fake_runs(const std::string& result, const std::string& then)
  {
    m_folder.write("1.result", result);
    m_folder.write("2.result", spec("Spec", scenario("Two", Said::passed)));
    fake_gauge(fmt::format(R"(echo "$*" >> '{0}/started'; echo '# Spec'; echo '  ## One'; echo '  ## Two'
mkdir -p .gauge
if [ $(cat '{0}/started' | wc -l) = 1 ]; then cp '{0}/1.result' .gauge/last_run_result; exit 1; fi
{1})",
                           m_folder.path().string(), then));
  }
  const std::string m_two_fails = spec("Spec", scenario("One", Said::passed) + scenario("Two", Said::failed));
};

TEST_F(GaugeRerunTest, scenarios_run_again_by_their_place)
{
  m_plan.suite.tags = "!none";
  m_plan.suite.pattern = "Two";
  m_plan.suite.arguments = {"--env", "ci"};
  fake_runs(spec("Spec", scenario("One", Said::failed) + scenario("Two", Said::failed) +
                             scenario("Nowhere", Said::failed) + test::gauge::failed_hook()),
            "cp '" + (m_folder.path() / "2.result").string() + "' .gauge/last_run_result; exit 0");
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  ASSERT_EQ(record.reruns.size(), 1U) << done.err;
  EXPECT_THAT(record.reruns[0].tests, ElementsAre("smoke/Spec/Two"));
  EXPECT_EQ(record.reruns[0].command,
            "gauge run --simple-console --hide-suggestion --install-plugins=false --env ci specs/a.spec:4");
  EXPECT_THAT(record.reruns[0].results, ElementsAre("raw/smoke/rerun-1/last_run_result"));
  EXPECT_THAT(done.err, HasSubstr("a hook of Spec failed"));
  EXPECT_THAT(done.err, HasSubstr("0 of 1 tests failed again"));
}

// Else what failed in the first run would seem to have failed again.
TEST_F(GaugeRerunTest, what_the_first_run_left_is_not_taken_for_the_re_run_s)
{
  fake_runs(m_two_fails, "exit 1");
  const auto done = step({"--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(recorded().reruns.size(), 1U) << done.err;
  EXPECT_TRUE(recorded().reruns[0].results.empty());
  EXPECT_THAT(done.err, HasSubstr("the re-run went wrong"));
}

TEST_F(GaugeRerunTest, a_test_that_takes_too_long_ends_the_re_run_alone)
{
  fake_runs(m_two_fails, "sleep 600");
  const auto done = step({"--test-timeout", "1500ms", "--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(recorded().reruns.size(), 1U) << done.err;
  EXPECT_EQ(recorded().reruns[0].ended, "timed-out");
  EXPECT_THAT(done.err, HasSubstr("a test took too long"));
}

TEST_F(GaugeRerunTest, without_gauge_s_own_word_nothing_runs_again)
{
  for (const auto& result : {std::string(), m_two_fails.substr(0, 9), std::string("{}")}) {
    m_folder.write("started", "");
    fake_runs(result, "exit 1");
    const auto done = step();
    ASSERT_EQ(done.exit, 0) << done.err;
    EXPECT_TRUE(recorded().reruns.empty());
    EXPECT_THAT(done.err, HasSubstr("cannot tell which tests failed"));
  }
}

} // namespace
} // namespace streamgate::run_tests
