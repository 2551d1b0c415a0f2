// SPDX-License-Identifier: Apache-2.0
#include "notify/comment.hpp"
#include "notify/notice.hpp"
#include "notify/slack.hpp"
#include "notify/test_records.hpp"
#include "notify/test_slack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace streamgate::notify::slack {
namespace {

using record::VerdictWord;
using test::Answer;
using test::SlackServer;
using test::source_of;
using ::testing::HasSubstr;
using ::testing::Not;

record::Notification notification_of(const NoticeSource& source)
{
  return make_notification(source, *parse_rfc3339("2026-03-01T10:00:01Z"));
}

std::vector<std::string> names(std::size_t count, const std::string& text = "test")
{
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(text + std::to_string(i));
  return out;
}

TEST(Render, SaysWhatHappenedAndMentionsTheOwnerOfANewFailure)
{
  auto source = source_of(VerdictWord::failed, {"new", "old"});
  source.last = test::last_of(VerdictWord::failed, {"old"});
  source.url = "https://example.com/runs/2?a=1&b=2";
  const auto messages = render(notification_of(source), {{"pipelines", "<@U0OWNER>"}, {"other", "<@U0OTHER>"}});
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].text, "nightly: still failed, with 1 new failure <@U0OWNER>");
  const auto body = to_json(messages[0]);
  EXPECT_EQ(test::slack_problem(body, {"<@U0OWNER>"}), "");
  EXPECT_THAT(body, HasSubstr("suite/spec/new"));
  EXPECT_THAT(body, Not(HasSubstr("suite/spec/old")));
  EXPECT_THAT(body, HasSubstr("Failures that are not new: 1"));
  EXPECT_THAT(body, HasSubstr("<https://example.com/runs/2?a=1&amp;b=2|The run>"));
  EXPECT_THAT(body, HasSubstr("#D32F2F"));
}

TEST(Render, RecoveryMentionsNobody)
{
  auto source = source_of(VerdictWord::passed);
  source.last = test::last_of(VerdictWord::failed, {"a"});
  const auto messages = render(notification_of(source), {{"pipelines", "<@U0OWNER>"}});
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].text, "nightly: passed again, was failed");
  EXPECT_THAT(to_json(messages[0]), HasSubstr("#2E7D32"));
}

TEST(Render, ManyFailuresBecomeAFewMessagesAndACount)
{
  const auto messages = render(notification_of(source_of(VerdictWord::failed, names(400))), {});
  ASSERT_EQ(messages.size(), k_most_messages);
  std::size_t shown = 0;
  std::string all;
  for (const auto& message : messages) {
    EXPECT_EQ(test::slack_problem(to_json(message)), "");
    all += to_json(message);
  }
  for (const auto& name : names(400)) shown += all.find("spec/" + name + "*") != std::string::npos ? 1U : 0U;
  EXPECT_GT(shown, 30U);
  EXPECT_THAT(all, HasSubstr("and " + std::to_string(400 - shown) + " more new failures"));
  EXPECT_THAT(messages[1].text, HasSubstr("(2 of 3)"));
}

