// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "oci/client.hpp"
#include "support/fault_server.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::oci {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// sha256 of "{}"
const std::string k_empty_digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

class ClientTest : public ::testing::Test {
protected:
  ~ClientTest() override { redact::forget_all(); }

  std::string host() const { return m_server.url().substr(std::string("http://").size()); }
  Reference image(const std::string& rest = ":v1") const { return parse_reference(host() + "/gate/x" + rest).value(); }
  Client client(Auth auth = {})
  {
    ClientOptions options;
    options.auth = std::move(auth);
    options.retry = {.tries = 3, .first = Duration(1), .longest = Duration(5)};
    return {std::move(options), m_cancel};
  }
  Auth bob()
  {
    return Auth::load(m_folder.write("config.json",
                                     R"({"auths": {")" + host() + R"(": {"auth": "Ym9iOmh1bnRlcjJodW50ZXIy"}}})"))
        .value();
  }
  void answer(int status, const std::string& body, const std::string& headers = {}, const std::string& path = "/v2/",
              int times = 1)
  {
    m_server.add({.method = "", .path = path, .answer = test::http_answer(status, body, headers), .times = times});
  }
  static std::string digest_header(const std::string& digest)
  {
    return "Docker-Content-Digest: " + digest + "\r\nContent-Type: application/vnd.oci.image.manifest.v1+json; x=y\r\n";
  }

  test::FaultServer m_server;
  test::TestFolder m_folder;
  Cancel m_cancel;
};

TEST_F(ClientTest, get_computes_the_digest_from_the_bytes)
{
  m_server.add({.method = "",
                .path = "/v2/",
                .answer = "HTTP/1.1 200 OK\r\n" + digest_header(k_empty_digest) + "Content-Length: 2\r\n\r\n{}",
                .times = 1});
  auto asking = client();
  const auto manifest = asking.get(image());
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->digest, k_empty_digest);
  EXPECT_EQ(manifest->media_type, "application/vnd.oci.image.manifest.v1+json");
  EXPECT_EQ(manifest->body, "{}");
  EXPECT_THAT(m_server.seen().front(), HasSubstr("/v2/gate/x/manifests/v1"));
  EXPECT_THAT(m_server.last_request(), HasSubstr("application/vnd.docker.distribution.manifest.list.v2+json"));
}

TEST_F(ClientTest, bytes_that_are_not_what_was_asked_for_are_refused)
{
  answer(200, "{\"changed\": true}", digest_header(k_empty_digest));
  auto asking = client();
  const auto manifest = asking.get(image("@" + k_empty_digest));
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, ErrorCode::registry);
  EXPECT_THAT(manifest.error().hint, HasSubstr("changed"));
}

TEST_F(ClientTest, a_page_for_people_is_no_manifest)
{
  for (const bool head : {false, true}) {
    m_server.add({.method = "",
                  .path = "/v2/",
                  .answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 0\r\n\r\n",
                  .times = 1});
    auto asking = client();
    const auto manifest = head ? asking.head(image()) : asking.get(image());
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code, ErrorCode::registry);
    EXPECT_THAT(manifest.error().text(), HasSubstr("is no image manifest, but text/html"));
  }
}

TEST_F(ClientTest, a_tag_that_is_not_there_is_not_found)
{
  answer(404, R"({"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]})");
  auto asking = client();
  const auto manifest = asking.get(image());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, ErrorCode::not_found);
  EXPECT_THAT(manifest.error().text(), HasSubstr("gate/x:v1"));
}

TEST_F(ClientTest, a_server_error_is_tried_again_and_then_the_registry_s)
{
  answer(503, "", {}, "/v2/", 2);
  answer(200, "{}", digest_header(k_empty_digest));
  auto asking = client();
  EXPECT_TRUE(asking.get(image()));
  answer(500, R"({"errors": [{"code": "UNKNOWN", "message": "disk full"}]})", {}, "/v2/", 10);
  const auto manifest = asking.get(image());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, ErrorCode::registry);
  EXPECT_THAT(manifest.error().text(), HasSubstr("disk full"));
}

TEST_F(ClientTest, no_connection_is_the_registry_s_with_a_hint)
{
  auto asking = client();
  const auto manifest = asking.head(parse_reference("127.0.0.1:1/x:y").value());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, ErrorCode::registry);
  EXPECT_THAT(manifest.error().hint, HasSubstr("--registry-http"));
}

