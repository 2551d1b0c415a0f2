// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"
#include "base/redact.hpp"
#include "notify/history.hpp"
#include "notify/notify.hpp"
#include "notify/test_forge.hpp"
#include "notify/test_records.hpp"
#include "notify/test_slack.hpp"
#include "notify/webhook.hpp"
#include "record/schema.hpp"
#include "support/child.hpp"
#include "support/programs.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace streamgate::notify {
namespace {

using record::VerdictWord;
using streamgate::test::run_step_process;
using streamgate::test::TestFolder;
using test::FakeForge;
using test::Server;
using test::SlackServer;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Notify : public ::testing::Test {
protected:
  Notify() { arguments = {"--run-dir", (folder.path() / "run").string(), "--gate", "nightly"}; }
  ~Notify() override { redact::forget_all(); }

  void records(VerdictWord word, const std::vector<std::string>& failed = {}) const
  {
    const auto source = test::source_of(word, failed);
    const record::RunDir run_dir(folder.path() / "run");
    EXPECT_TRUE(run_dir.store(source.verdict));
    EXPECT_TRUE(run_dir.store(*source.failures));
  }
  void history(VerdictWord word, const std::vector<std::string>& failed = {}) const
  {
    folder.write("run/history.jsonl", to_json(test::last_of(word, failed)) + "\n");
  }
  void with_slack(const std::string& url)
  {
    arguments.insert(arguments.end(),
                     {"--slack-webhook-file", folder.write("slack/url", url + "\n").parent_path().string()});
  }
  void with_forge(const FakeForge& forge)
  {
    folder.write("forge/forge-token", FakeForge::k_token);
    arguments.insert(arguments.end(), {"--forge-token-file", (folder.path() / "forge").string(), "--forge", "github",
                                       "--forge-url", forge.url(), "--forge-repository", "o/n", "--forge-commit",
                                       FakeForge::k_commit, "--forge-pull", "7"});
  }
  streamgate::test::ProcessResult go(const std::vector<std::string>& more = {}) const
  {
    auto all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    all.insert(all.end(), {"--result", "notified=" + (folder.path() / "notified").string()});
    return run_step_process("notify", all);
  }

  TestFolder folder;
  std::vector<std::string> arguments;
};

TEST_F(Notify, NothingConfiguredTellsNobody)
{
  const auto ended = go({"--slack-webhook-file", folder.path().string(), "--forge-token-file", folder.path().string()});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("nobody is told"));
  EXPECT_EQ(folder.read("notified"), "");
}

TEST_F(Notify, TellsAChangeByEveryWay)
{
  SlackServer slack;
  FakeForge forge(ForgeKind::github);
  const Server hook([](const test::Got&) { return test::Answer{204, ""}; });
  records(VerdictWord::failed, {"a"});
  history(VerdictWord::passed);
  with_slack(slack.url());
  with_forge(forge);
  folder.write("hook/webhook-url", hook.url() + "/hook");
  folder.write("hook/webhook-secret", "the key of the hook");
  const auto hook_folder = (folder.path() / "hook").string();
  const auto ended = go({"--webhook-url-file", hook_folder, "--webhook-secret-file", hook_folder, "--owner-mention",
                         "pipelines=<@U0OWNER>"});
  ASSERT_EQ(ended.exit, 0) << ended.err;
  ASSERT_EQ(slack.taken.size(), 1U);
  EXPECT_THAT(slack.taken[0], HasSubstr("nightly: failed, was passed <@U0OWNER>"));
  ASSERT_EQ(forge.states.size(), 1U);
  EXPECT_EQ(forge.states[0].state, "failure");
  ASSERT_EQ(forge.comments.size(), 1U);
  EXPECT_THAT(forge.comments[0].body, HasSubstr("`suite/spec/a`"));
  ASSERT_EQ(hook.got().size(), 1U);
  const auto got = hook.got().front();
  const auto document = json::parse(got.body, "body");
  ASSERT_TRUE(document);
  EXPECT_TRUE(record::check_schema(*document, "notification", "body"));
  EXPECT_EQ(json::text(*document, {"change"}), "broken");
  EXPECT_EQ(got.headers.at("x-streamgate-signature"), webhook::signature(got.body, "the key of the hook"));
  EXPECT_EQ(folder.read("notified"),
            "slack: sent: 1 message\nwebhook: sent: a notification\n"
            "status: sent: streamgate/nightly of o/n at 0123456789\ncomment: sent: o/n#7 created\n");
}

