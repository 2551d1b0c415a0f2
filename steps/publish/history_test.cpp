// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "publish/history.hpp"
#include "publish/site.hpp"
#include "publish/test_run.hpp"
#include "record/history_file.hpp"
#include "support/test_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace streamgate::publish {
namespace {

using streamgate::test::TestFolder;
using test::Records;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

HistoryLine line_of(const std::string& run, const std::string& time, const std::string& more = "")
{
  return {run, *parse_rfc3339(time), fmt::format(R"({{"run":"{}","time":"{}"{}}})", run, time, more)};
}

RunRecord example()
{
  RunRecord out;
  out.run = "run-1";
  out.time = "2026-03-01T01:00:00+02:00";
  out.verdict = "failed";
  out.suite = "smoke";
  out.gate = "midstream";
  out.components = {{"pipeline", "https://example.com/p", "v1", std::string(40, 'a')}};
  out.tests = {{"smoke/a/good", "smoke", "good", record::TestStatus::passed, 2, 1.5, "", "", true},
               {"smoke/a/bad", "smoke", "bad", record::TestStatus::failed, 1, 0.25, "long message", "long detail"}};
  record::Failure failure;
  failure.id = "smoke/a/bad";
  failure.cluster = "c-7";
  out.failures = {failure};
  out.clusters = {{"c-7", "expected <n>", 1}};
  return out;
}

TEST(HistoryLineOf, HoldsWhatStatisticsNeed)
{
  const auto line = history_line(example());
  ASSERT_TRUE(line) << line.error().text();
  EXPECT_EQ(line->text,
            R"({"schema_version":1,"run":"run-1","time":"2026-02-28T23:00:00Z","gate":"midstream","suite":"smoke",)"
            R"("verdict":"failed","components":[{"name":"pipeline","ref":"v1","commit":")" +
                std::string(40, 'a') +
                R"("}],"tests":[{"id":"smoke/a/good","status":"passed","flaky":true,"duration_s":1.5,"cluster":""},)"
                R"({"id":"smoke/a/bad","status":"failed","flaky":false,"duration_s":0.25,"cluster":"c-7"}],)"
                R"("clusters":[{"id":"c-7","text":"expected <n>","tests":1}]})");
  EXPECT_EQ(history_path(line->time), "history/2026/02/28.jsonl") << "the day is UTC's";
}

TEST(HistoryLineOf, ARunWithoutVerdictIsAnError)
{
  auto record = example();
  record.verdict = k_no_verdict;
  std::vector<std::string> notes;
  EXPECT_EQ(record::read_history_line(history_line(record)->text, notes)->verdict, record::VerdictWord::error);
}

std::string why_not(const RunRecord& record)
{
  const auto line = history_line(record);
  return line ? "" : line.error().text();
}

