// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "publish/run_record.hpp"
#include "publish/test_run.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::publish {
namespace {

using streamgate::test::TestFolder;
using test::Records;
using ::testing::HasSubstr;

TEST(Collect, JoinsAllRecords)
{
  const TestFolder folder;
  const auto record = collect(Records("run-1").store(folder.path()));
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->run, "run-1");
  EXPECT_EQ(record->time, "2026-03-01T10:00:00Z");
  EXPECT_EQ(record->verdict, "failed");
  EXPECT_EQ(record->summary, "1 of 2 tests failed");
  EXPECT_EQ(record->components.at(0).repository, "https://github.com/tektoncd/pipeline");
  EXPECT_EQ(record->counts.failed, 1);
  EXPECT_EQ(record->tests.size(), 2U);
  EXPECT_EQ(record->failures.size(), 1U);
  EXPECT_TRUE(record->before && record->before->proven);
  EXPECT_FALSE(record->after);
  EXPECT_TRUE(record->problems.empty());
}

TEST(Collect, WithoutAVerdictThereIsNone)
{
  const TestFolder folder;
  Records records("run-1");
  const record::RunDir run_dir(folder.path());
  ASSERT_TRUE(run_dir.store(records.plan));
  const auto record = collect(run_dir);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->verdict, "none");
  EXPECT_EQ(record->time, "2026-03-01T09:30:00Z");
}

TEST(Collect, OnlyAnErrorIsEnough)
{
  const TestFolder folder;
  const record::RunDir run_dir(folder.path() / "run-7");
  const record::StepError error{1,          "resolve-ref",          "", 2,
                                "NotFound", "there is no branch x", "", "2026-04-01T00:00:00Z"};
  ASSERT_TRUE(run_dir.store(error, "errors/resolve-ref.json"));
  const auto record = collect(run_dir);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->run, "run-7");
  EXPECT_EQ(record->time, "2026-04-01T00:00:00Z");
  EXPECT_EQ(record->errors.at(0).message, "there is no branch x");
}

TEST(Collect, ABrokenRecordIsSaidAndNotFatal)
{
  const TestFolder folder;
  const auto run_dir = Records("run-1").store(folder.path());
  folder.write("verdict.json", "{\"schema_version\":1,");
  folder.write("results.json", "{\"schema_version\":2}");
  const auto record = collect(run_dir);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->verdict, "none") << "a verdict that cannot be read is none";
  ASSERT_EQ(record->problems.size(), 2U);
  EXPECT_THAT(record->problems[0], HasSubstr("results.json"));
  EXPECT_THAT(record->problems[1], HasSubstr("verdict.json"));
}

TEST(Collect, NothingIsAnError)
{
  const TestFolder folder;
  const auto record = collect(record::RunDir(folder.path()));
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::not_found);
  EXPECT_THAT(record.error().message, HasSubstr("holds no record of a run"));
}

TEST(PathOf, IsOneSafeSegmentByMonth)
{
  const WallTime now = *parse_rfc3339("2027-01-31T00:00:00Z");
  RunRecord record;
  record.run = "gate-x7k2p";
  record.time = "2026-03-01T01:00:00+02:00"; // still February in UTC
  EXPECT_EQ(path_of(record, now), "runs/2026/02/gate-x7k2p");
  record.time = "";
  EXPECT_EQ(path_of(record, now), "runs/2027/01/gate-x7k2p");
  record.run = "../../etc/passwd";
  EXPECT_EQ(path_of(record, now), "runs/2027/01/run-..-..-etc-passwd");
  record.run = "<b>\n";
  EXPECT_EQ(path_of(record, now), "runs/2027/01/-b--");
  record.run = std::string(300, 'x');
  EXPECT_EQ(path_of(record, now).size(), std::string("runs/2027/01/").size() + 128);
}

} // namespace
} // namespace streamgate::publish
