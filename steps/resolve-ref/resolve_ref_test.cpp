// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "git/test_support.hpp"
#include "record/run_dir.hpp"
#include "resolve-ref/resolve_ref.hpp"
#include "support/step_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace streamgate::resolve_ref {
namespace {

using git::test::Upstream;
using streamgate::test::run_step_process;
using streamgate::test::TestFolder;
using ::testing::HasSubstr;
using ::testing::Not;

class ResolveRef : public ::testing::Test {
protected:
  ResolveRef()
      : pipeline(folder.path(), "pipeline"), triggers(folder.path(), "triggers"), suite(folder.path(), "My-Suite")
  {
    for (auto* upstream : {&pipeline, &triggers, &suite}) {
      upstream->commit("one");
      upstream->branch("main");
    }
    options.config = STREAMGATE_SOURCE_DIR "/config/components.yaml";
    options.common.run_dir = folder.path() / "runs" / "run-1";
    options.repositories = {"pipeline=" + pipeline.url(), "triggers=" + triggers.url()};
    options.suite.url = suite.url();
  }

  Result<Outcome> go()
  {
    const Deps deps{cancel, [this](std::string_view text) { printed += text; }, false};
    return run(options, deps);
  }
  Error refusal(ErrorCode code)
  {
    const auto outcome = go();
    EXPECT_FALSE(outcome);
    if (outcome) return {};
    EXPECT_EQ(outcome.error().code, code) << outcome.error().text();
    EXPECT_FALSE(std::filesystem::exists(options.common.run_dir / "plan.json")) << "nothing may be written";
    return outcome.error();
  }

  TestFolder folder;
  Upstream pipeline;
  Upstream triggers;
  Upstream suite;
  Options options;
  Cancel cancel;
  std::string printed;
};

TEST_F(ResolveRef, WritesThePlan)
{
  pipeline.push("HEAD", "refs/tags/v1.9.2");
  const auto at_tag = pipeline.bare_git({"rev-parse", "v1.9.2"});
  triggers.push("HEAD", "refs/pull/12/head");
  options.components = "pipeline:v1.9.2,triggers:pr/12";
  options.push_registry = "registry.example.com/gate";
  options.publish_url = "https://me:topsecret99@example.com/pages";
  options.suite.environment = {"A=b"};
  const auto outcome = go();
  ASSERT_TRUE(outcome) << outcome.error().text();

  const auto plan = record::RunDir(options.common.run_dir).load<record::Plan>();
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->run, "run-1");
  ASSERT_EQ(plan->components.size(), 2U);
  const auto& first = plan->components[0];
  EXPECT_EQ(first.name, "pipeline");
  EXPECT_EQ(first.repository, pipeline.url());
  EXPECT_EQ(first.requested_ref, "v1.9.2");
  EXPECT_EQ(first.ref, "refs/tags/v1.9.2");
  EXPECT_EQ(first.commit, at_tag);
  EXPECT_EQ(first.created_by, "TektonPipeline");
  EXPECT_EQ(first.images.size(), 8U);
  EXPECT_EQ(plan->components[1].kind, record::RefKind::pull_request);
  EXPECT_EQ(plan->suite.name, "my-suite");
  EXPECT_EQ(plan->suite.ref, "HEAD");
  EXPECT_EQ(plan->suite.commit, suite.bare_git({"rev-parse", "main"}));
  EXPECT_EQ(plan->suite.environment.at("A"), "b");
  EXPECT_EQ(plan->parameters.at("components"), "pipeline:v1.9.2,triggers:pr/12");
  EXPECT_THAT(to_json(plan->parameters), Not(HasSubstr("topsecret99")));
  EXPECT_EQ(plan->changes.front().object, "image pipeline/controller in registry.example.com/gate");
  EXPECT_EQ(plan->changes.back().object, "branch gh-pages of https://example.com/pages");
  EXPECT_EQ(outcome->results.at("ko-components"), R"(["pipeline","triggers"])");
  EXPECT_EQ(outcome->results.at("ko"), "true");
  EXPECT_EQ(outcome->results.at("container-components"), "[]");
  EXPECT_EQ(outcome->results.at("containers"), "false");
  EXPECT_EQ(outcome->results.at("commits"),
            R"({"pipeline":")" + at_tag + R"(","triggers":")" + plan->components[1].commit + R"("})");
  EXPECT_THAT(printed, HasSubstr("pipeline   v1.9.2  tag           " + at_tag.substr(0, 12)));
  redact::forget_all();
}

TEST_F(ResolveRef, SuiteOfTheComponentIsAtItsCommit)
{
  options.suite.runner = "go-test";
  options.suite.url = "component:pipeline";
  options.suite.package = "github.com/tektoncd/pipeline/test";
  options.common.json_output = true;
  ASSERT_TRUE(go());
  const auto plan = record::RunDir(options.common.run_dir).load<record::Plan>();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->suite.repository, plan->components[0].repository);
  EXPECT_EQ(plan->suite.commit, plan->components[0].commit);
  const auto document = json::parse(printed, "stdout");
  ASSERT_TRUE(document);
  EXPECT_EQ(json::text(*document, {"suite", "name"}), "pipeline");
}

