// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "parse-junit/results_file.hpp"
#include "record/run_dir.hpp"
#include "support/test_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;
using testing::HasSubstr;

class ResultsFileTest : public testing::Test {
protected:
  std::filesystem::path path() const { return folder.path() / "results.json"; }
  std::size_t files() const
  {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
};

// The row is written by hand: this is what ties it to the codec's list of fields.
TEST_F(ResultsFileTest, WritesARowExactlyAsTheCodecDoes)
{
  std::string odd = "quote\" slash\\ / tab\t line\n ret\r bell\b feed\f nul";
  odd += '\0';
  odd += "\x01\x1f\x7f ä € 😀";
  const std::vector<record::TestResult> rows{
      {"s/a", "s", "a", TestStatus::passed, 1, 0, "", ""},
      {"s/b", "s", "b", TestStatus::failed, 3, 0.1, odd, odd + odd},
      {odd, odd, odd, TestStatus::error, -1, 1234.5, "m", "d"},
      {"s/c", "s", "c", TestStatus::skipped, 1, 3, "why", ""},
      {"s/d", "s", "d", TestStatus::missing, 0, 1e-9, "", ""},
      {"s/e", "s", "e", TestStatus::passed, 1, 1e17, "", ""},
      {"", "", "", TestStatus::passed, 1, 0.30000000000000004, "", ""},
      {"s/f", "s", "f", TestStatus::passed, 2, 1, "m", "d", true},
  };
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  for (const auto& row : rows) {
    file->put(
        {row.id, row.suite, row.name, row.status, row.attempts, row.duration_s, row.message, row.detail, row.flaky});
  }
  ASSERT_TRUE(file->finish(7, {}));
  const auto text = folder.read("results.json");
  for (const auto& row : rows) EXPECT_THAT(text, HasSubstr("\n" + to_json(row))) << row.id;
}

TEST_F(ResultsFileTest, GivesARecordThatItsReadersAccept)
{
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  file->put({"s/a", "s", "a", TestStatus::passed});
  file->put({"s/b", "s", "b", TestStatus::failed, 2, 1.5, "why", "where"});
  file->put({"s/c", "s", "c", TestStatus::error});
  file->put({"s/d", "s", "d", TestStatus::skipped});
  file->put({"s/e", "s", "e", TestStatus::missing, 0});
  ASSERT_TRUE(file->finish(4, {{"raw/s/junit.xml", 5, false, {"it is \"cut\""}}}));
  const auto results = run_dir.load<record::Results>();
  ASSERT_TRUE(results) << results.error().text();
  ASSERT_EQ(results->tests.size(), 5U);
  EXPECT_EQ(results->tests[1].message, "why");
  EXPECT_EQ(results->tests[1].attempts, 2);
  EXPECT_EQ(to_json(results->counts),
            R"({"planned":4,"executed":3,"passed":1,"flaky":0,"failed":1,"error":1,"skipped":1,"missing":1})");
  ASSERT_EQ(results->sources.size(), 1U);
  EXPECT_EQ(results->sources[0].problems, std::vector<std::string>{"it is \"cut\""});
}

TEST_F(ResultsFileTest, HoldsNothingWhenNothingWasPut)
{
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->finish(0, {}));
  const auto results = run_dir.load<record::Results>();
  ASSERT_TRUE(results) << results.error().text();
  EXPECT_TRUE(results->tests.empty());
}

TEST_F(ResultsFileTest, IsNotThereUntilFinishedAndLeavesNothingWhenAbandoned)
{
  folder.write("results.json", "old");
  folder.write("ctrf.json", "old");
  {
    auto file = ResultsFile::create(path());
    ASSERT_TRUE(file);
    for (int i = 0; i < 50000; ++i) file->put({"s/a", "s", "a", TestStatus::passed});
    EXPECT_FALSE(run_dir.has("results.json"));
    EXPECT_FALSE(run_dir.has("ctrf.json"));
    EXPECT_EQ(files(), 2U) << "both without their names yet";
  }
  EXPECT_EQ(files(), 0U) << "were this reading killed, the old files would be taken for its own";
}

