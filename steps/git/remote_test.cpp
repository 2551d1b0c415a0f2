// SPDX-License-Identifier: Apache-2.0
#include "git/command.hpp"
#include "git/remote.hpp"
#include "git/test_support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace streamgate::git {
namespace {

using namespace std::chrono_literals;
using streamgate::test::TestFolder;
using test::HttpServer;
using test::Upstream;

class Remote : public ::testing::Test {
protected:
  Result<RemoteRefs> list(const std::string& url)
  {
    const auto location = parse_location(url);
    EXPECT_TRUE(location);
    return list_refs(*location, access, cancel);
  }

  TestFolder folder;
  Access access;
  Cancel cancel;
};

void fill(Upstream& upstream)
{
  upstream.commit("one");
  upstream.branch("main");
  upstream.push("HEAD", "refs/tags/light");
  upstream.git({"tag", "--annotate", "--message", "m", "v1.0.0"});
  upstream.push("v1.0.0", "refs/tags/v1.0.0");
  upstream.commit("two");
  upstream.branch("feature/x");
  upstream.push("HEAD", "refs/pull/7/head");
}

void expect_all(const RemoteRefs& refs, const Upstream& upstream)
{
  const auto one = upstream.bare_git({"rev-parse", "main"});
  const auto two = upstream.bare_git({"rev-parse", "feature/x"});
  EXPECT_EQ(refs.head, one);
  EXPECT_EQ(refs.head_target, "refs/heads/main");
  ASSERT_EQ(refs.refs.size(), 5U);
  EXPECT_EQ(refs.find("refs/heads/feature/x")->commit, two);
  EXPECT_EQ(refs.find("refs/pull/7/head")->commit, two);
  EXPECT_EQ(refs.find("refs/tags/light")->commit, one);
  const RemoteRef* annotated = refs.find("refs/tags/v1.0.0");
  EXPECT_EQ(annotated->commit, one);
  EXPECT_EQ(annotated->id, upstream.bare_git({"rev-parse", "v1.0.0"}));
  EXPECT_NE(annotated->id, annotated->commit);
  EXPECT_EQ(refs.find("refs/heads/nothing"), nullptr);
}

TEST_F(Remote, ListsOverAPath)
{
  Upstream upstream(folder.path());
  fill(upstream);
  const auto refs = list(upstream.url());
  ASSERT_TRUE(refs) << refs.error().text();
  expect_all(*refs, upstream);
}

TEST_F(Remote, ListsOverHttp)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  Upstream upstream(folder.path());
  fill(upstream);
  const HttpServer server(folder.path(), folder);
  const auto refs = list(server.url("upstream.git"));
  ASSERT_TRUE(refs) << refs.error().text();
  expect_all(*refs, upstream);
}

TEST_F(Remote, HeadMayBeDetachedOrAbsent)
{
  Upstream upstream(folder.path());
  const auto empty = list(upstream.url());
  ASSERT_TRUE(empty) << empty.error().text();
  EXPECT_EQ(empty->head, "");
  EXPECT_TRUE(empty->refs.empty());
  const auto commit = upstream.commit("one");
  upstream.branch("main");
  upstream.bare_git({"update-ref", "--no-deref", "HEAD", commit});
  const auto detached = list(upstream.url());
  ASSERT_TRUE(detached);
  EXPECT_EQ(detached->head, commit);
  EXPECT_EQ(detached->head_target, "");
}

TEST_F(Remote, EmptyRepositoryOverHttp)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const Upstream upstream(folder.path());
  const HttpServer server(folder.path(), folder);
  const auto refs = list(server.url("upstream.git"));
  ASSERT_TRUE(refs) << refs.error().text();
  EXPECT_EQ(refs->head, "");
}

TEST_F(Remote, PasswordIsNeededAndTaken)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  Upstream upstream(folder.path());
  fill(upstream);
  const HttpServer server(folder.path(), folder, "x-access-token", "right-token");
  const auto none = list(server.url("upstream.git"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::unauthorized);
  EXPECT_NE(none.error().text().find("none was given"), std::string::npos) << none.error().text();
  EXPECT_NE(none.error().hint.find("--git-token-file"), std::string::npos);
  access.token = "wrong-token";
  const auto wrong = list(server.url("upstream.git"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::unauthorized);
  EXPECT_NE(wrong.error().text().find("did not accept"), std::string::npos) << wrong.error().text();
  EXPECT_EQ(wrong.error().text().find("wrong-token"), std::string::npos);
  access.token = "right-token";
  const auto right = list(server.url("upstream.git"));
  ASSERT_TRUE(right) << right.error().text();
  expect_all(*right, upstream);
}

TEST_F(Remote, GitItselfUsesTheSameLogin)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  Upstream upstream(folder.path());
  fill(upstream);
  const HttpServer server(folder.path(), folder, "x-access-token", "right-token");
  const auto location = parse_location(server.url("upstream.git"));
  const GitCommand command{folder.path(), {"ls-remote", location->url, "HEAD"}};
  const auto none = run_git(command, *location, access, cancel);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::unauthorized) << none.error().text();
  access.token = "right-token";
  const auto right = run_git(command, *location, access, cancel);
  ASSERT_TRUE(right) << right.error().text();
  EXPECT_TRUE(right->starts_with(upstream.bare_git({"rev-parse", "HEAD"})));
  EXPECT_FALSE(run_git_offline(command, access, cancel));
}

TEST_F(Remote, ClosedPortIsUnavailable)
{
  const auto refs = list(fmt::format("http://127.0.0.1:{}/a.git", test::closed_port()));
  ASSERT_FALSE(refs);
  EXPECT_EQ(refs.error().code, ErrorCode::unavailable) << refs.error().text();
  EXPECT_NE(refs.error().text().find("listing the refs of http://127.0.0.1:"), std::string::npos);
}

TEST_F(Remote, AbsentRepositoryIsNotFound)
{
  const auto path = list("file://" + folder.path().string() + "/absent.git");
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, ErrorCode::not_found) << path.error().text();
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const HttpServer server(folder.path(), folder);
  const auto http = list(server.url("absent.git"));
  ASSERT_FALSE(http);
  EXPECT_EQ(http.error().code, ErrorCode::not_found) << http.error().text();
}

TEST_F(Remote, SilentServerMeetsTheDeadline)
{
  const test::SilentServer silent;
  access.timeout = 200ms;
  const auto start = std::chrono::steady_clock::now();
  const auto refs = list(fmt::format("http://127.0.0.1:{}/a.git", silent.port()));
  ASSERT_FALSE(refs);
  EXPECT_EQ(refs.error().code, ErrorCode::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(Remote, CancellationEndsTheWait)
{
  const test::SilentServer silent;
  cancel.request();
  const auto refs = list(fmt::format("http://127.0.0.1:{}/a.git", silent.port()));
  ASSERT_FALSE(refs);
  EXPECT_EQ(refs.error().code, ErrorCode::cancelled);
}

TEST_F(Remote, UnknownCertificateIsTls)
{
  if (!HttpServer::available()) FAIL() << "lighttpd is not installed";
  const Upstream upstream(folder.path());
  const HttpServer server(folder.path(), folder);
  std::string url = server.url("upstream.git");
  url.replace(0, 4, "https"); // A plain http server: the handshake fails.
  const auto refs = list(url);
  ASSERT_FALSE(refs);
  EXPECT_EQ(refs.error().code, ErrorCode::tls) << refs.error().text();
}

} // namespace
} // namespace streamgate::git