TEST_F(ResolveRef, SuiteOfTheImageNeedsNoRepository)
{
  options.suite.url = "image:/suites/smoke";
  ASSERT_TRUE(go());
  const auto plan = record::RunDir(options.common.run_dir).load<record::Plan>();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->suite.repository, "");
  EXPECT_EQ(plan->suite.commit, "");
  EXPECT_EQ(plan->suite.folder, "/suites/smoke");
}

TEST_F(ResolveRef, OneBadComponentAndNothingIsWritten)
{
  options.components = "pipeline,triggers:v9";
  const Error error = refusal(ErrorCode::not_found);
  EXPECT_THAT(error.text(), HasSubstr("resolving triggers:v9: " + triggers.url() + ": there is no branch or tag v9"));
}

TEST_F(ResolveRef, TheDirectoryOfAnEarlierRunIsRefused)
{
  for (const std::string left :
       {"deploy.json", "results.json", "verdict.json", "images/pipeline.json", "raw/s/run.json"}) {
    folder.write("runs/run-1/" + left, "{}");
    EXPECT_THAT(refusal(ErrorCode::bad_input).text(), HasSubstr("of an earlier run")) << left;
    std::filesystem::remove_all(options.common.run_dir / std::filesystem::path(left).begin()->string());
  }
}

TEST_F(ResolveRef, UnknownComponent)
{
  options.components = "pipline";
  const Error error = refusal(ErrorCode::not_found);
  EXPECT_THAT(error.hint, HasSubstr("did you mean pipeline?"));
}

TEST_F(ResolveRef, ComponentOfTheSuiteMustBePlanned)
{
  options.suite.url = "component:chains";
  EXPECT_THAT(refusal(ErrorCode::bad_input).message, HasSubstr("component:chains is not among --components"));
}

TEST_F(ResolveRef, UnreachableRepositories)
{
  const auto nowhere = "http://127.0.0.1:" + std::to_string(git::test::closed_port()) + "/a";
  options.repositories = {"pipeline=" + nowhere};
  EXPECT_THAT(refusal(ErrorCode::unavailable).text(),
              HasSubstr("resolving pipeline:HEAD: listing the refs of " + nowhere));
  options.repositories = {"pipeline=" + pipeline.url()};
  options.suite.url = nowhere;
  EXPECT_THAT(refusal(ErrorCode::unavailable).text(), HasSubstr("resolving the test suite: "));
}

TEST_F(ResolveRef, BadTokenFileAndCancellation)
{
  options.access.token_file = (folder.path() / "none").string();
  EXPECT_THAT(refusal(ErrorCode::not_found).text(), HasSubstr("reading the git token"));
  options.access.token_file = "";
  cancel.request();
  EXPECT_THAT(refusal(ErrorCode::cancelled).text(), HasSubstr("resolving pipeline:HEAD"));
}

// --- The executable ---

class ResolveRefProcess : public ResolveRef {
protected:
  streamgate::test::ProcessResult execute(std::vector<std::string> arguments)
  {
    arguments.insert(arguments.begin(), {"--run-dir", options.common.run_dir.string(), "--config", options.config,
                                         "--repository", "pipeline=" + pipeline.url(), "--suite-url", suite.url()});
    return run_step_process("resolve-ref", arguments);
  }
};

TEST_F(ResolveRefProcess, WritesResults)
{
  const auto file = folder.path() / "results" / "ko-components";
  const auto done = execute({"--components", "pipeline:main", "--result", "ko-components=" + file.string()});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("COMPONENT"));
  EXPECT_EQ(folder.read("results/ko-components"), R"(["pipeline"])");
  EXPECT_THAT(done.err, Not(HasSubstr("dry run")));
  EXPECT_THAT(execute({"--components", "pipeline:main", "--plan-only", "true"}).err,
              HasSubstr("dry run: it ends here"));
}

TEST_F(ResolveRefProcess, ErrorsExitWithTwoAndSayWhy)
{
  const auto absent = execute({"--components", "pipeline:v9"});
  EXPECT_EQ(absent.exit, 2);
  EXPECT_THAT(absent.err, HasSubstr("resolve-ref: error: "));
  EXPECT_THAT(absent.err, HasSubstr("there is no branch or tag v9"));
  EXPECT_THAT(folder.read("runs/run-1/errors/resolve-ref.json"), HasSubstr(R"("reason":"NotFound")"));
  const auto malformed = execute({"--components", "pipeline:a..b"});
  EXPECT_EQ(malformed.exit, 2);
  EXPECT_THAT(malformed.err, HasSubstr("it holds .."));
  EXPECT_EQ(execute({"--runner", "make"}).exit, 2);
  const auto dry = execute({"--plan-only", "yes"});
  EXPECT_EQ(dry.exit, 2) << "a dry run that is misspelt must not run";
  EXPECT_THAT(dry.err, HasSubstr("plan-only"));
  EXPECT_EQ(execute({"--no-such-option"}).exit, 2);
  EXPECT_FALSE(std::filesystem::exists(options.common.run_dir / "plan.json"));
}

TEST_F(ResolveRefProcess, HelpNamesEverything)
{
  const auto help = run_step_process("resolve-ref", {"--help"});
  EXPECT_EQ(help.exit, 0);
  for (const char* word :
       {"--components", "--suite-url", "--git-token-file", "plan.json", "commits", "component:NAME"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
}

} // namespace
} // namespace streamgate::resolve_ref
