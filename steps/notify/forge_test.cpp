// SPDX-License-Identifier: Apache-2.0
#include "notify/comment.hpp"
#include "notify/forge.hpp"
#include "notify/test_forge.hpp"
#include "notify/test_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <tuple>

namespace streamgate::notify {
namespace {

using record::VerdictWord;
using test::FakeForge;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto k_marker = "<!-- streamgate:nightly -->";

class Forges : public ::testing::TestWithParam<ForgeKind> {
protected:
  CommitStatus status(VerdictWord word, bool cancelled = false) const
  {
    return {word, cancelled, "streamgate/nightly", "a summary", "https://example.com/run"};
  }
  FakeForge server{GetParam()};
  Cancel cancel;
  Sender sender{cancel, "", std::chrono::seconds(5)};
  Forge forge{server.target(), FakeForge::k_token, sender};
};

INSTANTIATE_TEST_SUITE_P(All, Forges, ::testing::Values(ForgeKind::github, ForgeKind::gitlab, ForgeKind::gitea),
                         [](const auto& each) { return std::string(name_of(each.param)); });

TEST_P(Forges, AStatusForEachVerdict)
{
  const bool gitlab = GetParam() == ForgeKind::gitlab;
  const std::vector<std::tuple<VerdictWord, bool, std::string>> cases{
      {VerdictWord::passed, false, "success"},
      {VerdictWord::failed, false, gitlab ? "failed" : "failure"},
      {VerdictWord::overridden, false, "success"},
      {VerdictWord::passed, true, "success"},
      {VerdictWord::error, false, gitlab ? "failed" : "error"},
      {VerdictWord::error, true, gitlab ? "canceled" : "error"},
      {VerdictWord::failed_and_error, true, gitlab ? "failed" : "failure"}};
  for (const auto& [word, cancelled, state] : cases) {
    const auto set = forge.set_status(status(word, cancelled));
    ASSERT_TRUE(set) << set.error().text();
    EXPECT_EQ(server.states.back().state, state);
    EXPECT_EQ(server.states.back().context, "streamgate/nightly");
    EXPECT_EQ(server.states.back().description, "a summary");
    EXPECT_EQ(server.states.back().url, "https://example.com/run");
  }
}

TEST_P(Forges, TheSameStatusTwiceAndALongDescriptionAreNoError)
{
  auto long_one = status(VerdictWord::passed);
  long_one.description = std::string(139, 'x') + "ééé";
  EXPECT_TRUE(forge.set_status(long_one));
  EXPECT_TRUE(forge.set_status(long_one));
  EXPECT_LE(server.states.back().description.size(), 140U);
}

TEST_P(Forges, OneCommentIsMadeAndThenUpdated)
{
  server.say("somebody", "nice");
  const auto text = [](const std::string& what) { return std::string(k_marker) + "\n" + what; };
  for (const auto& [what, change] : {std::pair{"one", CommentChange::created},
                                     {"two", CommentChange::updated},
                                     {"two", CommentChange::unchanged},
                                     {"three", CommentChange::updated}}) {
    const auto put = forge.put_comment(k_marker, text(what));
    ASSERT_TRUE(put) << put.error().text();
    EXPECT_EQ(*put, change) << what;
  }
  ASSERT_EQ(server.comments.size(), 2U);
  EXPECT_EQ(server.comments[1].body, text("three"));
}

TEST_P(Forges, OthersCommentsAreNotTouched)
{
  const std::string marked = std::string(k_marker) + "\nforged";
  server.say("mallory", marked);
  server.say("gate", std::string("quoted: ") + k_marker);
  server.say("gate", "<!-- streamgate:weekly -->\nanother gate's");
  const auto put = forge.put_comment(k_marker, std::string(k_marker) + "\nours");
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(*put, CommentChange::created);
  ASSERT_EQ(server.comments.size(), 4U);
  EXPECT_EQ(server.comments[0].body, marked);
  EXPECT_THAT(server.comments[2].body, EndsWith("another gate's"));
}

TEST_P(Forges, FindsItsCommentOnALaterPage)
{
  for (int i = 0; i < 250; ++i) server.say("somebody", "comment " + std::to_string(i));
  server.say("gate", std::string(k_marker) + "\nold");
  const auto put = forge.put_comment(k_marker, std::string(k_marker) + "\nnew");
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(*put, CommentChange::updated);
  EXPECT_EQ(server.comments.size(), 251U);
}

TEST_P(Forges, ALostAnswerMakesNoSecondComment)
{
  server.swallow_next_post = true;
  const auto put = forge.put_comment(k_marker, std::string(k_marker) + "\nx");
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(server.comments.size(), 1U);
}

TEST_P(Forges, ACommentThatWasRemovedMeanwhileIsMadeAnew)
{
  server.say("gate", std::string(k_marker) + "\nold");
  server.vanish_on_update = true;
  const auto put = forge.put_comment(k_marker, std::string(k_marker) + "\nnew");
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(*put, CommentChange::created);
  ASSERT_EQ(server.comments.size(), 1U);
  EXPECT_THAT(server.comments[0].body, EndsWith("new"));
}

TEST_P(Forges, OfTwoRunsAtOnceOneCommentStays)
{
  server.rival = std::string(k_marker) + "\nthe other run's";
  const auto put = forge.put_comment(k_marker, std::string(k_marker) + "\nours");
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(*put, CommentChange::updated);
  ASSERT_EQ(server.comments.size(), 1U);
  EXPECT_EQ(server.comments[0].id, 101) << "the first";
  EXPECT_THAT(server.comments[0].body, EndsWith("ours"));
}

TEST_P(Forges, RefusalsSayWhatToDo)
{
  const std::vector<std::tuple<int, ErrorCode, bool>> cases{
      {401, ErrorCode::unauthorized, true}, {403, ErrorCode::forbidden, true}, {404, ErrorCode::not_found, true},
      {409, ErrorCode::conflict, false},    {422, ErrorCode::conflict, false}, {400, ErrorCode::bad_input, false},
      {501, ErrorCode::unavailable, false}, {302, ErrorCode::bad_input, false}};
  for (const auto& [code, error, advised] : cases) {
    server.first = {{code, R"({"message":"because <of> it"})", "Location: http://192.0.2.1/\r\n"}};
    const auto before = server.got().size();
    const auto set = forge.set_status(status(VerdictWord::passed));
    ASSERT_FALSE(set) << code;
    EXPECT_EQ(set.error().code, error) << code;
    EXPECT_THAT(set.error().text(), HasSubstr("because <of> it"));
    EXPECT_EQ(!set.error().hint.empty(), advised) << code;
    EXPECT_EQ(server.got().size(), before + 1) << code;
  }
}

TEST_P(Forges, IsAskedAgainAfter429AndServerErrors)
{
  server.first = {{429, "", "Retry-After: 0\r\n"}, {502, ""}, {0, ""}};
  const auto set = forge.set_status(status(VerdictWord::passed));
  ASSERT_TRUE(set) << set.error().text();
  EXPECT_EQ(server.states.size(), 1U);
}

TEST_P(Forges, AWrongTokenIsNotShown)
{
  Forge wrong(server.target(), "another-token-0815", sender);
  const auto set = wrong.set_status(status(VerdictWord::passed));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code, ErrorCode::unauthorized);
  EXPECT_THAT(set.error().text() + set.error().hint, Not(HasSubstr("another-token")));
}

TEST_P(Forges, AnswersThatAreNoneAreAnError)
{
  for (const auto* body : {"", "[", "{}", "[1,2]", R"([{"id":"x","body":7}])", "<html>"}) {
    server.comments.clear();
    server.first = {{299, ""}, {200, body}};
    const auto put = forge.put_comment(k_marker, std::string(k_marker) + "\nx");
    // What is an array without our comment is a list without our comment.
    if (std::string_view(body).starts_with("[") && std::string_view(body).ends_with("]")) EXPECT_TRUE(put) << body;
    else EXPECT_EQ(put.error().code, ErrorCode::bad_input) << body;
    server.first.clear();
  }
}

TEST(GitHubApp, ItsTokenHasNoUser)
{
  FakeForge server(ForgeKind::github);
  server.app = true;
  const Cancel cancel;
  Sender sender{cancel, "", std::chrono::seconds(5)};
  Forge forge{server.target(), FakeForge::k_token, sender};
  server.say("mallory", std::string(k_marker) + "\nforged");
  EXPECT_EQ(*forge.put_comment(k_marker, std::string(k_marker) + "\na"), CommentChange::created);
  EXPECT_EQ(*forge.put_comment(k_marker, std::string(k_marker) + "\nb"), CommentChange::updated);
  EXPECT_EQ(server.comments.size(), 2U);
  EXPECT_EQ(server.got().front().headers.at("accept"), "application/vnd.github+json");
  EXPECT_EQ(server.got().front().headers.at("x-github-api-version"), "2022-11-28");
}

TEST(CommentBody, HostileTextStaysInCodeSpans)
{
  auto source = test::source_of(VerdictWord::failed, {"``` @org/team <script>alert(1)</script> | x"});
  source.failures->failures[0].message = "line\n/close\n# title\n<!-- streamgate:other -->\n![x](http://e.example/)";
  source.verdict.summary = "`@all`";
  source.verdict.reasons = {{"X", "see\n- [ ] @everyone", ""}};
  const auto body = comment_body(make_notification(source, *parse_rfc3339("2026-03-01T10:00:01Z")));
  EXPECT_TRUE(body.starts_with(std::string(k_marker) + "\n### nightly: failed"));
  EXPECT_THAT(body, HasSubstr("- ````suite/spec/``` @org/team <script>alert(1)</script> | x````: `"));
  EXPECT_THAT(body, HasSubstr("`line /close # title <!-- streamgate:other --> ![x](http://e.example/)`"));
  EXPECT_THAT(body, HasSubstr("`` `@all` ``"));
  // No line of it begins with what the run said.
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) {
    const bool ours = line.empty() || line.starts_with("- ") || line.starts_with("#### ") ||
                      line.starts_with("### nightly") || line.starts_with("`") || line == k_marker;
    EXPECT_TRUE(ours) << line;
  }
}

TEST(CommentBody, IsBounded)
{
  std::vector<std::string> names;
  for (int i = 0; i < 600; ++i) names.push_back(std::string(200, 'n') + std::to_string(i));
  auto source = test::source_of(VerdictWord::failed, names);
  for (auto& failure : source.failures->failures) failure.message = std::string(3000, 'm');
  const auto body = comment_body(make_notification(source, *parse_rfc3339("2026-03-01T10:00:01Z")));
  EXPECT_LE(body.size(), 60'000U);
  EXPECT_THAT(body, HasSubstr("more failures"));
}

} // namespace
} // namespace streamgate::notify