TEST_F(Notify, WhatIsNotNewIsOnlyShownAtTheCommit)
{
  SlackServer slack;
  FakeForge forge(ForgeKind::github);
  records(VerdictWord::failed, {"a"});
  history(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  with_forge(forge);
  EXPECT_EQ(go().exit, 0);
  EXPECT_TRUE(slack.got().empty());
  EXPECT_EQ(forge.states.size(), 1U);
  EXPECT_EQ(forge.comments.size(), 1U);
  EXPECT_THAT(folder.read("notified"), HasSubstr("slack: unchanged: nothing new: failed"));
  EXPECT_EQ(go({"--when", "failure"}).exit, 0);
  EXPECT_EQ(slack.taken.size(), 1U);
}

TEST_F(Notify, AWayThatFailsIsInNoOthersWayAndIsExitCodeTwo)
{
  SlackServer slack;
  slack.first = {{404, "no_service"}};
  FakeForge forge(ForgeKind::github);
  records(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  with_forge(forge);
  const auto ended = go();
  EXPECT_EQ(ended.exit, 2);
  EXPECT_EQ(forge.comments.size(), 1U);
  EXPECT_THAT(ended.err, HasSubstr("warning: slack could not be told: message 1 of 1: Slack answered 404: no_service"));
  EXPECT_THAT(folder.read("notified"), AllOf(HasSubstr("slack: failed:"), HasSubstr("comment: sent:")));
  // The verdict is nobody's to change: no error is left for the judge.
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run/errors"));
}

TEST_F(Notify, TheAddressOfAWebhookIsNeverShown)
{
  SlackServer slack;
  records(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  std::string all;
  const auto run_with = [&](test::Answer answer) {
    slack.first.assign(10, std::move(answer));
    for (const auto& more :
         {std::vector<std::string>{"--log-level", "debug"}, {"--output", "json", "--log-level", "debug"}}) {
      const auto ended = go(more);
      EXPECT_EQ(ended.exit, 2);
      all += ended.out + ended.err + folder.read("notified");
    }
  };
  run_with({500, std::string("POST ") + slack.url() + " failed"});
  run_with({404, std::string("no page ") + SlackServer::k_path});
  run_with({0, ""});
  arguments.clear();
  arguments = {"--run-dir", (folder.path() / "run").string()};
  with_slack("http://127.0.0.1:1" + std::string(SlackServer::k_path));
  run_with({0, ""});
  EXPECT_THAT(all, Not(HasSubstr("kW9xSecretOfTheHook")));
  EXPECT_THAT(all, Not(HasSubstr("/services/T0000000")));
}

TEST_F(Notify, ASignalEndsItAtOnce)
{
  SlackServer slack;
  slack.first.assign(10, {-1, ""});
  records(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  auto line = arguments;
  line.insert(line.begin(), STREAMGATE_BIN_DIR "/notify");
  line.insert(line.end(), {"--result", "notified=" + (folder.path() / "notified").string()});
  streamgate::test::Child child(line, folder.path() / "log");
  const Cancel cancel;
  for (int i = 0; i < 1000 && slack.got().empty(); ++i) ASSERT_TRUE(cancel.sleep(Duration(10)));
  ASSERT_FALSE(slack.got().empty());
  child.signal(SIGTERM);
  EXPECT_TRUE(streamgate::test::ends(std::to_string(child.id())));
  EXPECT_THAT(folder.read("notified"), HasSubstr("slack: failed:"));
  EXPECT_THAT(folder.read("notified"), HasSubstr("(Cancelled)"));
}

TEST_F(Notify, DryRunSendsNothing)
{
  SlackServer slack;
  FakeForge forge(ForgeKind::github);
  records(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  with_forge(forge);
  const auto ended = go({"--dry-run"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_TRUE(slack.got().empty());
  EXPECT_TRUE(forge.got().empty());
  EXPECT_THAT(ended.out, AllOf(HasSubstr("would send 1 Slack messages"), HasSubstr("would send comment to o/n#7"),
                               HasSubstr("would send status"), Not(HasSubstr("kW9xSecretOfTheHook"))));
}

TEST_F(Notify, ARunWithoutAVerdictIsTold)
{
  SlackServer slack;
  std::filesystem::create_directories(folder.path() / "run");
  with_slack(slack.url());
  EXPECT_EQ(go().exit, 0);
  ASSERT_EQ(slack.taken.size(), 1U);
  EXPECT_THAT(slack.taken[0], HasSubstr("nightly: error"));
  EXPECT_THAT(slack.taken[0], HasSubstr("there is no verdict"));
}

TEST_F(Notify, WrongOptionsSendNothing)
{
  SlackServer slack;
  records(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {"--gate", "a -->"},
           {"--when", "never"},
           {"--run-url", "javascript:alert(1)"},
           {"--run-url", "https://e.example/)|<!here>"},
           {"--owner-mention", "x=<!channel>"},
           {"--event-object", "Pod/x"},
           {"--ca-file", "/absent"},
           {"--webhook-url-file", "/absent"},
           {"--webhook-url-file", folder.write("a", "ftp://x").string()},
           {"--webhook-url-file", folder.write("b", "http://example.com/x").string()},
           {"--webhook-url-file", folder.write("c", "https://x/\nhttps://y/").string()},
           {"--forge-token-file", folder.write("d", "").string()}}) {
    const auto ended = go(wrong);
    EXPECT_EQ(ended.exit, 2) << wrong[0] << " " << wrong[1];
    EXPECT_THAT(ended.err, HasSubstr("error: ")) << wrong[1];
  }
  EXPECT_TRUE(slack.got().empty());
}

TEST_F(Notify, AnEventThatCannotBeMadeIsOnlyLogged)
{
  SlackServer slack;
  slack.first = {{410, "channel_is_archived"}};
  records(VerdictWord::failed, {"a"});
  with_slack(slack.url());
  const auto ended =
      go({"--event-object", "PipelineRun/run-2", "--event-kubeconfig", (folder.path() / "absent").string()});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("no event was made of it"));
  EXPECT_THAT(folder.read("notified"), HasSubstr("slack: failed:"));
}

TEST(Signature, IsAsOpenSslAndOthersMakeIt)
{
  // RFC 4231, test case 2.
  EXPECT_EQ(webhook::signature("what do ya want for nothing?", "Jefe"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

} // namespace
} // namespace streamgate::notify