TEST(HistoryLineOf, WhatCannotStandThereIsSaid)
{
  auto record = example();
  record.time = "";
  EXPECT_THAT(why_not(record), HasSubstr("time is not known"));
  record = example();
  const auto one = record.tests.front();
  record.tests.assign(300'000, one);
  EXPECT_THAT(why_not(record), HasSubstr("are the most"));
  record = example();
  record.components.front().name = "";
  EXPECT_THAT(why_not(record), HasSubstr("/components/0/name"));
}

TEST(HistoryLineOf, SecretsAreRedacted)
{
  const std::string token = "ghp_" + std::string(36, 'k');
  auto record = example();
  record.clusters.front().text = "denied for " + token;
  record.tests.front().id = "smoke/" + token;
  const auto line = history_line(record);
  ASSERT_TRUE(line) << line.error().text();
  EXPECT_THAT(line->text, AllOf(Not(HasSubstr(token)), HasSubstr("[redacted]")));
}

TEST(HistoryLineOf, TextThatIsNotUtf8)
{
  auto record = example();
  record.clusters.front().text = "\xff\n\x1b[31m";
  const auto line = history_line(record);
  ASSERT_TRUE(line) << line.error().text();
  EXPECT_EQ(line->text.find('\n'), std::string::npos);
}

TEST(HistoryDay, LinesAreOrderedByTimeThenRun)
{
  std::vector<std::string> problems;
  std::string day;
  for (const auto& line : {line_of("b", "2026-03-01T10:00:00Z"), line_of("c", "2026-03-01T11:00:00+02:00"),
                           line_of("a", "2026-03-01T10:00:00Z")})
    day = with_line(day, line.run, line, problems);
  EXPECT_EQ(day, line_of("c", "2026-03-01T11:00:00+02:00").text + "\n" + line_of("a", "2026-03-01T10:00:00Z").text +
                     "\n" + line_of("b", "2026-03-01T10:00:00Z").text + "\n");
  EXPECT_THAT(problems, IsEmpty());
}

TEST(HistoryDay, ARunReplacesItsOwnLineOnly)
{
  std::vector<std::string> problems;
  const auto first = line_of("a", "2026-03-01T10:00:00Z");
  const auto other = line_of("b", "2026-03-01T09:00:00Z");
  const auto later = line_of("a", "2026-03-01T08:00:00Z", ",\"x\":1");
  const std::string day = with_line(first.text + "\n" + other.text, "a", later, problems);
  EXPECT_EQ(day, later.text + "\n" + other.text + "\n");
  EXPECT_EQ(with_line(day, "a", later, problems), day);
  EXPECT_EQ(with_line(day, "a", std::nullopt, problems), other.text + "\n");
  EXPECT_EQ(with_line(other.text, "b", std::nullopt, problems), "");
}

TEST(HistoryDay, WhatCannotBeUnderstoodStays)
{
  std::vector<std::string> problems;
  const std::string later_version = R"({"schema_version":9,"run":"n","time":"2026-03-01T00:00:00Z","more":[1]})";
  const std::string day = "<<<<<<< HEAD\n\r\n" + later_version + "\n{\"run\":\n[]\n\xff\n{}\n";
  const auto line = line_of("a", "2026-03-01T10:00:00Z");
  const std::string out = with_line(day, "a", line, problems);
  EXPECT_EQ(out, "<<<<<<< HEAD\n{\"run\":\n[]\n\xff\n{}\n" + later_version + "\n" + line.text + "\n");
  ASSERT_THAT(problems, SizeIs(4));
  EXPECT_THAT(problems[0], HasSubstr("line 1 is broken and stays as it is: it is not JSON"));
  EXPECT_THAT(problems[1], HasSubstr("line 4"));
  EXPECT_EQ(problems[3], "2 more lines are broken and stay as they are");
  std::vector<std::string> again;
  EXPECT_EQ(with_line(out, "a", line, again), out);
}

// In whatever order runs are put in, and however often, the file is the same.
TEST(HistoryDay, OrderOfPublishingDoesNotMatter)
{
  std::vector<HistoryLine> lines;
  for (int i = 0; i < 20; ++i)
    lines.push_back(line_of(fmt::format("run-{}", i), fmt::format("2026-03-01T{:02}:00:00Z", i * 7 % 10)));
  std::mt19937 random(7);
  std::string expected;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> problems;
    std::string day;
    std::ranges::shuffle(lines, random);
    for (int i = 0; i < 60; ++i) {
      const auto& line =
          lines[static_cast<std::size_t>(i) < lines.size() ? static_cast<std::size_t>(i) : random() % lines.size()];
      day = with_line(day, line.run, line, problems);
    }
    EXPECT_EQ(std::ranges::count(day, '\n'), 20);
    if (round == 0) expected = day;
    EXPECT_EQ(day, expected);
  }
}

