// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "publish/site.hpp"
#include "publish/test_run.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::publish {
namespace {

using streamgate::test::TestFolder;
using test::Records;
using ::testing::HasSubstr;
using ::testing::Not;

// A site in memory.
class Site {
public:
  SiteView view()
  {
    return {[this](const std::string& path) -> Result<std::optional<std::string>> {
              const auto found = files.find(path);
              return found == files.end() ? std::nullopt : std::optional(found->second);
            },
            [this](const std::string& folder) -> Result<std::vector<std::string>> {
              std::vector<std::string> out;
              for (const auto& [path, content] : files) {
                if (path.starts_with(folder + "/")) out.push_back(path);
              }
              return out;
            }};
  }
  void add(const Run& run)
  {
    const auto changes = changes_for(run, view(), problems);
    ASSERT_TRUE(changes) << changes.error().text();
    for (const auto& [path, content] : *changes) {
      if (content) files[path] = *content;
      else ASSERT_EQ(files.erase(path), 1U) << path << " is removed and was not there";
    }
  }
  std::vector<std::string> runs() const
  {
    std::vector<std::string> out;
    const auto index = from_json<Index>(*json::parse(files.at("index.json"), "index"), "index");
    for (const auto& entry : index->runs) out.push_back(entry.run);
    return out;
  }

  std::map<std::string, std::string> files;
  std::vector<std::string> problems;
};

using PublishedRun = Run; // Test has a member Run

class SiteTest : public ::testing::Test {
protected:
  PublishedRun read(const Records& records)
  {
    const auto path = folder.path() / std::to_string(m_next++);
    auto run = read_run(records.store(path), "", *parse_rfc3339("2027-01-01T00:00:00Z"));
    EXPECT_TRUE(run);
    return std::move(*run);
  }

  TestFolder folder;
  Site site;

private:
  int m_next = 0;
};

TEST_F(SiteTest, NewestFirst)
{
  site.add(read(Records("b", "2026-03-02T00:00:00Z")));
  site.add(read(Records("c", "2026-04-01T00:00:00Z")));
  site.add(read(Records("a", "2026-03-01T00:00:00Z")));
  EXPECT_EQ(site.runs(), (std::vector<std::string>{"c", "b", "a"}));
  for (const char* path : {"index.html", ".nojekyll", "runs/2026/03/a.html", "runs/2026/03/a.json",
                           "runs/2026/03/a/plan.json", "runs/2026/04/c/verdict.json"}) {
    EXPECT_TRUE(site.files.contains(path)) << path;
  }
}

TEST_F(SiteTest, TheSameRunTwiceIsOneAndChangesNothing)
{
  const PublishedRun run = read(Records("a"));
  site.add(run);
  const auto before = site.files;
  site.add(run);
  EXPECT_EQ(site.files, before);
}

TEST_F(SiteTest, ARunThatMovesLeavesNothingBehind)
{
  PublishedRun first = read(Records("a", "2026-03-01T00:00:00Z"));
  first.files["raw/smoke/old.log"] = "x";
  site.add(first);
  site.add(read(Records("other", "2026-03-01T00:00:00Z")));
  site.add(read(Records("a", "2026-05-01T00:00:00Z"))); // the verdict came later
  EXPECT_EQ(site.runs(), (std::vector<std::string>{"a", "other"}));
  for (const auto& [path, content] : site.files) EXPECT_FALSE(path.starts_with("runs/2026/03/a")) << path;
}

TEST_F(SiteTest, ABrokenIndexIsNotOverwritten)
{
  for (const char* broken : {"{", "[]", "{\"schema_version\":2,\"runs\":[]}", "{}", "{\"runs\":7}"}) {
    site.files = {{"index.json", broken}};
    const auto changes = changes_for(read(Records("a")), site.view(), site.problems);
    ASSERT_FALSE(changes) << broken;
    EXPECT_EQ(changes.error().code, ErrorCode::bad_input) << broken;
  }
}

TEST_F(SiteTest, AnIndexCannotMakeUsRemoveOtherFiles)
{
  site.files = {
      {"index.json", R"({"schema_version":1,"runs":[{"run":"a","path":"secret"},{"run":"a","path":"runs/../x"}]})"},
      {"secret/file", "1"},
      {"secret.html", "2"}};
  site.add(read(Records("a")));
  EXPECT_TRUE(site.files.contains("secret/file"));
  EXPECT_TRUE(site.files.contains("secret.html"));
  EXPECT_EQ(site.runs(), std::vector<std::string>{"a"});
}

TEST_F(SiteTest, OnlyRecordsArePublishedAndLargeOnesAreNamed)
{
  const auto run_dir = Records("a").store(folder.path() / "run");
  folder.write("run/raw/smoke/small.log", "small");
  folder.write("run/artifacts/components/pods.json", "[]");
  folder.write("run/raw/smoke/large.log", std::string(k_largest_file + 1, 'x'));
  folder.write("run/source/main.go", "package main");
  folder.write("run/notes.txt", "n");
  folder.write("run/errors/publish.json", "{}");
  folder.write("run/.hidden.json", "{}");
  folder.write("run/raw/.git/config", "x");
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "run/raw/passwd");
  const auto run = read_run(run_dir, "nightly", wall_now());
  ASSERT_TRUE(run) << run.error().text();
  std::vector<std::string> names;
  for (const auto& [name, content] : run->files) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"artifacts/components/pods.json", "deploy.json", "failures.json",
                                             "plan.json", "raw/smoke/small.log", "results.json", "verdict.json"}));
  EXPECT_EQ(run->record.left_out, std::vector<std::string>{"raw/smoke/large.log"});
}

TEST_F(SiteTest, SecretsAreRedactedEverywhere)
{
  const std::string token = "ghp_" + std::string(36, 'k');
  const auto run_dir = Records("a").store(folder.path() / "run");
  folder.write("run/raw/smoke/log.txt", "cloning https://me:hunter2hunter2@host/a with " + token + "\n");
  const std::string verdict = folder.read("run/verdict.json");
  folder.write("run/verdict.json",
               std::string(verdict).replace(verdict.find("bad failed"), 10, "bad failed: " + token));
  const auto run = read_run(run_dir, "nightly", wall_now());
  ASSERT_TRUE(run) << run.error().text();
  ASSERT_EQ(run->record.verdict, "failed");
  site.add(*run);
  for (const auto& [path, content] : site.files) {
    EXPECT_THAT(content, Not(HasSubstr(token))) << path;
    EXPECT_THAT(content, Not(HasSubstr("hunter2hunter2"))) << path;
  }
  EXPECT_THAT(site.files.at("runs/2026/03/a.html"), HasSubstr("[redacted]"));
  for (const char* page : {"index.html", "runs/2026/03/a.html"}) EXPECT_THAT(site.files.at(page), HasSubstr("nightly"));
}

} // namespace
} // namespace streamgate::publish
