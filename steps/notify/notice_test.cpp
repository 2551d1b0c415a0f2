// SPDX-License-Identifier: Apache-2.0
#include "notify/history.hpp"
#include "notify/notice.hpp"
#include "notify/test_records.hpp"
#include "notify/words.hpp"
#include "record/schema.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::notify {
namespace {

using record::Change;
using record::VerdictWord;
using streamgate::test::TestFolder;
using test::last_of;
using test::source_of;

record::Notification made(NoticeSource source)
{
  auto out = make_notification(source, *parse_rfc3339("2026-03-01T10:00:01Z"));
  const auto document = json::parse(to_json(out), "notification");
  EXPECT_TRUE(document);
  const auto good = record::check_schema(*document, record::Notification::k_schema, "notification");
  EXPECT_TRUE(good) << good.error().text();
  return out;
}

record::Notification after(VerdictWord before, const std::vector<std::string>& failed_before, VerdictWord now,
                           const std::vector<std::string>& failed)
{
  auto source = source_of(now, failed);
  source.last = last_of(before, failed_before);
  return made(std::move(source));
}

struct Case {
  VerdictWord before;
  std::vector<std::string> failed_before;
  VerdictWord now;
  std::vector<std::string> failed;
  Change change;
  bool on_change, on_failure;
  std::string headline;
};

TEST(Change, ComparesWithTheLastRun)
{
  using enum VerdictWord;
  const std::vector<Case> cases{
      {passed, {}, passed, {}, Change::none, false, false, "passed"},
      {passed, {}, failed, {"a"}, Change::broken, true, true, "failed, was passed"},
      {failed, {"a"}, passed, {}, Change::recovered, true, true, "passed again, was failed"},
      {failed, {"a"}, failed, {"a"}, Change::none, false, true, "still failed"},
      {failed, {"a", "b"}, failed, {"a"}, Change::none, false, true, "still failed"},
      {failed, {"a"}, failed, {"a", "b"}, Change::new_failures, true, true, "still failed, with 1 new failure"},
      {failed, {"a"}, error, {"a"}, Change::different, true, true, "error, was failed"},
      {error, {}, failed_and_error, {}, Change::different, true, true, "failed-and-error, was error"},
  };
  for (const auto& each : cases) {
    const auto notification = after(each.before, each.failed_before, each.now, each.failed);
    EXPECT_EQ(notification.change, each.change) << each.headline;
    EXPECT_EQ(to_be_told(notification, When::change), each.on_change) << each.headline;
    EXPECT_EQ(to_be_told(notification, When::failure), each.on_failure) << each.headline;
    EXPECT_TRUE(to_be_told(notification, When::always));
    EXPECT_EQ(headline_words(notification), each.headline);
  }
}

TEST(Change, TheFirstRunIsTold)
{
  const auto notification = made(source_of(VerdictWord::passed));
  EXPECT_EQ(notification.change, Change::first);
  EXPECT_TRUE(to_be_told(notification, When::change));
  EXPECT_FALSE(to_be_told(notification, When::failure));
  EXPECT_FALSE(notification.previous);
}

TEST(Change, AKnownFailureIsNotNewUntilItExpires)
{
  auto source = source_of(VerdictWord::failed, {"a", "b"});
  source.last = last_of(VerdictWord::failed, {"a"});
  source.failures->failures[1].known =
      record::KnownIssue{"K-1", "pipelines", "https://example.com/1", "2026-04-01", false};
  EXPECT_EQ(made(source).change, Change::none);
  source.failures->failures[1].known->expired = true;
  const auto notification = made(source);
  EXPECT_EQ(notification.change, Change::new_failures);
  EXPECT_EQ(notification.failures.front().id, "suite/spec/b");
  EXPECT_EQ(notification.failures.front().known, "K-1");
}

TEST(Notification, IsBounded)
{
  auto source = source_of(VerdictWord::failed, std::vector<std::string>(k_most_failures + 7, "x"));
  source.verdict.reasons.assign(50, {"", "\n", ""});
  source.failures->failures[0].message = std::string(100'000, 'm');
  const auto notification = made(std::move(source));
  EXPECT_EQ(notification.failures.size(), k_most_failures);
  EXPECT_EQ(notification.left_out, 7);
  EXPECT_EQ(notification.new_failures, static_cast<std::int64_t>(k_most_failures + 7));
  EXPECT_EQ(old_failures(notification), 0);
  EXPECT_EQ(notification.reasons.size(), k_most_reasons);
  EXPECT_LE(notification.failures[0].message.size(), 1000U);
}

TEST(VerdictOf, ARunWithoutAVerdictIsAnErrorThatIsTold)
{
  const TestFolder folder;
  const auto verdict = verdict_of(record::RunDir(folder.path()));
  EXPECT_EQ(verdict.verdict, VerdictWord::error);
  EXPECT_EQ(verdict.run, folder.path().filename().string());
  EXPECT_THAT(verdict.summary, testing::HasSubstr("there is no verdict"));
  EXPECT_FALSE(verdict.reasons.empty());
}

class History : public ::testing::Test {
protected:
  static std::string line(const std::string& run, const std::string& gate, const std::string& suite)
  {
    auto out = last_of(VerdictWord::passed);
    out.run = run;
    out.gate = gate;
    out.suite = suite;
    return to_json(out) + "\n";
  }
  std::string last(const std::string& content) const
  {
    const auto found = last_run(folder.write("history.jsonl", content), "nightly", "smoke", "run-now");
    EXPECT_TRUE(found) << found.error().text();
    return found && *found ? (*found)->run : "";
  }
  TestFolder folder;
};

TEST_F(History, TheLastOfTheSameGateAndSuite)
{
  EXPECT_EQ(last(line("1", "nightly", "smoke") + line("2", "nightly", "smoke") + line("3", "weekly", "smoke") +
                 line("4", "nightly", "other") + line("run-now", "nightly", "smoke")),
            "2");
  EXPECT_EQ(last(line("3", "weekly", "smoke")), "");
  EXPECT_EQ(last(""), "");
  EXPECT_EQ(last("\n\n"), "");
}

TEST_F(History, BrokenLinesArePassedOver)
{
  const auto whole = line("1", "nightly", "smoke");
  EXPECT_EQ(last(whole + "{\"run\":\n" + whole.substr(0, whole.size() / 2)), "1");
  EXPECT_EQ(last(line("1", "nightly", "smoke") + whole.substr(0, whole.size() - 1)), "1");
  EXPECT_EQ(last(R"({"schema_version":9})"
                 "\n"),
            "");
}

TEST_F(History, NoFileIsNoRun)
{
  const auto found = last_run(folder.path() / "absent", "nightly", "smoke", "r");
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(History, AFolderIsAnError)
{
  EXPECT_EQ(last_run(folder.path(), "nightly", "smoke", "r").error().code, ErrorCode::io);
}

} // namespace
} // namespace streamgate::notify
