// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "facts/artifacts.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::facts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SafeName, LeavesOrdinaryNamesAlone)
{
  for (const char* name : {"arendelle-x7k2p", "tekton.dev_v1", "A"}) EXPECT_EQ(safe_name(name), name);
}

TEST(SafeName, NeverLeadsOutOfItsFolder)
{
  const std::string nul("a\0b", 3);
  for (const std::string& name : {std::string("../../etc/passwd"), std::string("/etc"), std::string(".."),
                                  std::string("."), std::string(""), std::string(".git"), std::string("git~1"), nul,
                                  std::string("a b"), std::string("a\nb"), std::string(5000, 'x'), std::string("ä")}) {
    const auto safe = safe_name(name);
    EXPECT_THAT(safe, testing::MatchesRegex("[A-Za-z0-9_-][A-Za-z0-9._-]*")) << name;
    EXPECT_LE(safe.size(), 120U);
  }
  EXPECT_NE(safe_name("a/b"), safe_name("a b"));
}

TEST(LastLines, KeepsTheEndFromTheStartOfALine)
{
  EXPECT_EQ(last_lines("one\ntwo\n", 100), "one\ntwo\n");
  std::string text;
  for (int i = 0; i < 100; ++i) text += "line " + std::to_string(i) + "\n";
  const auto end = last_lines(text, 60);
  EXPECT_LE(end.size(), 60U);
  EXPECT_THAT(end, testing::StartsWith("[what was before is cut off]\nline 9"));
  EXPECT_THAT(end, testing::EndsWith("line 99\n"));
}

TEST(LastLines, CutsOneLongLineBetweenCharacters)
{
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ä";
  for (std::size_t bytes = 25; bytes < 60; ++bytes) {
    const auto end = last_lines(text, bytes);
    EXPECT_LE(end.size(), bytes);
    EXPECT_TRUE(utf8::valid(end)) << bytes;
  }
}

class ArtifactsTest : public testing::Test {
protected:
  ArtifactsTest() : run(folder.path()) {}

  test::TestFolder folder;
  record::RunDir run;
  Problems problems;
};

TEST_F(ArtifactsTest, WritesTheEndOfATextAndNothingEmpty)
{
  Artifacts artifacts(run, problems, {.file = 100});
  EXPECT_EQ(artifacts.text("artifacts/a/x.log", "hello\n"), "artifacts/a/x.log");
  EXPECT_EQ(artifacts.text("artifacts/a/none.log", ""), "");
  EXPECT_EQ(artifacts.text("artifacts/a/long.log", std::string(500, 'x') + "\nend\n"), "artifacts/a/long.log");
  EXPECT_EQ(folder.read("artifacts/a/x.log"), "hello\n");
  EXPECT_EQ(folder.read("artifacts/a/long.log"), "[what was before is cut off]\nend\n");
  EXPECT_THAT(artifacts.files(), ElementsAre("artifacts/a/x.log", "artifacts/a/long.log"));
  EXPECT_THAT(problems.all(), IsEmpty());
}

TEST_F(ArtifactsTest, TwoFilesOfOneNameAreBothKept)
{
  Artifacts artifacts(run, problems);
  EXPECT_EQ(artifacts.text("artifacts/x.log", "1"), "artifacts/x.log");
  EXPECT_EQ(artifacts.text("artifacts/x.log", "2"), "artifacts/x-2.log");
  EXPECT_EQ(artifacts.text("artifacts/x.log", "3"), "artifacts/x-3.log");
  EXPECT_EQ(folder.read("artifacts/x.log"), "1");
}

TEST_F(ArtifactsTest, AnArrayStaysJsonHoweverLittleFits)
{
  Artifacts artifacts(run, problems, {.file = 55});
  artifacts.array("artifacts/a.json",
                  {"{\"n\":1}\n", "{\"n\":2}\n", "{\"n\":3}", "{\"n\":4}", "{\"n\":5}", "{\"n\":6}"});
  artifacts.array("artifacts/empty.json", {});
  artifacts.array("artifacts/huge.json", {std::string(100, '1')});
  const auto read = json::parse(folder.read("artifacts/a.json"), "a.json");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->Size(), 6U - 1U);
  EXPECT_THAT(artifacts.files(), ElementsAre("artifacts/a.json"));
  EXPECT_THAT(problems.all(), ElementsAre(HasSubstr("artifacts/a.json has 5 of 6 entries"),
                                          HasSubstr("artifacts/huge.json has 0 of 1 entries")));
}

TEST_F(ArtifactsTest, ADocumentThatIsTooLargeIsLeftOutAndSaid)
{
  Artifacts artifacts(run, problems, {.file = 10});
  artifacts.json("artifacts/a.json", "{\"a\": \"long text\"}");
  EXPECT_THAT(artifacts.files(), IsEmpty());
  EXPECT_THAT(problems.all(), ElementsAre(HasSubstr("artifacts/a.json is left out")));
}

TEST_F(ArtifactsTest, IsBoundedInAll)
{
  Artifacts bytes(run, problems, {.file = 100, .all = 250});
  for (int i = 0; i < 10; ++i) bytes.text("artifacts/x.log", std::string(90, 'x'));
  bytes.text("artifacts/small.log", "s");
  EXPECT_EQ(bytes.files().size(), 2U);
  Artifacts files(run, problems, {.files = 3});
  for (int i = 0; i < 10; ++i) files.text("artifacts/y.log", "y");
  EXPECT_EQ(files.files().size(), 3U);
  EXPECT_EQ(problems.all().size(), 2U);
  EXPECT_THAT(problems.all().front(), HasSubstr("files are left out from artifacts/x.log on"));
}

TEST_F(ArtifactsTest, WhatCannotBeWrittenIsAProblem)
{
  folder.write("artifacts", "a file where the folder should be");
  Artifacts artifacts(run, problems);
  EXPECT_EQ(artifacts.text("artifacts/x.log", "x"), "");
  EXPECT_EQ(problems.all().size(), 1U);
}

TEST(ProblemsTest, AreEachOnceAndBounded)
{
  Problems problems;
  for (int i = 0; i < 300; ++i) {
    problems.add("problem " + std::to_string(i));
    problems.add("problem 0");
    problems.add("");
  }
  problems.add(std::string(9000, 'x'));
  EXPECT_EQ(problems.all().size(), Problems::k_most + 1);
  EXPECT_EQ(problems.all().back(), "more problems are not listed");
  Problems other;
  other.add("\xff" + std::string(9000, 'x'));
  EXPECT_LE(other.all().front().size(), Problems::k_longest);
  EXPECT_TRUE(utf8::valid(other.all().front()));
}

} // namespace
} // namespace streamgate::facts