// Random records of hostile text, by pieces that once broke something somewhere.
class Hostile {
public:
  std::string text(std::size_t longest)
  {
    constexpr std::array<std::string_view, 18> k_pieces{"<!channel>",
                                                        "<!here>",
                                                        "<@U123>",
                                                        "&",
                                                        "&lt;",
                                                        "<",
                                                        ">",
                                                        "\"",
                                                        "\\",
                                                        "\n",
                                                        "é",
                                                        "😀",
                                                        "```",
                                                        "@everyone",
                                                        "\x1b[0m",
                                                        "\xff",
                                                        "<https://evil.example|click>",
                                                        "x"};
    std::string out;
    for (auto length = m_random() % (longest + 1); out.size() < length;) out += k_pieces[m_random() % k_pieces.size()];
    return out;
  }
  NoticeSource source()
  {
    NoticeSource out;
    out.gate = "g";
    out.verdict.run = text(2000);
    out.verdict.suite = text(2000);
    out.verdict.summary = text(20'000);
    out.verdict.verdict = static_cast<VerdictWord>(m_random() % 4);
    out.verdict.counts.failed = static_cast<std::int64_t>(m_random());
    for (auto i = m_random() % 40; i > 0; --i) out.verdict.reasons.push_back({text(10), text(5000), text(5000)});
    for (auto i = m_random() % 80; i > 0; --i) out.verdict.components.push_back({text(500), text(500), text(500)});
    out.failures.emplace();
    for (auto i = m_random() % 60; i > 0; --i) {
      record::Failure failure;
      failure.id = text(3000);
      failure.message = text(5000);
      failure.category = text(600);
      failure.owner = m_random() % 2 == 0 ? "pipelines" : text(600);
      failure.cluster = text(600);
      if (m_random() % 4 == 0) failure.known = record::KnownIssue{text(600), "", "", "", m_random() % 2 == 0};
      out.failures->failures.push_back(std::move(failure));
    }
    if (m_random() % 2 == 0) out.last = test::last_of(static_cast<VerdictWord>(m_random() % 4));
    if (m_random() % 2 == 0) out.url = "https://example.com/" + std::string(m_random() % 980, 'p');
    return out;
  }

private:
  std::mt19937 m_random{20260301}; // NOLINT: the same records each time
};

TEST(Render, KeepsSlacksLimitsWhateverTheRecordsHold)
{
  Hostile hostile;
  std::size_t split = 0;
  for (int i = 0; i < 40; ++i) {
    const auto notification = notification_of(hostile.source());
    const auto messages = render(notification, {{"pipelines", "<@U0OWNER>"}});
    ASSERT_FALSE(messages.empty());
    ASSERT_LE(messages.size(), k_most_messages);
    split += messages.size() > 1 ? 1U : 0U;
    for (const auto& message : messages) ASSERT_EQ(test::slack_problem(to_json(message), {"<@U0OWNER>"}), "");
    ASSERT_EQ(test::slack_problem(to_json(plain(notification, {})), {}), "");
    ASSERT_LE(comment_body(notification).size(), 60'000U);
  }
  EXPECT_GT(split, 5U);
}

TEST(SlackProblem, TheCheckerSeesWhatIsWrong)
{
  const auto with_blocks = [](const std::string& blocks) {
    return R"({"text":"a","attachments":[{"blocks":[)" + blocks + "]}]}";
  };
  const auto section = [](const std::string& text) {
    return R"({"type":"section","text":{"type":"mrkdwn","verbatim":true,"text":")" + text + "\"}}";
  };
  EXPECT_EQ(test::slack_problem(with_blocks(section("x"))), "");
  EXPECT_EQ(test::slack_problem(R"({"attachments":[]})"), "no_text");
  EXPECT_THAT(test::slack_problem(with_blocks(section(std::string(3001, 'x')))), HasSubstr("invalid_blocks"));
  EXPECT_EQ(test::slack_problem(with_blocks(section(std::string(3000, 'x')))), "");
  std::string many = section("x");
  for (int i = 0; i < 50; ++i) many += "," + section("x");
  EXPECT_THAT(test::slack_problem(with_blocks(many)), HasSubstr("more than 50"));
  std::string large = section(std::string(2900, 'x'));
  for (int i = 0; i < 4; ++i) large += "," + section(std::string(2900, 'x'));
  EXPECT_EQ(test::slack_problem(with_blocks(large)), "msg_blocks_too_long");
  EXPECT_THAT(test::slack_problem(with_blocks(section("<!here>"))), HasSubstr("not allowed"));
  EXPECT_THAT(test::slack_problem(with_blocks(section("a & b"))), HasSubstr("bare &"));
  EXPECT_EQ(test::slack_problem("{"), "invalid_payload");
}

TEST(Mentions, OnlyUsersAndGroups)
{
  const auto good = parse_mentions({"pipelines=<!subteam^S012AB>", "a=b=<@U9>"});
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(good->at("pipelines"), "<!subteam^S012AB>");
  EXPECT_EQ(good->at("a=b"), "<@U9>");
  for (const auto* bad : {"x", "x=", "=<@U9>", "x=<!channel>", "x=<!here>", "x=@bob", "x=<@U9><!here>", "x=<@u9>",
                          "x=<@U>", "x=<!subteam^U9>", "x=<@U9", "x=<!subteam^>"}) {
    EXPECT_EQ(parse_mentions({bad}).error().code, ErrorCode::usage) << bad;
  }
}

class Send : public ::testing::Test {
protected:
  Result<std::string> go(std::size_t failures = 1)
  {
    const auto notification = notification_of(source_of(VerdictWord::failed, names(failures)));
    return send(sender, slack.url(), render(notification, {}), plain(notification, {}));
  }
  SlackServer slack;
  Cancel cancel;
  Sender sender{cancel, "", std::chrono::seconds(5)};
};

TEST_F(Send, AllMessagesInTheirOrder)
{
  const auto sent = go(200);
  ASSERT_TRUE(sent) << sent.error().text();
  EXPECT_EQ(*sent, "3 messages");
  ASSERT_EQ(slack.taken.size(), 3U);
  EXPECT_THAT(slack.taken[0], HasSubstr("(1 of 3)"));
  EXPECT_THAT(slack.taken[2], HasSubstr("(3 of 3)"));
  EXPECT_EQ(slack.got().front().headers.at("content-type"), "application/json");
}

TEST_F(Send, WaitsAsLongAs429Asks)
{
  slack.first = {{429, "rate_limited", "Retry-After: 1\r\n"}};
  const auto begin = std::chrono::steady_clock::now();
  const auto sent = go();
  ASSERT_TRUE(sent) << sent.error().text();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(990));
  EXPECT_EQ(slack.taken.size(), 1U);
}