class RecentHistory : public ::testing::Test {
protected:
  Result<std::string> recent(const std::string& now)
  {
    problems.clear();
    return recent_history(
        [this](const std::string& path) -> Result<std::optional<std::string>> {
          const auto found = files.find(path);
          return found == files.end() ? std::nullopt : std::optional(found->second);
        },
        [this](const std::string&) -> Result<std::vector<std::string>> {
          std::vector<std::string> out;
          for (const auto& [path, content] : files) out.push_back(path);
          return out;
        },
        *parse_rfc3339(now), problems);
  }
  void add(const std::string& run, const std::string& time)
  {
    const auto line = line_of(run, time);
    auto& day = files[history_path(line.time)];
    day = with_line(day, run, line, problems);
  }
  static std::vector<std::string> runs(const std::string& text)
  {
    std::vector<std::string> out;
    for (std::size_t at = text.find("\"run\":\""); at != std::string::npos; at = text.find("\"run\":\"", at + 1))
      out.push_back(text.substr(at + 7, text.find('"', at + 7) - at - 7));
    return out;
  }

  std::map<std::string, std::string> files;
  std::vector<std::string> problems;
};

TEST_F(RecentHistory, IsOfWholeDaysOldestFirst)
{
  add("tomorrow", "2026-04-01T00:00:00Z");
  add("today", "2026-03-31T23:59:59Z");
  add("first", "2026-02-14T00:00:00Z");
  add("too-old", "2026-02-13T23:59:59Z");
  add("last-year", "2025-03-31T12:00:00Z");
  for (const char* now : {"2026-03-31T00:00:00Z", "2026-03-31T23:59:59Z", "2026-04-01T01:59:59+02:00"}) {
    const auto text = recent(now);
    ASSERT_TRUE(text);
    EXPECT_THAT(runs(*text), ElementsAre("first", "today", "tomorrow")) << now;
    EXPECT_THAT(problems, IsEmpty());
  }
  EXPECT_THAT(runs(*recent("2026-04-01T00:00:00Z")), ElementsAre("today", "tomorrow"));
}

TEST_F(RecentHistory, AClockFarAheadIsSaid)
{
  add("good", "2026-03-31T00:00:00Z");
  add("ahead", "2035-03-31T00:00:00Z");
  EXPECT_THAT(runs(*recent("2026-03-31T12:00:00Z")), ElementsAre("good"));
  EXPECT_THAT(problems, ElementsAre("history/2035/03/31.jsonl is left out: it is of the future"));
}

TEST_F(RecentHistory, OtherFilesAreNoHistory)
{
  for (const char* path : {"history/2026/03/31.json", "history/2026/3/31.jsonl", "history/2026/02/30.jsonl",
                           "history/2026/03/+1.jsonl", "history/2026/03/3a.jsonl", "history/README.md"})
    files[path] = line_of("x", "2026-03-31T00:00:00Z").text;
  EXPECT_EQ(*recent("2026-03-31T12:00:00Z"), "");
}

TEST_F(RecentHistory, BrokenLinesAreBroughtAndSaid)
{
  files["history/2026/03/30.jsonl"] =
      line_of("b", "2026-03-30T02:00:00Z").text + "\nbroken\n" + line_of("a", "2026-03-30T01:00:00Z").text;
  const auto text = recent("2026-03-31T12:00:00Z");
  EXPECT_THAT(runs(*text), ElementsAre("a", "b"));
  EXPECT_TRUE(text->starts_with("broken\n"));
  EXPECT_THAT(problems, ElementsAre(HasSubstr("history/2026/03/30.jsonl: line 2 is broken")));
}

TEST_F(RecentHistory, TooMuchLeavesTheOldestOut)
{
  add("new", "2026-03-31T00:00:00Z");
  files["history/2026/03/30.jsonl"] = std::string(record::k_largest_history, '\n');
  add("old", "2026-03-29T00:00:00Z");
  EXPECT_THAT(runs(*recent("2026-03-31T12:00:00Z")), ElementsAre("new"));
  EXPECT_THAT(problems, ElementsAre("history/2026/03/30.jsonl and what is older is left out: it is too much"));
}

} // namespace
} // namespace streamgate::publish
