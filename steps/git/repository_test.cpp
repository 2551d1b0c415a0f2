// SPDX-License-Identifier: Apache-2.0
#include "git/repository.hpp"
#include "git/test_support.hpp"

#include <gtest/gtest.h>

namespace streamgate::git {
namespace {

using streamgate::test::TestFolder;
using test::HttpServer;
using test::Upstream;

class Bare : public ::testing::Test {
protected:
  Repository fresh(const std::string& name)
  {
    auto made = Repository::make_bare(folder.path() / name);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  // What each push test does over its transport: an orphan branch, a second commit, and a late comer.
  void push_three_times(const Location& to, const Upstream& upstream)
  {
    Repository mine = fresh("mine");
    const auto none = mine.fetch_branch(to, "pages", access, cancel);
    ASSERT_TRUE(none) << none.error().text();
    EXPECT_EQ(*none, "");
    const auto first = mine.commit("", {{"a/b.txt", "1"}, {"c", "2"}}, info);
    ASSERT_TRUE(first) << first.error().text();
    const auto pushed = mine.push(*first, to, "pages", access, cancel);
    ASSERT_TRUE(pushed) << pushed.error().text();
    EXPECT_EQ(upstream.bare_git({"rev-parse", "pages"}), *first);

    Repository other = fresh("other");
    const auto fetched = other.fetch_branch(to, "pages", access, cancel);
    ASSERT_TRUE(fetched) << fetched.error().text();
    EXPECT_EQ(*fetched, *first);
    const auto second = other.commit(*first, {{"a/d.txt", "3"}, {"c", std::nullopt}}, info);
    ASSERT_TRUE(second);
    ASSERT_TRUE(other.push(*second, to, "pages", access, cancel));
    EXPECT_EQ(upstream.bare_git({"ls-tree", "-r", "--name-only", "pages"}), "a/b.txt\na/d.txt");

    const auto late = mine.commit(*first, {{"late", "4"}}, info);
    const auto refused = mine.push(*late, to, "pages", access, cancel);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict) << refused.error().text();
    EXPECT_EQ(upstream.bare_git({"rev-parse", "pages"}), *second);
  }
  void push_against_a_hook(const Location& to, const Upstream& upstream)
  {
    upstream.hook("pre-receive", "#!/bin/sh\necho 'not on my watch' >&2\nexit 1\n");
    Repository mine = fresh("mine");
    const auto commit = mine.commit("", {{"a", "1"}}, info);
    const auto pushed = mine.push(*commit, to, "pages", access, cancel);
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().code, ErrorCode::forbidden) << pushed.error().text();
    EXPECT_NE(pushed.error().text().find("pre-receive hook declined"), std::string::npos) << pushed.error().text();
  }

  TestFolder folder;
  Access access;
  Cancel cancel;
  CommitInfo info{"message", "Gate", "gate@example.com", WallTime{}};
};

TEST_F(Bare, PushesToAPath)
{
  const Upstream upstream(folder.path());
  push_three_times(*parse_location(upstream.url()), upstream);
}

TEST_F(Bare, PushesOverHttp)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const Upstream upstream(folder.path());
  const HttpServer server(folder.path(), folder);
  push_three_times(*parse_location(server.url("upstream.git")), upstream);
}

TEST_F(Bare, ProtectedBranchOnAPath)
{
  const Upstream upstream(folder.path());
  push_against_a_hook(*parse_location(upstream.url()), upstream);
}

TEST_F(Bare, ProtectedBranchOverHttp)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const Upstream upstream(folder.path());
  const HttpServer server(folder.path(), folder);
  push_against_a_hook(*parse_location(server.url("upstream.git")), upstream);
}

TEST_F(Bare, ReadsAndListsFilesOfACommit)
{
  Repository mine = fresh("mine");
  const std::string bytes("\0\xff\n", 3);
  const auto commit = mine.commit("", {{"a/b/c", bytes}, {"a/d", ""}, {"e", "x"}}, info);
  ASSERT_TRUE(commit);
  EXPECT_EQ(mine.read(*commit, "a/b/c")->value(), bytes);
  EXPECT_EQ(mine.read(*commit, "a/d")->value(), "");
  EXPECT_FALSE(mine.read(*commit, "a/none")->has_value());
  EXPECT_FALSE(mine.read(*commit, "a/b")->has_value()); // a folder
  EXPECT_EQ(*mine.list(*commit, "a"), (std::vector<std::string>{"a/b/c", "a/d"}));
  EXPECT_TRUE(mine.list(*commit, "none")->empty());
  EXPECT_TRUE(mine.list(*commit, "e")->empty()); // a file
}

TEST_F(Bare, NoChangeIsNoCommit)
{
  Repository mine = fresh("mine");
  const auto commit = mine.commit("", {{"a", "1"}}, info);
  EXPECT_EQ(*mine.commit(*commit, {{"a", "1"}}, info), *commit);
  EXPECT_NE(*mine.commit(*commit, {{"a", "2"}}, info), *commit);
}

TEST_F(Bare, BadPathsAndCommitsAreErrors)
{
  Repository mine = fresh("mine");
  EXPECT_FALSE(mine.commit("", {{"../x", "1"}}, info));
  EXPECT_FALSE(mine.commit("", {{".git/config", "1"}}, info));
  EXPECT_FALSE(mine.commit(std::string(40, '1'), {{"x", "1"}}, info));
  EXPECT_EQ(mine.read("nonsense", "x").error().code, ErrorCode::io);
}

TEST_F(Bare, PushToNowhere)
{
  Repository mine = fresh("mine");
  const auto commit = mine.commit("", {{"a", "1"}}, info);
  const auto http = mine.push(
      *commit, *parse_location("http://127.0.0.1:" + std::to_string(test::closed_port()) + "/a"), "b", access, cancel);
  ASSERT_FALSE(http);
  EXPECT_EQ(http.error().code, ErrorCode::unavailable) << http.error().text();
  const auto path = mine.push(*commit, *parse_location("/nowhere/at/all"), "b", access, cancel);
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, ErrorCode::not_found) << path.error().text();
}

} // namespace
} // namespace streamgate::git
