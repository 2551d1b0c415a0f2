// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/process.hpp"
#include "git/test_support.hpp"
#include "publish/publish.hpp"
#include "publish/test_run.hpp"
#include "record/history_file.hpp"
#include "support/step_process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

namespace streamgate::publish {
namespace {

using git::test::Upstream;
using streamgate::test::run_step_process;
using streamgate::test::TestFolder;
using test::Records;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ago(std::chrono::hours hours)
{
  return to_rfc3339(std::chrono::floor<std::chrono::seconds>(wall_now()) - hours);
}

std::string day_file(const std::string& time)
{
  return fmt::format("history/{}/{}/{}.jsonl", time.substr(0, 4), time.substr(5, 2), time.substr(8, 2));
}

class History : public ::testing::Test {
protected:
  History() : upstream(folder.path())
  {
    options.url = upstream.url();
    options.common.run_dir = folder.path() / "run";
    std::filesystem::create_directories(options.common.run_dir);
  }
  void publish(const std::string& run, const std::string& finished)
  {
    Options one = options;
    one.common.run_dir = folder.path() / run;
    Records(run, finished).store(one.common.run_dir);
    const auto outcome = publish::run(one, deps);
    ASSERT_TRUE(outcome) << outcome.error().text();
  }
  Result<Outcome> read()
  {
    Options one = options;
    one.read_history = true;
    return publish::run(one, deps);
  }
  // The runs of the history that was brought, in its order.
  std::vector<std::string> runs()
  {
    std::vector<std::string> out;
    const auto outcome = read();
    EXPECT_TRUE(outcome) << outcome.error().text();
    const auto reading = record::read_history(options.common.run_dir / record::HistoryRun::k_file,
                                              [&](const record::HistoryRun& run) { out.push_back(run.run); });
    EXPECT_TRUE(reading) << reading.error().text();
    if (reading) broken = reading->broken;
    return out;
  }
  std::string show(const std::string& path) const { return upstream.bare_git({"show", "gh-pages:" + path}); }

