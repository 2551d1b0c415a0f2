// SPDX-License-Identifier: Apache-2.0
#include "git/test_support.hpp"
#include "resolve-ref/resolve.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace streamgate::resolve_ref {
namespace {

using git::test::HttpServer;
using git::test::Upstream;
using record::RefKind;
using streamgate::test::TestFolder;

class Resolve : public ::testing::Test {
protected:
  Resolve() : upstream(folder.path()) {}

  Result<Resolved> resolve_at(const std::string& url, const std::string& text)
  {
    const auto location = git::parse_location(url);
    const auto request = parse_ref(text);
    EXPECT_TRUE(request) << text;
    return resolve(*location, *request, access, cancel);
  }
  Result<Resolved> resolve_text(const std::string& text) { return resolve_at(upstream.url(), text); }

  void expect(const std::string& text, const std::string& commit, RefKind kind, const std::string& ref)
  {
    const auto resolved = resolve_text(text);
    ASSERT_TRUE(resolved) << text << ": " << resolved.error().text();
    EXPECT_EQ(resolved->commit, commit) << text;
    EXPECT_EQ(resolved->kind, kind) << text;
    EXPECT_EQ(resolved->ref, ref) << text;
  }
  Error refusal(const std::string& text, ErrorCode code)
  {
    const auto resolved = resolve_text(text);
    EXPECT_FALSE(resolved) << text << " became " << (resolved ? resolved->commit : "");
    if (resolved) return {};
    EXPECT_EQ(resolved.error().code, code) << resolved.error().text();
    return resolved.error();
  }