TEST_F(Send, IsNotAskedAgainWhenItAsksForTooLong)
{
  slack.first = {{429, "rate_limited", "Retry-After: 3600\r\n"}};
  EXPECT_EQ(go().error().code, ErrorCode::throttled);
  EXPECT_EQ(slack.got().size(), 1U);
}

TEST_F(Send, OutlastsServerErrorsAndCutConnections)
{
  slack.first = {{500, ""}, {0, ""}, {503, "", "Retry-After: 0\r\n"}};
  ASSERT_TRUE(go());
  EXPECT_EQ(slack.taken.size(), 1U);
  EXPECT_EQ(slack.got().size(), 4U);
}

TEST_F(Send, ServerErrorsThatStayAreAnError)
{
  slack.first.assign(10, {500, "oops"});
  const auto sent = go();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
  EXPECT_EQ(slack.got().size(), 4U);
}

TEST_F(Send, WhatSlackRefusesForGoodIsNotRepeated)
{
  const std::vector<std::pair<Answer, ErrorCode>> cases{{{400, "no_text"}, ErrorCode::bad_input},
                                                        {{403, "action_prohibited"}, ErrorCode::forbidden},
                                                        {{404, "no_service"}, ErrorCode::not_found},
                                                        {{410, "channel_is_archived"}, ErrorCode::gone}};
  for (const auto& [answer, code] : cases) {
    const auto before = slack.got().size();
    slack.first = {answer};
    const auto sent = go();
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, code);
    EXPECT_THAT(sent.error().text(), HasSubstr(answer.body));
    EXPECT_EQ(slack.got().size(), before + 1);
  }
  EXPECT_TRUE(slack.taken.empty());
}

TEST_F(Send, RefusedBlocksAreSentAsPlainTextOnce)
{
  for (const auto* word : {"invalid_blocks", "msg_blocks_too_long", "invalid_attachments"}) {
    slack.taken.clear();
    slack.first = {{400, word}};
    const auto sent = go(200);
    ASSERT_TRUE(sent) << sent.error().text();
    EXPECT_THAT(*sent, HasSubstr("one in plain text"));
    ASSERT_EQ(slack.taken.size(), 1U);
    EXPECT_THAT(slack.taken[0], Not(HasSubstr("attachments")));
    EXPECT_THAT(slack.taken[0], HasSubstr("and 195 more new failures"));
  }
  slack.first = {{400, "invalid_blocks"}, {400, "invalid_blocks"}};
  EXPECT_EQ(go().error().code, ErrorCode::bad_input);
}

TEST_F(Send, SomethingElsesAnswerIsNoSuccess)
{
  slack.first = {{200, "<html>please log in</html>"}};
  EXPECT_EQ(go().error().code, ErrorCode::bad_input);
}

TEST_F(Send, AServerThatNeverAnswersIsATimeout)
{
  Sender hasty{cancel, "", std::chrono::milliseconds(50)};
  slack.first.assign(10, {-1, ""});
  const auto notification = notification_of(source_of(VerdictWord::failed));
  const auto sent = send(hasty, slack.url(), render(notification, {}), plain(notification, {}));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::timeout);
}

TEST_F(Send, EndsWhenCancelled)
{
  cancel.request();
  EXPECT_EQ(go().error().code, ErrorCode::cancelled);
}

} // namespace
} // namespace streamgate::notify::slack
