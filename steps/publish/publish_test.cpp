// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/process.hpp"
#include "git/test_support.hpp"
#include "publish/publish.hpp"
#include "publish/run_record.hpp"
#include "publish/test_run.hpp"
#include "support/step_process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

namespace streamgate::publish {
namespace {

using git::test::HttpServer;
using git::test::Upstream;
using streamgate::test::run_step_process;
using streamgate::test::TestFolder;
using test::Records;
using ::testing::HasSubstr;

class Publish : public ::testing::Test {
protected:
  Publish() : upstream(folder.path())
  {
    options.common.run_dir = folder.path() / "run";
    options.url = upstream.url();
    Records("run-1").store(options.common.run_dir);
  }
  Result<Outcome> go(const Options& with)
  {
    const Deps deps{cancel, [](std::string_view) {}, false};
    return run(with, deps);
  }
  Result<Outcome> go() { return go(options); }
  std::string show(const std::string& path) const { return upstream.bare_git({"show", "gh-pages:" + path}); }
  std::vector<std::string> published() const
  {
    std::vector<std::string> out;
    const auto document = json::parse(show("index.json"), "index.json");
    EXPECT_TRUE(document);
    if (!document) return out;
    const auto index = from_json<Index>(*document, "index.json");
    for (const auto& entry : index->runs) out.push_back(entry.run);
    return out;
  }

  TestFolder folder;
  Upstream upstream;
  Options options;
  Cancel cancel;
};

TEST_F(Publish, MakesAnOrphanBranch)
{
  upstream.commit("source");
  upstream.branch("main");
  const auto outcome = go();
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->results.at("published-commit"), upstream.bare_git({"rev-parse", "gh-pages"}));
  EXPECT_EQ(outcome->results.at("published-path"), "runs/2026/03/run-1.html");
  EXPECT_EQ(upstream.bare_git({"rev-list", "--count", "gh-pages"}), "1");
  EXPECT_EQ(upstream.bare_git({"log", "--format=%P%s", "gh-pages"}), "run-1: failed");
  EXPECT_THAT(show("index.html"), HasSubstr("runs/2026/03/run-1.html"));
  EXPECT_THAT(show("runs/2026/03/run-1.html"), HasSubstr("expected 1, was 2"));
  EXPECT_THAT(show("runs/2026/03/run-1/plan.json"), HasSubstr("tektoncd/pipeline"));
  const auto document = json::parse(show("runs/2026/03/run-1.json"), "record");
  ASSERT_TRUE(document);
  EXPECT_EQ(json::text(*document, {"verdict"}), "failed");
}

TEST_F(Publish, TwiceLeavesOneRunAndOneCommit)
{
  ASSERT_TRUE(go());
  const auto first = upstream.bare_git({"rev-parse", "gh-pages"});
  const auto again = go();
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->results.at("published-commit"), first);
  EXPECT_EQ(upstream.bare_git({"rev-parse", "gh-pages"}), first);
  EXPECT_EQ(published(), std::vector<std::string>{"run-1"});
}

TEST_F(Publish, ALaterStateReplacesTheEarlier)
{
  std::filesystem::remove(options.common.run_dir / "verdict.json");
  ASSERT_TRUE(go());
  EXPECT_THAT(show("index.html"), HasSubstr("no verdict"));
  Records("run-1").store(options.common.run_dir);
  ASSERT_TRUE(go());
  EXPECT_EQ(published(), std::vector<std::string>{"run-1"});
  EXPECT_EQ(upstream.bare_git({"rev-list", "--count", "gh-pages"}), "2");
}

void publish_at_once(const Upstream& upstream, const TestFolder& folder, const Options& options, std::size_t publishers)
{
  std::vector<Options> each(publishers, options);
  std::vector<std::string> problems(publishers);
  std::set<std::string> expected;
  for (std::size_t i = 0; i < publishers; ++i) {
    const std::string name = fmt::format("run-{}", i);
    expected.insert(name);
    each[i].common.run_dir = folder.path() / name;
    Records(name).store(each[i].common.run_dir);
  }
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < publishers; ++i) {
      threads.emplace_back([&, i] {
        // Processes, as publishers are; with time for a busy machine.
        process::Command command;
        command.argv = {STREAMGATE_BIN_DIR "/publish",
                        "--run-dir",
                        each[i].common.run_dir.string(),
                        "--publish-url",
                        each[i].url,
                        "--publish-branch",
                        each[i].branch};
        command.timeout = std::chrono::minutes(4);
        const Cancel cancel;
        if (const auto ended = process::output(command, cancel); !ended) problems[i] = ended.error().text();
      });
    }
  }
  for (const auto& problem : problems) EXPECT_EQ(problem, "");
  const auto document = json::parse(upstream.bare_git({"show", "gh-pages:index.json"}), "index.json");
  ASSERT_TRUE(document);
  const auto index = from_json<Index>(*document, "index.json");
  ASSERT_TRUE(index);
  std::set<std::string> arrived;
  for (const auto& entry : index->runs) EXPECT_TRUE(arrived.insert(entry.run).second) << entry.run << " is there twice";
  EXPECT_EQ(arrived, expected);
  const auto day = upstream.bare_git({"show", "gh-pages:history/2026/03/01.jsonl"});
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(day, '\n')) + 1, publishers);
  for (const auto& name : expected) EXPECT_THAT(day, HasSubstr(fmt::format("\"run\":\"{}\"", name)));
  EXPECT_EQ(upstream.bare_git({"rev-list", "--count", "gh-pages"}), std::to_string(publishers));
  EXPECT_EQ(upstream.bare_git({"rev-list", "--merges", "gh-pages"}), "");
}