  TestFolder folder;
  Upstream upstream;
  git::Access access;
  Cancel cancel;
};

TEST_F(Resolve, EveryKindOfRef)
{
  const auto one = upstream.commit("one");
  upstream.branch("main");
  upstream.push("HEAD", "refs/tags/light");
  upstream.git({"tag", "--annotate", "--message", "m", "v1.0.0"});
  upstream.push("v1.0.0", "refs/tags/v1.0.0");
  upstream.git({"tag", "--annotate", "--message", "m", "outer", "v1.0.0"}); // a tag of a tag
  upstream.push("outer", "refs/tags/outer");
  const auto two = upstream.commit("two");
  upstream.branch("feature/x");
  upstream.push("HEAD", "refs/pull/7/head");
  upstream.push("HEAD", "refs/merge-requests/8/head");
  upstream.push("HEAD", "refs/other/thing");

  expect("", one, RefKind::head, "refs/heads/main");
  expect("HEAD", one, RefKind::head, "refs/heads/main");
  expect("main", one, RefKind::branch, "refs/heads/main");
  expect("feature/x", two, RefKind::branch, "refs/heads/feature/x");
  expect("light", one, RefKind::tag, "refs/tags/light");
  expect("v1.0.0", one, RefKind::tag, "refs/tags/v1.0.0");
  expect("outer", one, RefKind::tag, "refs/tags/outer");
  expect("pr/7", two, RefKind::pull_request, "refs/pull/7/head");
  expect("pr/8", two, RefKind::pull_request, "refs/merge-requests/8/head");
  expect("refs/heads/main", one, RefKind::branch, "refs/heads/main");
  expect("refs/tags/v1.0.0", one, RefKind::tag, "refs/tags/v1.0.0");
  expect("refs/other/thing", two, RefKind::commit, "refs/other/thing");
  expect(two, two, RefKind::commit, "");
  expect(two.substr(0, 7), two, RefKind::commit, "");
  expect(upstream.git({"rev-parse", "v1.0.0"}), one, RefKind::commit, ""); // the tag object's own id
}

TEST_F(Resolve, UpperCaseCommitIsTheSame)
{
  auto commit = upstream.commit("one");
  upstream.branch("main");
  std::string upper = commit;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  expect(upper, commit, RefKind::commit, "");
}

TEST_F(Resolve, BranchAndTagOfOneNameAreAmbiguous)
{
  upstream.commit("one");
  upstream.branch("v1");
  upstream.commit("two");
  upstream.push("HEAD", "refs/tags/v1");
  const Error error = refusal("v1", ErrorCode::ambiguous);
  EXPECT_NE(error.message.find("v1 is a branch ("), std::string::npos) << error.message;
  EXPECT_EQ(error.hint, "write refs/heads/v1 or refs/tags/v1");
  EXPECT_TRUE(resolve_text("refs/tags/v1"));
}

TEST_F(Resolve, AbsenceSaysWhatIsNear)
{
  upstream.commit("one");
  upstream.branch("main");
  for (const char* tag : {"v0.9.0", "v1.10.0", "v1.9.2", "v1.2.0", "v2.0.0-rc1", "nightly"}) {
    upstream.push("HEAD", std::string("refs/tags/") + tag);
  }
  const Error error = refusal("v1.9.3", ErrorCode::not_found);
  EXPECT_EQ(error.message, "there is no branch or tag v1.9.3");
  EXPECT_NE(error.hint.find("near it: v1.9.2"), std::string::npos) << error.hint;
  EXPECT_NE(error.hint.find("newest versions: v1.10.0, v1.9.2, v1.2.0"), std::string::npos) << error.hint;
  EXPECT_NE(error.hint.find("default branch: main"), std::string::npos) << error.hint;
  const Error full = refusal("refs/tags/v1.9.3", ErrorCode::not_found);
  EXPECT_NE(full.hint.find("near it: v1.9.2"), std::string::npos) << full.hint;
}

TEST_F(Resolve, AbsentPullRequestPointsToABranchOfThatName)
{
  upstream.commit("one");
  upstream.branch("pr/12");
  const Error error = refusal("pr/12", ErrorCode::not_found);
  EXPECT_EQ(error.message, "there is no pull request 12");
  EXPECT_EQ(error.hint, "a branch of that name is there: write refs/heads/pr/12");
  EXPECT_EQ(refusal("pr/13", ErrorCode::not_found).message, "there is no pull request 13");
}

TEST_F(Resolve, EmptyRepositoryAndHeadOfNothing)
{
  EXPECT_NE(refusal("", ErrorCode::not_found).message.find("the repository is empty"), std::string::npos);
  EXPECT_EQ(refusal("main", ErrorCode::not_found).hint, "the repository has neither branches nor tags");
  upstream.commit("one");
  upstream.branch("trunk"); // HEAD names main, which does not exist
  EXPECT_NE(refusal("HEAD", ErrorCode::not_found).message.find("default branch does not exist"), std::string::npos);
}

TEST_F(Resolve, AbsenceWithNothingNearNamesTheFirst)
{
  upstream.commit("one");
  for (const char* branch : {"trunk", "stable"}) upstream.branch(branch); // HEAD names main, which does not exist
  upstream.push("HEAD", "refs/tags/nightly");
  for (const char* wanted : {"0000000", "pr/0"})
    EXPECT_EQ(refusal(wanted, ErrorCode::not_found).hint, "there are: stable, trunk, nightly") << wanted;
}

TEST_F(Resolve, DetachedHead)
{
  const auto commit = upstream.commit("one");
  upstream.branch("main");
  upstream.bare_git({"update-ref", "--no-deref", "HEAD", commit});
  expect("HEAD", commit, RefKind::head, "");
}

TEST_F(Resolve, CommitsThatNoRefStandsAt)
{
  const auto old = upstream.commit("one");
  upstream.commit("two");
  upstream.branch("main");
  expect(old, old, RefKind::commit, "");
  expect(old.substr(0, 10), old, RefKind::commit, "");
  EXPECT_EQ(refusal(std::string(40, '1'), ErrorCode::not_found).message,
            "the server has no commit " + std::string(40, '1'));
  EXPECT_EQ(refusal("1111111", ErrorCode::not_found).message, "there is no branch, tag or commit 1111111");
  const auto tree = upstream.git({"rev-parse", "HEAD^{tree}"});
  EXPECT_EQ(refusal(tree, ErrorCode::bad_input).message, tree + " is not a commit");
}

// Two commits whose ids begin alike; at one of them no ref stands.
TEST_F(Resolve, AShortCommitThatAnOlderOneSharesIsAmbiguous)
{
  const auto tree = upstream.git({"hash-object", "-t", "tree", "-w", "/dev/null"});
  const auto made = [&](const std::string& message) {
    const auto file = folder.write("commit", "tree " + tree +
                                                 "\nauthor a <a@example.com> 0 +0000"
                                                 "\ncommitter a <a@example.com> 0 +0000\n\n" +
                                                 message + "\n");
    return upstream.git({"hash-object", "-t", "commit", "-w", file.string()});
  };
  const auto older = made("13225");
  const auto shown = made("16791");
  const auto prefix = shown.substr(0, 7);
  ASSERT_EQ(older.substr(0, 7), prefix);
  upstream.push(shown, "refs/heads/shown");
  expect(prefix, shown, RefKind::commit, "");
  upstream.push(upstream.git({"commit-tree", tree, "-p", older, "-m", "on top"}), "refs/heads/main");
  const auto error = refusal(prefix, ErrorCode::ambiguous);
  EXPECT_NE(error.message.find("2 commits begin with " + prefix), std::string::npos) << error.message;
  expect(shown.substr(0, 12), shown, RefKind::commit, "");
  expect(shown, shown, RefKind::commit, "");
}

TEST_F(Resolve, AShortCommitOfAPullRequestIsFound)
{
  upstream.commit("one");
  upstream.branch("main");
  const auto asked = upstream.commit("two");
  upstream.push("HEAD", "refs/pull/7/head");
  expect(asked.substr(0, 9), asked, RefKind::commit, "");
}

TEST_F(Resolve, CommitsThatNoRefStandsAtOverHttp)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const auto old = upstream.commit("one");
  upstream.commit("two");
  upstream.branch("main");
  const HttpServer server(folder.path(), folder, "x-access-token", "right-token");
  access.token = "right-token";
  for (const auto& text : {old, old.substr(0, 10)}) {
    const auto resolved = resolve_at(server.url("upstream.git"), text);
    ASSERT_TRUE(resolved) << resolved.error().text();
    EXPECT_EQ(resolved->commit, old);
  }
  const auto absent = resolve_at(server.url("upstream.git"), std::string(40, '1'));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::not_found) << absent.error().text();
}

