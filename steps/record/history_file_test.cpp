// SPDX-License-Identifier: Apache-2.0
#include "record/history_file.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace streamgate::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

HistoryRun example(const std::string& run)
{
  HistoryRun out;
  out.run = run;
  out.time = "2026-03-01T10:00:00Z";
  out.suite = "smoke";
  out.verdict = VerdictWord::failed;
  out.components = {{"pipeline", "v1.9.2", "0123456789012345678901234567890123456789"}};
  out.tests = {{"smoke/a/b", TestStatus::failed, false, 1.5, "c-1"}, {"smoke/a/c", TestStatus::passed, true, 0, ""}};
  out.clusters = {{"c-1", "expected <n>", 1}};
  return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(HistoryFile, GivesBackARunAsItWasWritten)
{
  std::vector<std::string> notes;
  const auto line = to_json(example("run-1"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto run = read_history_line(line, notes);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(to_json(*run), line);
  EXPECT_THAT(notes, SizeIs(0));
  const auto key = history_key(line);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->run, "run-1");
  EXPECT_EQ(to_rfc3339(key->time), "2026-03-01T10:00:00Z");
}

TEST(HistoryFile, AWordThatIsNotKnownCountsForNothing)
{
  std::vector<std::string> notes;
  auto line = replaced(to_json(example("run-1")), R"("verdict":"failed")", R"("verdict":"skipped\n")");
  line = replaced(line, R"("status":"passed")", R"("status":"muted")");
  const auto run = read_history_line(line, notes);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->verdict, VerdictWord::error);
  EXPECT_EQ(run->tests.at(0).status, TestStatus::failed);
  EXPECT_EQ(run->tests.at(1).status, TestStatus::missing);
  EXPECT_THAT(notes, ElementsAre(R"(verdict "skipped\n" is not known and counts as "error")",
                                 R"(test "smoke/a/c": status "muted" is not known and counts as "missing")"));
}

TEST(HistoryFile, ALineOfALaterVersionKeepsItsPlace)
{
  const auto key = history_key(R"({"schema_version":2,"run":"r","time":"2026-03-01T10:00:00+02:00","new":[]})");
  ASSERT_TRUE(key);
  EXPECT_EQ(to_rfc3339(key->time), "2026-03-01T08:00:00Z");
}

struct Bad {
  const char* name;
  std::string line;
  const char* expected;
};

class BadLine : public ::testing::TestWithParam<Bad> {};

TEST_P(BadLine, IsRefusedWithAReason)
{
  std::vector<std::string> notes;
  const auto run = read_history_line(GetParam().line, notes);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::bad_input);
  EXPECT_THAT(run.error().text(), HasSubstr(GetParam().expected));
  EXPECT_LT(run.error().text().size(), 300U);
}

INSTANTIATE_TEST_SUITE_P(
    HistoryFile, BadLine,
    ::testing::Values(Bad{"cut", to_json(example("r")).substr(0, 100), "is not JSON"}, Bad{"array", "[]", "schema"},
                      Bad{"number", "7", "schema"}, Bad{"empty", "{}", "required"},
                      Bad{"time", replaced(to_json(example("r")), "2026-03-01T10:00:00Z", std::string(1000, 'x')),
                          "is not RFC 3339"},
                      Bad{"version", replaced(to_json(example("r")), R"("schema_version":1)", R"("schema_version":2)"),
                          "/schema_version"},
                      Bad{"no_run", replaced(to_json(example("r")), R"("run":"r")", R"("run":"")"), "/run"},
                      Bad{"long", std::string(k_longest_history_line + 1, ' '), "are the most"},
                      Bad{"deep", std::string(1000, '['), "nested deeper"}),
    [](const auto& of) { return of.param.name; });

TEST(HistoryFile, ABrokenLineHarmsNoOther)
{
  const test::TestFolder folder;
  folder.write("history.jsonl", to_json(example("a")) + "\n{\"run\":\n\n \r\n" + to_json(example("b")) + "\r\n" +
                                    replaced(to_json(example("c")), R"("verdict":"failed")", R"("verdict":"x")"));
  std::vector<std::string> runs;
  const auto reading =
      read_history(folder.path() / "history.jsonl", [&](const HistoryRun& run) { runs.push_back(run.run); });
  ASSERT_TRUE(reading) << reading.error().text();
  EXPECT_THAT(runs, ElementsAre("a", "b", "c"));
  EXPECT_EQ(reading->runs, 3);
  EXPECT_EQ(reading->broken, 1);
  EXPECT_THAT(reading->problems, ElementsAre(HasSubstr("line 2: it is not JSON"), HasSubstr("line 6: verdict \"x\"")));
}

TEST(HistoryFile, ProblemsAreBounded)
{
  const test::TestFolder folder;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x\n";
  folder.write("history.jsonl", text);
  const auto reading = read_history(folder.path() / "history.jsonl", [](const HistoryRun&) { FAIL(); });
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->broken, 1000);
  EXPECT_THAT(reading->problems, SizeIs(20));
}

TEST(HistoryFile, OddFilesAreErrors)
{
  const test::TestFolder folder;
  const auto ignore = [](const HistoryRun&) { FAIL(); };
  EXPECT_EQ(read_history(folder.path() / "none", ignore).error().code, ErrorCode::not_found);
  EXPECT_EQ(read_history(folder.path(), ignore).error().code, ErrorCode::bad_input);
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_history(folder.path() / "pipe", ignore).error().code, ErrorCode::bad_input);
  folder.write("empty", "");
  const auto empty = read_history(folder.path() / "empty", ignore);
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->runs, 0);
  folder.write("large", "");
  std::filesystem::resize_file(folder.path() / "large", k_largest_history + 1);
  EXPECT_EQ(read_history(folder.path() / "large", ignore).error().code, ErrorCode::bad_input);
}

} // namespace
} // namespace streamgate::record
