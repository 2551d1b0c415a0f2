// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "oci/auth.hpp"
#include "support/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::oci {
namespace {

class AuthTest : public ::testing::Test {
protected:
  ~AuthTest() override { redact::forget_all(); }
  Auth load(std::string_view text) { return Auth::load(m_folder.write("config.json", text)).value(); }
  std::string user(const Auth& auth, std::string_view reference)
  {
    const auto found = auth.of(parse_reference(reference).value());
    return found ? found->username + "/" + found->password : "";
  }
  test::TestFolder m_folder;
  test::Environment m_environment;
};

TEST_F(AuthTest, reads_the_forms_that_docker_and_podman_write)
{
  const auto auth = load(R"({"auths": {
    "a.example": {"auth": "Ym9iOnA6dyE="},
    "https://b.example:5000/v1/": {"username": "ann", "password": "hunter2"},
    "a.example/team": {"auth": "dGVhbTpzZWNyZXQ="},
    "https://index.docker.io/v1/": {"auth": "aHViOnNlY3JldA=="},
    "helper.example": {}}, "credsStore": "desktop"})");
  EXPECT_EQ(user(auth, "a.example/x"), "bob/p:w!");
  EXPECT_EQ(user(auth, "b.example:5000/x/y"), "ann/hunter2");
  EXPECT_EQ(user(auth, "a.example/team/x"), "team/secret");
  EXPECT_EQ(user(auth, "a.example/teams/x"), "bob/p:w!");
  EXPECT_EQ(user(auth, "docker.io/library/x"), "hub/secret");
  EXPECT_EQ(user(auth, "helper.example/x"), "");
  EXPECT_EQ(user(auth, "b.example/x"), "");
}

TEST_F(AuthTest, remembers_passwords_for_the_redactor)
{
  load(R"({"auths": {"a.example": {"username": "u", "password": "hunter2hunter2"}}})");
  EXPECT_EQ(redact::clean("say hunter2hunter2"), "say [redacted]");
}

TEST_F(AuthTest, refuses_malformed_files_without_repeating_their_secrets)
{
  for (const auto* text : {"", "[", R"({"auths": []})", R"({"auths": {"a.example": "x"}})",
                           R"({"auths": {"a.example": {"auth": "***secret***"}}})",
                           R"({"auths": {"a.example": {"auth": "bm9jb2xvbg=="}}})"}) {
    const auto auth = Auth::load(m_folder.write("config.json", text));
    ASSERT_FALSE(auth) << text;
    EXPECT_EQ(auth.error().code, ErrorCode::bad_input) << text;
    EXPECT_THAT(auth.error().text(), ::testing::Not(::testing::HasSubstr("***secret***")));
    EXPECT_THAT(auth.error().text(), ::testing::Not(::testing::HasSubstr("nocolon")));
  }
  EXPECT_EQ(Auth::load(m_folder.path() / "nowhere").error().code, ErrorCode::not_found);
}

TEST_F(AuthTest, a_file_without_credentials_is_good)
{
  EXPECT_EQ(user(load("{}"), "a.example/x"), "");
}

TEST_F(AuthTest, finds_the_file_as_other_tools_do)
{
  m_environment.set("HOME", (m_folder.path() / "home").string());
  m_environment.set("REGISTRY_AUTH_FILE", "");
  m_environment.set("DOCKER_CONFIG", "");
  EXPECT_EQ(Auth::find_file(), "");
  const auto home = m_folder.write("home/.docker/config.json", "{}");
  EXPECT_EQ(Auth::find_file(), home);
  const auto docker = m_folder.write("docker/config.json", "{}");
  m_environment.set("DOCKER_CONFIG", docker.parent_path().string());
  EXPECT_EQ(Auth::find_file(), docker);
  const auto named = m_folder.write("auth.json", "{}");
  m_environment.set("REGISTRY_AUTH_FILE", named.string());
  EXPECT_EQ(Auth::find_file(), named);
}

} // namespace
} // namespace streamgate::oci