  TestFolder folder;
  Upstream upstream;
  Options options;
  std::int64_t broken = 0;

private:
  Cancel m_cancel;

protected:
  Deps deps{m_cancel, [](std::string_view) {}, false};
};

TEST_F(History, WhatWasPublishedComesBackOldestFirst)
{
  using namespace std::chrono_literals;
  publish("new", ago(1h));
  publish("old", ago(40 * 24h));
  publish("middle", ago(200h));
  publish("too-old", ago(47 * 24h));
  EXPECT_THAT(runs(), ElementsAre("old", "middle", "new"));
  const auto text = folder.read("run/history.jsonl");
  EXPECT_THAT(text, HasSubstr(R"({"id":"smoke/a/bad","status":"failed")"));
}

TEST_F(History, PublishingAgainReplacesTheLineAndMovesItWithItsDay)
{
  publish("a", "2026-03-01T23:00:00Z");
  publish("b", "2026-03-01T22:00:00Z");
  publish("a", "2026-03-01T23:30:00Z");
  EXPECT_EQ(upstream.bare_git({"ls-tree", "-r", "--name-only", "gh-pages", "history/"}), "history/2026/03/01.jsonl");
  EXPECT_THAT(show("history/2026/03/01.jsonl"), AllOf(HasSubstr("23:30:00Z"), ::testing::Not(HasSubstr("23:00:00Z"))));
  publish("a", "2026-03-02T00:30:00Z");
  EXPECT_EQ(show("history/2026/03/01.jsonl").find("\"a\""), std::string::npos);
  EXPECT_THAT(show("history/2026/03/02.jsonl"), HasSubstr("\"run\":\"a\""));
  publish("b", "2026-03-02T01:00:00Z");
  EXPECT_EQ(upstream.bare_git({"ls-tree", "-r", "--name-only", "gh-pages", "history/"}), "history/2026/03/02.jsonl");
}

TEST_F(History, ABrokenLineNeitherStopsPublishingNorIsLost)
{
  const std::string time = ago(std::chrono::hours(2));
  publish("a", time);
  upstream.git({"fetch", "--quiet", upstream.url(), "gh-pages"});
  upstream.git({"checkout", "--quiet", "FETCH_HEAD"});
  const auto name = day_file(time);
  upstream.git({"rm", "--quiet", "--cached", name});
  const std::string broken_day = show(name) + "\n{\"run\":\"cut";
  const auto path = folder.path() / "broken.jsonl";
  ASSERT_TRUE(file::write_atomic(path, broken_day));
  const auto blob = upstream.git({"hash-object", "-w", path.string()});
  upstream.git({"update-index", "--add", "--cacheinfo", "100644," + blob + "," + name});
  upstream.git({"commit", "--quiet", "--message", "broken"});
  upstream.push("HEAD", "refs/heads/gh-pages");

  publish("b", time);
  EXPECT_THAT(show(name), AllOf(HasSubstr("{\"run\":\"cut\n"), HasSubstr("\"run\":\"a\""), HasSubstr("\"run\":\"b\"")));
  EXPECT_THAT(runs(), ElementsAre("a", "b"));
  EXPECT_EQ(broken, 1);
}

TEST_F(History, NothingYetIsEmpty)
{
  EXPECT_THAT(runs(), IsEmpty());
  EXPECT_EQ(folder.read("run/history.jsonl"), "");
  options.url = "";
  EXPECT_THAT(runs(), IsEmpty());
  options.to = (folder.path() / "none").string();
  EXPECT_THAT(runs(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(options.to)) << "reading writes nothing outside";
  EXPECT_EQ(upstream.bare_git({"for-each-ref"}), "");
}

TEST_F(History, OfAFolder)
{
  options.url = "";
  options.to = (folder.path() / "site").string();
  publish("b", ago(std::chrono::hours(1)));
  publish("a", ago(std::chrono::hours(100)));
  EXPECT_THAT(runs(), ElementsAre("a", "b"));
}

TEST_F(History, ABranchOfBeforeHasNone)
{
  upstream.commit("x");
  upstream.branch("gh-pages");
  EXPECT_THAT(runs(), IsEmpty());
}

TEST_F(History, UnreachableIsAnErrorAndWhatIsThereStays)
{
  folder.write("run/history.jsonl", "before\n");
  options.url = fmt::format("http://127.0.0.1:{}/a", git::test::closed_port());
  const auto outcome = read();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_THAT(outcome.error().text(), HasSubstr("reading the history of runs"));
  EXPECT_EQ(folder.read("run/history.jsonl"), "before\n");
  options.url = "file://" + (folder.path() / "nowhere").string();
  EXPECT_EQ(read().error().code, ErrorCode::not_found);
  options.url = upstream.url();
  options.branch = "a..b";
  EXPECT_EQ(read().error().code, ErrorCode::bad_input);
  options.branch = "gh-pages";
  options.common.run_dir = folder.path() / "typo";
  EXPECT_EQ(read().error().code, ErrorCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "typo"));
}

TEST_F(History, AServerThatSaysNothingIsWaitedForNoLongerThanAsked)
{
  const git::test::SilentServer silent;
  options.url = fmt::format("http://127.0.0.1:{}/a", silent.port());
  options.access.timeout = std::chrono::milliseconds(200);
  EXPECT_EQ(read().error().code, ErrorCode::timeout);
}

TEST_F(History, TheExecutable)
{
  publish("a", ago(std::chrono::hours(1)));
  const auto run_dir = options.common.run_dir.string();
  const auto done = run_step_process(
      "publish", {"--run-dir", run_dir, "--read-history", "--publish-url", options.url, "--instance", "history"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.out, run_dir + "/history.jsonl: 1 lines\n");
  const auto head = upstream.bare_git({"rev-parse", "gh-pages"});
  std::filesystem::remove(options.common.run_dir / "history.jsonl");
  const auto dry = run_step_process("publish", {"--run-dir", run_dir, "--read-history", "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_EQ(dry.out, "would write " + run_dir + "/history.jsonl\n");
  EXPECT_FALSE(std::filesystem::exists(options.common.run_dir / "history.jsonl"));
  const auto bad = run_step_process(
      "publish", {"--run-dir", run_dir, "--read-history", "--publish-url", "file:///nowhere", "--instance", "history"});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_THAT(bad.err, HasSubstr("reading the history of runs"));
  EXPECT_THAT(folder.read("run/errors/publish-history.json"), HasSubstr("reading the history of runs"));
  EXPECT_EQ(upstream.bare_git({"rev-parse", "gh-pages"}), head);
}

// Processes, as publishers are; with time for a busy machine.
void publish_at_once(const TestFolder& folder, const std::string& site)
{
  constexpr int k_publishers = 8;
  std::vector<std::string> problems(k_publishers);
  for (int i = 0; i < k_publishers; ++i) {
    const auto name = fmt::format("run-{}", i);
    Records(name, fmt::format("2026-03-01T10:00:{:02}Z", i)).store(folder.path() / name);
  }
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < k_publishers; ++i) {
      threads.emplace_back([&, i] {
        process::Command command;
        const auto run_dir = folder.path() / fmt::format("run-{}", i);
        command.argv = {STREAMGATE_BIN_DIR "/publish", "--run-dir", run_dir.string(), "--to", site};
        command.timeout = std::chrono::minutes(4);
        const Cancel cancel;
        if (const auto ended = process::output(command, cancel); !ended)
          problems[static_cast<std::size_t>(i)] = ended.error().text();
      });
    }
  }
  for (const auto& problem : problems) EXPECT_EQ(problem, "");
}

void expect_eight_once(const TestFolder& folder, const std::string& day)
{
  ASSERT_TRUE(file::write_atomic(folder.path() / "day", day));
  std::vector<std::string> found;
  const auto reading =
      record::read_history(folder.path() / "day", [&](const record::HistoryRun& run) { found.push_back(run.run); });
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->broken, 0);
  EXPECT_THAT(found, ElementsAre("run-0", "run-1", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7"));
}

TEST_F(History, EightAtOnceToAFolderLoseNothing)
{
  publish_at_once(folder, (folder.path() / "site").string());
  expect_eight_once(folder, folder.read("site/history/2026/03/01.jsonl"));
  for (int i = 0; i < 8; ++i) EXPECT_THAT(folder.read("site/index.json"), HasSubstr(fmt::format("\"run-{}\"", i)));
}

} // namespace
} // namespace streamgate::publish