TEST_F(ClientTest, a_refused_account_is_told_how_to_give_credentials)
{
  for (const int status : {401, 403}) {
    answer(status, R"({"errors": [{"code": "DENIED", "message": "no"}]})");
    auto asking = client();
    const auto manifest = asking.get(image());
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code, ErrorCode::registry) << status;
    EXPECT_THAT(manifest.error().hint, HasSubstr("--registry-auth")) << status;
  }
}

TEST_F(ClientTest, fetches_a_token_by_the_registry_s_challenge_once)
{
  answer(401, "",
         "WWW-Authenticate: Bearer realm=\"" + m_server.url() +
             "/token\",service=\"the registry\",scope=\"repository:gate/x:pull\"\r\n");
  answer(200, R"({"token": "t0ken-t0ken-t0ken"})", {}, "/token");
  answer(200, "{}", digest_header(k_empty_digest), "/v2/", 2);
  auto asking = client(bob());
  ASSERT_TRUE(asking.get(image()));
  EXPECT_THAT(m_server.last_request(), HasSubstr("Authorization: Bearer t0ken-t0ken-t0ken"));
  ASSERT_TRUE(asking.get(image()));
  EXPECT_EQ(m_server.count("/token"), 1U);
  EXPECT_THAT(m_server.seen().at(1), HasSubstr("scope=repository%3Agate%2Fx%3Apull"));
  EXPECT_THAT(m_server.seen().at(1), HasSubstr("service=the%20registry"));
  EXPECT_EQ(redact::clean("x t0ken-t0ken-t0ken"), "x [redacted]");
}

TEST_F(ClientTest, answers_a_basic_challenge_and_gives_credentials_to_nobody_before)
{
  answer(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n");
  answer(200, "{}", digest_header(k_empty_digest));
  auto asking = client(bob());
  ASSERT_TRUE(asking.get(image()));
  EXPECT_THAT(m_server.last_request(), HasSubstr("Authorization: Basic Ym9iOmh1bnRlcjJodW50ZXIy"));
  EXPECT_EQ(m_server.seen().size(), 2U);
}

TEST_F(ClientTest, a_password_that_is_refused_ends_after_one_more_try)
{
  answer(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n", "/v2/", 5);
  auto asking = client(bob());
  const auto manifest = asking.get(image());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, ErrorCode::registry);
  EXPECT_EQ(m_server.seen().size(), 2U);
  EXPECT_THAT(manifest.error().text(), Not(HasSubstr("hunter2")));
}

TEST_F(ClientTest, a_token_server_that_gives_no_token_is_the_registry_s)
{
  for (const auto* body : {"{}", "{\"token\": 7}"}) {
    answer(401, "", "WWW-Authenticate: Bearer realm=\"" + m_server.url() + "/token\"\r\n");
    answer(200, body, {}, "/token");
    auto asking = client();
    const auto manifest = asking.get(image());
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code, ErrorCode::registry);
  }
}

TEST_F(ClientTest, a_cancelled_step_is_no_fault_of_the_registry)
{
  m_cancel.request();
  auto asking = client();
  EXPECT_EQ(asking.get(image()).error().code, ErrorCode::cancelled);
}

TEST_F(ClientTest, speaks_http_where_it_may_and_where_it_is_told_to)
{
  EXPECT_TRUE(client().plain_http("10.0.0.1:5000"));
  EXPECT_FALSE(client().plain_http("registry.example"));
  EXPECT_TRUE(Client({.scheme = Scheme::http}, m_cancel).plain_http("registry.example"));
  EXPECT_FALSE(Client({.scheme = Scheme::https}, m_cancel).plain_http("10.0.0.1:5000"));
}

TEST(Challenge, is_read_with_quotes_and_without)
{
  const auto bearer =
      parse_challenge(R"(Bearer realm="https://a/t?x=1,2",service="s p", scope=repository:x:pull,error="e")");
  EXPECT_EQ(bearer.scheme, "bearer");
  EXPECT_EQ(bearer.parameters.at("realm"), "https://a/t?x=1,2");
  EXPECT_EQ(bearer.parameters.at("service"), "s p");
  EXPECT_EQ(bearer.parameters.at("scope"), "repository:x:pull");
  EXPECT_EQ(parse_challenge("").scheme, "");
  EXPECT_EQ(parse_challenge("Basic").scheme, "basic");
  EXPECT_TRUE(parse_challenge("Bearer realm").parameters.empty());
  EXPECT_EQ(parse_challenge("Bearer realm=\"unended").parameters.at("realm"), "unended");
}

TEST(Sha256, is_sha256)
{
  EXPECT_EQ(sha256("{}"), k_empty_digest);
}

} // namespace
} // namespace streamgate::oci