TEST_F(Resolve, NamesThatLookLikeCommits)
{
  const auto one = upstream.commit("one");
  upstream.branch("main");
  upstream.branch("deadbeef");
  expect("deadbeef", one, RefKind::branch, "refs/heads/deadbeef");
  upstream.commit("two");
  upstream.branch(one.substr(0, 8)); // a branch that is called like another commit
  const Error error = refusal(one.substr(0, 8), ErrorCode::ambiguous);
  EXPECT_NE(error.message.find("is the name of refs/heads/"), std::string::npos) << error.message;
}

TEST_F(Resolve, HostileNamesOfTheServerStayText)
{
  const auto one = upstream.commit("one");
  upstream.branch("main");
  for (const char* name : {"$(touch${IFS}x)", ";rm", "<b>&", "'\""}) {
    upstream.bare_git({"update-ref", std::string("refs/heads/") + name, one});
    expect(name, one, RefKind::branch, std::string("refs/heads/") + name);
  }
}

// Among advertised refs, without a server.
git::RemoteRefs refs_of(const std::vector<std::pair<std::string, std::string>>& pairs)
{
  git::RemoteRefs out;
  for (const auto& [name, id] : pairs) out.refs.push_back({name, id, id});
  return out;
}

TEST(Among, ShortCommitThatFitsSeveralIsAmbiguous)
{
  const std::string a = "abcdef0" + std::string(33, '1');
  const std::string b = "abcdef0" + std::string(33, '2');
  const auto refs = refs_of({{"refs/heads/a", a}, {"refs/heads/b", b}, {"refs/pull/1/head", a}});
  const auto both = among(refs, *parse_ref("abcdef0"));
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().code, ErrorCode::ambiguous);
  EXPECT_EQ(both.error().message, "2 commits begin with abcdef0: " + a + ", " + b);
  const auto one = among(refs, *parse_ref("abcdef01"));
  ASSERT_TRUE(one && *one);
  EXPECT_EQ((*one)->commit, a); // two refs at one commit are one commit
  const auto none = among(refs, *parse_ref("1234567"));
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

} // namespace
} // namespace streamgate::resolve_ref