TEST_F(Publish, EightAtOnceAllArriveOnce)
{
  publish_at_once(upstream, folder, options, 8);
}

TEST_F(Publish, EightAtOnceOverHttp)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const HttpServer server(folder.path(), folder);
  options.url = server.url("upstream.git");
  publish_at_once(upstream, folder, options, 8);
}

TEST_F(Publish, AProtectedBranchIsForbiddenAndTheRunStays)
{
  upstream.hook("pre-receive", "#!/bin/sh\necho 'branch is protected' >&2\nexit 1\n");
  const auto outcome = go();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::forbidden) << outcome.error().text();
  EXPECT_THAT(outcome.error().text(), HasSubstr("pre-receive hook declined"));
  EXPECT_THAT(outcome.error().hint, HasSubstr("the run directory is whole, to publish it later: publish --run-dir "));
  EXPECT_TRUE(std::filesystem::exists(options.common.run_dir / "verdict.json"));
}

TEST_F(Publish, TriesAreBounded)
{
  // Each push meets a ref that moved: the hook moves it, as another publisher would.
  upstream.commit("one");
  upstream.push("HEAD", "refs/heads/other");
  upstream.hook("update", "#!/bin/sh\nunset GIT_QUARANTINE_PATH\n[ \"$1\" = refs/heads/gh-pages ] || exit 0\n"
                          "git update-ref refs/heads/gh-pages $(git -c user.name=other -c user.email=other@localhost "
                          "commit-tree -m $$ other^{tree})\n");
  options.tries = 2;
  const auto outcome = go();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::conflict) << outcome.error().text();
  EXPECT_THAT(outcome.error().text(), HasSubstr("in each of 2 tries"));
}

TEST_F(Publish, ABrokenIndexOnTheBranchIsLeftAlone)
{
  upstream.commit("x");
  upstream.git({"checkout", "--quiet", "--orphan", "pages"});
  upstream.git({"mv", "file", "index.json"});
  upstream.git({"commit", "--quiet", "--message", "broken"});
  upstream.push("HEAD", "refs/heads/gh-pages");
  const auto outcome = go();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::bad_input);
  EXPECT_EQ(upstream.bare_git({"rev-list", "--count", "gh-pages"}), "1");
}

TEST_F(Publish, UnreachableAndBadTargets)
{
  options.url = fmt::format("http://127.0.0.1:{}/a", git::test::closed_port());
  EXPECT_EQ(go().error().code, ErrorCode::unavailable);
  options.url = "nonsense";
  EXPECT_EQ(go().error().code, ErrorCode::bad_input);
  options.url = upstream.url();
  for (const char* branch : {"-x", "a..b", "a b", "/a", "a/", "a.lock", "a//b", ".a", "refs/heads/\n"}) {
    options.branch = branch;
    const auto outcome = go();
    ASSERT_FALSE(outcome) << branch;
    EXPECT_EQ(outcome.error().code, ErrorCode::bad_input) << branch;
  }
}

TEST_F(Publish, CancellationEndsIt)
{
  const git::test::SilentServer silent;
  options.url = fmt::format("http://127.0.0.1:{}/a", silent.port());
  cancel.request();
  EXPECT_EQ(go().error().code, ErrorCode::cancelled);
}

TEST_F(Publish, ToAFolder)
{
  options.url = "";
  options.to = (folder.path() / "site").string();
  for (int i = 0; i < 2; ++i) {
    const auto outcome = go();
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_FALSE(outcome->results.contains("published-commit"));
  }
  EXPECT_THAT(folder.read("site/index.html"), HasSubstr("run-1"));
  EXPECT_THAT(folder.read("site/runs/2026/03/run-1/verdict.json"), HasSubstr("failed"));
  folder.write("run/raw/smoke/new.log", "x");
  ASSERT_TRUE(go());
  EXPECT_EQ(folder.read("site/runs/2026/03/run-1/raw/smoke/new.log"), "x");
  std::filesystem::remove(options.common.run_dir / "raw/smoke/new.log");
  ASSERT_TRUE(go());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "site/runs/2026/03/run-1/raw/smoke/new.log"));
}

TEST_F(Publish, DryRunAndNoTargetChangeNothing)
{
  options.common.dry_run = true;
  ASSERT_TRUE(go());
  options.common.dry_run = false;
  options.url = "";
  ASSERT_TRUE(go());
  EXPECT_EQ(upstream.bare_git({"for-each-ref"}), "");
}

TEST_F(Publish, TheExecutable)
{
  const auto done =
      run_step_process("publish", {"--run-dir", options.common.run_dir.string(), "--publish-url", options.url,
                                   "--result", "published-path=" + (folder.path() / "path").string()});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(folder.read("path"), "runs/2026/03/run-1.html");
  EXPECT_THAT(done.out, HasSubstr("published runs/2026/03/run-1.html on gh-pages as "));
  const auto empty =
      run_step_process("publish", {"--run-dir", (folder.path() / "none").string(), "--publish-url", options.url});
  EXPECT_EQ(empty.exit, 2);
  EXPECT_THAT(empty.err, HasSubstr("holds no record of a run"));
  EXPECT_EQ(run_step_process("publish", {"--run-dir", "x", "--tries", "0"}).exit, 2);
  EXPECT_THAT(run_step_process("publish", {"--help"}).out, HasSubstr("published-commit"));
}

} // namespace
} // namespace streamgate::publish
