// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/id_hash.hpp"
#include "parse-junit/results_file.hpp"
#include "record/run_dir.hpp"
#include "support/test_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace streamgate::parse_junit {
namespace {

using record::TestResult;
using record::TestStatus;
using testing::ElementsAre;

class DuplicatesTest : public testing::Test {
protected:
  record::Results write(const std::vector<TestResult>& rows)
  {
    auto file = ResultsFile::create(folder.path() / "results.json");
    EXPECT_TRUE(file);
    for (const auto& row : rows)
      file->put(
          {row.id, row.suite, row.name, row.status, row.attempts, row.duration_s, row.message, row.detail, row.flaky});
    EXPECT_TRUE(file->finish(0, {}));
    told = file->told();
    auto out = run_dir.load<record::Results>();
    EXPECT_TRUE(out) << out.error().text();
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
    return out.value_or(record::Results{});
  }
  static TestResult row(const std::string& name, TestStatus status, std::string message = "")
  {
    return {"s/" + name, "s", name, status, 1, 0.5, std::move(message), ""};
  }
  std::vector<std::string> ctrf_names() const
  {
    const auto document = json::parse(folder.read("ctrf.json"), "ctrf.json");
    EXPECT_TRUE(document);
    std::vector<std::string> out;
    for (const auto& test : json::find(*document, {"results", "tests"})->GetArray())
      out.push_back(fmt::format("{} {}", json::text(test, {"name"}), json::text(test, {"status"})));
    return out;
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
  Told told;
};

TEST_F(DuplicatesTest, BecomeOneRowInThePlaceOfTheFirst)
{
  const auto results = write({row("a", TestStatus::passed), row("b", TestStatus::failed, "why"),
                              row("c", TestStatus::skipped), row("b", TestStatus::passed), row("d", TestStatus::error),
                              row("b", TestStatus::failed, "again"), row("d", TestStatus::error)});
  ASSERT_EQ(results.tests.size(), 4U);
  EXPECT_EQ(to_json(results.tests[1]),
            R"({"id":"s/b","suite":"s","name":"b","status":"passed","attempts":3,"duration_s":0.5,)"
            R"("message":"why","detail":"","flaky":true})");
  EXPECT_EQ(results.tests[3].attempts, 2);
  EXPECT_EQ(to_json(results.counts),
            R"({"planned":0,"executed":3,"passed":2,"flaky":1,"failed":0,"error":1,"skipped":1,"missing":0})");
  EXPECT_THAT(ctrf_names(), ElementsAre("a passed", "b passed", "c skipped", "d failed"));
  ASSERT_EQ(told.flaky.size(), 1U);
  ASSERT_EQ(told.bad.size(), 1U);
  EXPECT_EQ(told.bad[0].id, "s/d");
}

TEST_F(DuplicatesTest, AtBothEndsAndAlone)
{
  EXPECT_EQ(write({row("a", TestStatus::failed), row("a", TestStatus::passed)}).tests.size(), 1U);
  EXPECT_EQ(
      write({row("a", TestStatus::failed), row("b", TestStatus::passed), row("a", TestStatus::failed)}).tests.size(),
      2U);
}

// They have no identity, or lost it: a pass of one must not excuse the failure of another.
TEST_F(DuplicatesTest, TestsThatCannotBeToldApartStayApart)
{
  const auto results =
      write({row("(unnamed)", TestStatus::failed), row("(unnamed)", TestStatus::passed),
             row("x password=hunter22abc", TestStatus::failed), row("x password=letmein1xyz", TestStatus::passed)});
  EXPECT_EQ(results.tests.size(), 4U);
  EXPECT_EQ(results.counts.failed, 2);
  EXPECT_EQ(results.tests[2].id, results.tests[3].id);
}

// Against a model: many rows over few ids, large and small texts.
TEST_F(DuplicatesTest, AreWhatAModelSays)
{
  for (const std::size_t size : {std::size_t{50}, std::size_t{3000}}) {
    std::mt19937 random(static_cast<unsigned>(size));
    std::map<std::string, std::pair<bool, bool>> model; // id -> passed, failed
    std::vector<TestResult> rows;
    for (std::size_t i = 0; i < size; ++i) {
      const bool pass = random() % 2 == 0;
      auto one = row(fmt::format("t{}", random() % (size / 2)), pass ? TestStatus::passed : TestStatus::failed);
      if (random() % 100 == 0) one.detail.assign(10000, 'x');
      auto& [passed, failed] = model[one.id];
      (pass ? passed : failed) = true;
      rows.push_back(std::move(one));
    }
    const auto results = write(rows);
    ASSERT_EQ(results.tests.size(), model.size());
    std::int64_t attempts = 0;
    for (const auto& test : results.tests) {
      const auto [passed, failed] = model.at(test.id);
      ASSERT_EQ(test.status, passed ? TestStatus::passed : TestStatus::failed) << test.id;
      ASSERT_EQ(test.flaky, passed && failed) << test.id;
      attempts += test.attempts;
    }
    EXPECT_EQ(attempts, static_cast<std::int64_t>(size));
    EXPECT_EQ(results.counts.executed, static_cast<std::int64_t>(model.size()));
  }
}

TEST_F(DuplicatesTest, OfOneIdManyTimes)
{
  auto file = ResultsFile::create(folder.path() / "results.json");
  ASSERT_TRUE(file);
  constexpr int k_rows = 20000;
  for (int i = 0; i < k_rows; ++i) file->put({"s/a", "s", "a", i == 7 ? TestStatus::failed : TestStatus::passed});
  ASSERT_TRUE(file->finish(0, {}));
  const auto results = run_dir.load<record::Results>();
  ASSERT_TRUE(results);
  ASSERT_EQ(results->tests.size(), 1U);
  EXPECT_EQ(results->tests[0].attempts, k_rows);
  EXPECT_TRUE(results->tests[0].flaky);
}

TEST(KeyedHash, DependsOnKeyAndText)
{
  const std::uint64_t one[2]{1, 2};
  const std::uint64_t two[2]{1, 3};
  EXPECT_NE(keyed_hash(one, "a"), keyed_hash(two, "a"));
  EXPECT_NE(keyed_hash(one, "a"), keyed_hash(one, "b"));
  EXPECT_NE(keyed_hash(one, ""), keyed_hash(one, std::string_view("\0", 1)));
  const std::uint64_t reference[2]{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
  EXPECT_EQ(keyed_hash(reference, ""), 0xabac0158050fc4dcULL);
}

} // namespace
} // namespace streamgate::parse_junit