// Enough rows for many batches: the thread must neither lose nor turn any.
TEST_F(ResultsFileTest, KeepsTheOrderOfManyRows)
{
  constexpr std::size_t k_rows = 20000;
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  for (std::size_t i = 0; i < k_rows; ++i) {
    const auto name = fmt::format("t{}", i);
    const auto id = "s/" + name;
    const bool bad = i % 7 == 0;
    const std::string message = bad ? "why " + name : "";
    file->put({id, "s", name, bad ? TestStatus::failed : TestStatus::passed, 1, 0, message, message});
  }
  ASSERT_TRUE(file->finish(0, {}));
  const auto results = run_dir.load<record::Results>();
  ASSERT_TRUE(results) << results.error().text();
  ASSERT_EQ(results->tests.size(), k_rows);
  for (std::size_t i = 0; i < k_rows; ++i) {
    const auto name = fmt::format("t{}", i);
    ASSERT_EQ(results->tests[i].id, "s/" + name);
    ASSERT_EQ(results->tests[i].name, name);
    ASSERT_EQ(results->tests[i].detail, i % 7 == 0 ? "why " + name : "");
  }
  EXPECT_EQ(results->counts.executed, static_cast<std::int64_t>(k_rows));
}

TEST_F(ResultsFileTest, CanBeReadByOtherUsers)
{
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->finish(0, {}));
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0644U);
  EXPECT_EQ(files(), 2U);
}

TEST_F(ResultsFileTest, CutsTextsBetweenCharacters)
{
  std::string lots = "x";
  for (int i = 0; i < 20000; ++i) lots += "ä";
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  file->put({"s/a", "s", "a", TestStatus::failed, 1, 0, lots, lots});
  ASSERT_TRUE(file->finish(0, {}));
  const auto results = run_dir.load<record::Results>();
  ASSERT_TRUE(results) << results.error().text();
  const auto& test = results->tests.at(0);
  EXPECT_LE(test.message.size(), k_message_limit);
  EXPECT_GE(test.message.size(), k_message_limit - 6);
  EXPECT_LE(test.detail.size(), k_detail_limit);
  EXPECT_GE(test.detail.size(), k_detail_limit - 6);
  EXPECT_TRUE(test.detail.ends_with("…"));
}

TEST_F(ResultsFileTest, RedactsBeforeItCuts)
{
  redact::remember("s3cr3t-value");
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  const auto edge = std::string(k_message_limit - 8, 'x') + " s3cr3t-value";
  file->put({"s/a", "s", "a", TestStatus::failed, 1, 0, "token is s3cr3t-value", "https://u:passw0rd@host/x"});
  file->put({"s/b", "s", "b", TestStatus::failed, 1, 0, edge, ""});
  ASSERT_TRUE(file->finish(0, {{"f", 0, false, {"s3cr3t-value"}}}));
  redact::forget_all();
  const auto text = folder.read("results.json");
  EXPECT_EQ(text.find("s3cr3t"), std::string::npos);
  EXPECT_EQ(text.find("passw0rd"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("[redacted]"));
}

TEST_F(ResultsFileTest, SaysThatItCannotBeMade)
{
  folder.write("in-the-way", "a file");
  const auto file = ResultsFile::create(folder.path() / "in-the-way" / "results.json");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::io);
  EXPECT_THAT(file.error().text(), HasSubstr("results.json"));
}

TEST_F(ResultsFileTest, SaysThatItCannotBeWritten)
{
  // A limit on the size of files stands for a full disk: a write beyond it ends with EFBIG.
  auto file = ResultsFile::create(path());
  ASSERT_TRUE(file);
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto tight = before;
  tight.rlim_cur = 100000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  auto* const old = std::signal(SIGXFSZ, SIG_IGN);
  for (int i = 0; i < 50000; ++i) file->put({"s/a", "s", "a", TestStatus::passed});
  const auto finished = file->finish(0, {});
  std::signal(SIGXFSZ, old);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::io);
  EXPECT_FALSE(finished.error().hint.empty());
  EXPECT_FALSE(std::filesystem::exists(path()));
}

} // namespace
} // namespace streamgate::parse_junit
