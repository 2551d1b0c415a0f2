// SPDX-License-Identifier: Apache-2.0
#include "notify/event.hpp"
#include "notify/test_records.hpp"
#include "notify/test_slack.hpp"
#include "support/kube_fixture.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>

// The Event at a real API server.
namespace streamgate::notify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Event : public streamgate::test::KubeTest {
protected:
  // Run the step with a Slack that refuses; its log.
  std::string tell_with(const kube::Config& config)
  {
    test::SlackServer slack;
    slack.first = {{410, "channel_is_archived"}};
    const auto source = test::source_of(record::VerdictWord::failed, {"a"});
    EXPECT_TRUE(record::RunDir(folder.path() / "run").store(source.verdict));
    const auto kubeconfig = server().write_kubeconfig(config, "notify");
    const auto ended = streamgate::test::run_step_process(
        "notify", {"--run-dir", (folder.path() / "run").string(), "--slack-webhook-file",
                   folder.write("url", slack.url()).string(), "--event-object", "PipelineRun/run-2",
                   "--event-namespace", nspace(), "--event-kubeconfig", kubeconfig.string()});
    EXPECT_EQ(ended.exit, 2) << ended.err;
    return ended.err;
  }
  std::vector<json::Document> events()
  {
    auto list = admin().list(kube::k_events, nspace());
    EXPECT_TRUE(list);
    return list ? std::move(list->items) : std::vector<json::Document>();
  }
  streamgate::test::TestFolder folder;
};

TEST_F(Event, AFailedNoticeBecomesAWarningOfThePipelineRun)
{
  EXPECT_THAT(tell_with(server().admin()), Not(HasSubstr("no event was made")));
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(json::text(all[0], {"type"}), "Warning");
  EXPECT_EQ(json::text(all[0], {"reason"}), "NotificationFailed");
  EXPECT_EQ(json::text(all[0], {"involvedObject", "kind"}), "PipelineRun");
  EXPECT_EQ(json::text(all[0], {"involvedObject", "name"}), "run-2");
  const std::string message(json::text(all[0], {"message"}));
  EXPECT_THAT(message, HasSubstr("slack: failed:"));
  EXPECT_THAT(message, HasSubstr("410: channel_is_archived"));
  EXPECT_THAT(message, Not(HasSubstr("Secret")));
}

TEST_F(Event, WithoutRightsItIsOnlyLogged)
{
  EXPECT_THAT(tell_with(server().token_user("nobody-token-1")), HasSubstr("no event was made of it"));
  EXPECT_TRUE(events().empty());
}

TEST(EventTarget, OnlyRuns)
{
  EXPECT_EQ(parse_event_target("TaskRun/a", "n")->name, "a");
  for (const auto* bad : {"", "PipelineRun", "PipelineRun/", "Pod/a", "/a"})
    EXPECT_EQ(parse_event_target(bad, "n").error().code, ErrorCode::usage) << bad;
}

} // namespace
} // namespace streamgate::notify
