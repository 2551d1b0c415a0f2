// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "git/access.hpp"
#include "git/location.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace streamgate::git {
namespace {

struct Good {
  std::string text;
  std::string url;
  Transport transport;
  std::string user;
  std::string password;
};

TEST(Location, TakesWhatGitTakes)
{
  const std::vector<Good> cases{
      {"https://github.com/tektoncd/pipeline", "https://github.com/tektoncd/pipeline", Transport::http, "", ""},
      {"http://10.0.0.1:3000/a.git", "http://10.0.0.1:3000/a.git", Transport::http, "", ""},
      {"https://u:p%40ss1@host/a", "https://host/a", Transport::http, "u", "p@ss1"},
      {"https://a@b:s3cr3t1@host/a", "https://host/a", Transport::http, "a@b", "s3cr3t1"},
      {"https://token1234@host/a", "https://host/a", Transport::http, "token1234", ""},
      {"ssh://git@host:22/a.git", "ssh://git@host:22/a.git", Transport::ssh, "git", ""},
      {"git@github.com:o/r.git", "git@github.com:o/r.git", Transport::ssh, "git", ""},
      {"file:///srv/git/a", "file:///srv/git/a", Transport::file, "", ""},
      {"/srv/git/a", "file:///srv/git/a", Transport::file, "", ""},
  };
  for (const auto& expected : cases) {
    const auto location = parse_location(expected.text);
    ASSERT_TRUE(location) << expected.text << ": " << location.error().text();
    EXPECT_EQ(location->url, expected.url) << expected.text;
    EXPECT_EQ(location->transport, expected.transport) << expected.text;
    EXPECT_EQ(location->user, expected.user) << expected.text;
    EXPECT_EQ(location->password, expected.password) << expected.text;
  }
}

TEST(Location, RefusesWhatIsNoAddress)
{
  const std::vector<std::string> cases{"",
                                       "pipeline",
                                       "a b",
                                       "https://",
                                       "https:///path",
                                       "https://host",
                                       "https://host/",
                                       "https://:80/a",
                                       "ssh://-oProxyCommand=x/a",
                                       "-u@host:a",
                                       "git@-oProxyCommand=x:a",
                                       "git@host:",
                                       "@host:a",
                                       "ext::sh -c x",
                                       "ext::x",
                                       "ftp://host/a",
                                       "git://host/a",
                                       "file://relative",
                                       "https://%zz@host/a",
                                       "https://host/a\nb",
                                       "https://host/\xff"};
  for (const auto& text : cases) {
    const auto location = parse_location(text);
    ASSERT_FALSE(location) << text;
    EXPECT_EQ(location.error().code, ErrorCode::bad_input) << text;
    EXPECT_FALSE(location.error().hint.empty()) << text;
  }
}

TEST(Location, PasswordIsKnownToTheRedactorAndNotInTheError)
{
  ASSERT_TRUE(parse_location("https://me:hunter2hunter2@host/a"));
  EXPECT_EQ(redact::clean("x hunter2hunter2 y"), "x [redacted] y");
  const auto bad = parse_location("https://me:correcthorse@host");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message.find("correcthorse"), std::string::npos) << bad.error().message;
  redact::forget_all();
}

TEST(Access, TokenFileIsReadAndRemembered)
{
  const streamgate::test::TestFolder folder;
  Access access;
  access.token_file = folder.write("token", "abcdef123456\n");
  ASSERT_TRUE(access.load());
  EXPECT_EQ(access.token, "abcdef123456");
  EXPECT_EQ(redact::clean("abcdef123456"), "[redacted]");
  const Login login = login_of(access, {"https://h/a", Transport::http, "", ""});
  EXPECT_EQ(login.user, "x-access-token");
  EXPECT_EQ(login.password, "abcdef123456");
  const Login own = login_of(access, {"https://h/a", Transport::http, "me", "mine"});
  EXPECT_EQ(own.user, "me");
  EXPECT_EQ(own.password, "mine");
  EXPECT_EQ(login_of(access, {"http://git.example.com/a", Transport::http, "", ""}).password, "");
  EXPECT_EQ(login_of(access, {"http://10.0.0.1:3000/a", Transport::http, "", ""}).password, "abcdef123456");
  redact::forget_all();
}

TEST(Access, MountedSecretMayHaveATokenOrNone)
{
  const streamgate::test::TestFolder folder;
  Access access;
  access.token_file = folder.path();
  ASSERT_TRUE(access.load());
  EXPECT_EQ(access.token, "");
  folder.write("token", "abcdef123456");
  ASSERT_TRUE(access.load());
  EXPECT_EQ(access.token, "abcdef123456");
  redact::forget_all();
}

TEST(Access, BadTokenFilesAreRefused)
{
  const streamgate::test::TestFolder folder;
  Access access;
  access.token_file = folder.path() / "absent";
  EXPECT_EQ(access.load().error().code, ErrorCode::not_found);
  access.token_file = folder.write("empty", "\n");
  EXPECT_EQ(access.load().error().code, ErrorCode::bad_input);
  access.token_file = folder.write("two", "secretone\nsecrettwo\n");
  const auto two = access.load();
  EXPECT_EQ(two.error().code, ErrorCode::bad_input);
  EXPECT_EQ(two.error().text().find("secret"), std::string::npos);
}

} // namespace
} // namespace streamgate::git
