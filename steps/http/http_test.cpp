// SPDX-License-Identifier: Apache-2.0
#include "http/http.hpp"
#include "http/multi.hpp"
#include "support/child.hpp"
#include "support/fault_server.hpp"
#include "support/pki.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace streamgate::http {
namespace {

using test::FaultServer;
using test::http_answer;
using testing::HasSubstr;
using testing::Not;

class HttpTest : public testing::Test {
protected:
  Request to(const std::string& path, const std::string& method = "GET") const
  {
    Request request;
    request.method = method;
    request.url = m_server.url() + path;
    return request;
  }

  FaultServer m_server;
  Cancel m_cancel;
  Session m_session;
};

TEST_F(HttpTest, GivesStatusHeadersAndBodyOfAnyStatus)
{
  m_server.add({.path = "/teapot", .answer = http_answer(418, "short and stout", "X-Pot:  a b \r\n")});
  const auto outcome = m_session.send(to("/teapot"), m_cancel);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->status, 418);
  EXPECT_FALSE(outcome->good());
  EXPECT_EQ(outcome->body, "short and stout");
  EXPECT_EQ(outcome->headers.find("x-POT"), "a b");
  EXPECT_FALSE(outcome->headers.find("x-po"));
}

TEST_F(HttpTest, SendsMethodHeadersBodyAndBearer)
{
  m_server.add({.method = "PATCH", .answer = http_answer(200, "{}")});
  auto request = to("/a?b=c", "PATCH");
  request.headers.add("Content-Type", "application/json-patch+json");
  request.body = "[1]";
  request.bearer = "secret-token";
  ASSERT_TRUE(m_session.send(request, m_cancel));
  const auto got = m_server.last_request();
  EXPECT_THAT(got, HasSubstr("PATCH /a?b=c HTTP/1.1"));
  EXPECT_THAT(got, HasSubstr("Content-Type: application/json-patch+json\r\n"));
  EXPECT_THAT(got, HasSubstr("Authorization: Bearer secret-token\r\n"));
  EXPECT_THAT(got, HasSubstr("\r\n\r\n[1]"));
  EXPECT_THAT(got, Not(HasSubstr("Expect:")));
}

TEST_F(HttpTest, SendsBasicAuthorizationAndNoContentTypeOfItsOwn)
{
  m_server.add({.answer = http_answer(200, "")});
  auto request = to("/", "POST");
  request.username = "user";
  request.password = "p:w";
  ASSERT_TRUE(m_session.send(request, m_cancel));
  EXPECT_THAT(m_server.last_request(), HasSubstr("Authorization: Basic dXNlcjpwOnc=\r\n"));
  EXPECT_THAT(m_server.last_request(), HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(m_server.last_request(), Not(HasSubstr("Content-Type")));
}

TEST_F(HttpTest, KeepsTheConnectionExceptForWhatMustBeSentOnce)
{
  m_server.add({.answer = http_answer(200, "x"), .times = 10});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(m_session.send(to("/"), m_cancel));
  EXPECT_EQ(m_server.connections(), 1);
  auto once = to("/", "POST");
  once.idempotent = Idempotent::no;
  ASSERT_TRUE(m_session.send(once, m_cancel));
  EXPECT_EQ(m_server.connections(), 2);
}

TEST_F(HttpTest, KeptConnectionThatWasClosedIsReplacedSilently)
{
  m_server.add({.answer = http_answer(200, "x"), .times = 10});
  ASSERT_TRUE(m_session.send(to("/"), m_cancel));
  m_server.cut();
  const auto outcome = m_session.send(to("/"), m_cancel);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(m_server.connections(), 2);
}

TEST_F(HttpTest, CutAfterTheRequestIsUnavailableAndMayHaveArrived)
{
  m_server.add({.path = "/keep", .answer = http_answer(200, "")});
  ASSERT_TRUE(m_session.send(to("/keep"), m_cancel)); // a kept connection, on which libcurl would try again
  m_server.add({.answer = ""});
  auto request = to("/x?token=abc", "POST");
  request.idempotent = Idempotent::no;
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(outcome.error().may_have_arrived);
  EXPECT_THAT(outcome.error().message, HasSubstr("POST " + m_server.url() + "/x"));
  EXPECT_THAT(outcome.error().message, Not(HasSubstr("abc")));
  EXPECT_EQ(m_server.count("POST /x"), 1U) << "was sent more than once";
}

TEST_F(HttpTest, NobodyListeningIsUnavailableAndSurelyDidNotArrive)
{
  auto request = to("/");
  request.url = "http://127.0.0.1:" + std::to_string(test::free_port()) + "/";
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(outcome.error().may_have_arrived);
}

TEST_F(HttpTest, SilentServerIsATimeout)
{
  FaultServer silent([this](const std::string&, const std::string&) { return to("/never"); });
  m_server.add({.path = "/never", .answer = "HTTP/1.1 200 OK\r\n"}); // a head without an end
  auto request = to("/");
  request.url = silent.url();
  request.timeout = std::chrono::milliseconds(200);
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::timeout) << outcome.error().text();
  EXPECT_TRUE(outcome.error().may_have_arrived);
}

TEST_F(HttpTest, CancellationEndsATransferAtOnce)
{
  m_server.add({.answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"});
  const auto start = std::chrono::steady_clock::now();
  std::thread other([&] {
    while (m_server.count("GET /slow") == 0) std::this_thread::yield();
    m_cancel.request();
  });
  const auto outcome = m_session.send(to("/slow"), m_cancel);
  other.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500));
  const auto after = m_session.send(to("/slow"), m_cancel);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::cancelled);
  EXPECT_FALSE(after.error().may_have_arrived);
}

TEST_F(HttpTest, BodyAboveTheLimitIsRefused)
{
  m_server.add({.answer = http_answer(200, std::string(1001, 'x'))});
  auto request = to("/big");
  request.body_limit = 1000;
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::bad_input);
  EXPECT_THAT(outcome.error().message, HasSubstr("larger than 1000 bytes"));
  m_server.add({.answer = http_answer(200, std::string(1000, 'x'))});
  EXPECT_EQ(m_session.send(request, m_cancel)->body.size(), 1000U);
}

TEST_F(HttpTest, SinkGetsGoodBodiesOnly)
{
  std::string got;
  auto request = to("/");
  request.sink = [&](std::string_view piece) { return got.append(piece), true; };
  m_server.add({.answer = http_answer(500, "bad")});
  const auto bad = m_session.send(request, m_cancel);
  EXPECT_EQ(bad->body, "bad");
  EXPECT_EQ(got, "");
  m_server.add({.answer = http_answer(200, "good")});
  const auto good = m_session.send(request, m_cancel);
  EXPECT_EQ(good->body, "");
  EXPECT_EQ(got, "good");
}

TEST_F(HttpTest, SinkThatRefusesEndsTheTransfer)
{
  auto request = to("/");
  request.sink = [](std::string_view) { return false; };
  m_server.add({.answer = http_answer(200, "good")});
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::cancelled);
}

TEST_F(HttpTest, FollowsRedirectsOnlyWhenAskedToAndKeepsTheTokenAtHome)
{
  FaultServer other;
  other.add({.answer = http_answer(200, "there"), .times = 2});
  m_server.add({.answer = http_answer(307, "", "Location: " + other.url() + "/blob\r\n"), .times = 2});
  auto request = to("/");
  request.bearer = "secret-token";
  EXPECT_EQ(m_session.send(request, m_cancel)->status, 307);
  request.redirects = 1;
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->body, "there");
  EXPECT_THAT(other.last_request(), Not(HasSubstr("secret-token")));
}

TEST_F(HttpTest, HeadHasNoBodyAndDoesNotWaitForOne)
{
  m_server.add(
      {.method = "HEAD", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nDocker-Content-Digest: sha256:1\r\n\r\n"});
  const auto outcome = m_session.send(to("/v2", "HEAD"), m_cancel);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->headers.find("docker-content-digest"), "sha256:1");
  EXPECT_EQ(outcome->body, "");
}

TEST_F(HttpTest, UrlsThatAreNotHttpAreRefused)
{
  for (const std::string url : {"file:///etc/passwd", "ftp://127.0.0.1/", "http://[", ""}) {
    Request request;
    request.url = url;
    const auto outcome = m_session.send(request, m_cancel);
    ASSERT_FALSE(outcome) << url;
    EXPECT_EQ(outcome.error().code, ErrorCode::bad_input) << url << " " << outcome.error().text();
    EXPECT_FALSE(outcome.error().may_have_arrived);
  }
}

TEST_F(HttpTest, ClientCertificateThatIsNoneIsATlsError)
{
  Request request;
  request.url = "https://127.0.0.1:1/";
  request.tls.certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  request.tls.key = request.tls.certificate;
  FaultServer listener;
  request.url = "https" + listener.url().substr(4);
  const auto outcome = m_session.send(request, m_cancel);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::tls) << outcome.error().text();
  EXPECT_FALSE(outcome.error().may_have_arrived);
}

TEST_F(HttpTest, EscapesAllButUnreservedCharacters)
{
  EXPECT_EQ(escape("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(escape("a=b,c/d e\xC3\xA9"), "a%3Db%2Cc%2Fd%20e%C3%A9");
}

TEST_F(HttpTest, MultiRunsTransfersTogetherAndStopsOne)
{
  Multi multi;
  m_server.add({.path = "/slow", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"});
  m_server.add({.path = "/quick", .answer = http_answer(200, "q"), .times = 3});
  int done = 0;
  bool slow_done = false;
  const auto slow = multi.start(to("/slow"), [&](const Outcome&) { slow_done = true; });
  for (int i = 0; i < 3; ++i) {
    multi.start(to("/quick"), [&](const Outcome& outcome) { done += outcome ? 1 : 100; });
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (done < 3 && std::chrono::steady_clock::now() < until) multi.wait(std::chrono::seconds(1), m_cancel);
  EXPECT_EQ(done, 3);
  multi.stop(slow);
  multi.stop(slow);
  multi.wait(Duration(0), m_cancel);
  EXPECT_FALSE(slow_done);
}

TEST_F(HttpTest, MultiMayBeUsedFromItsCallbacks)
{
  Multi multi;
  m_server.add({.answer = http_answer(200, "x"), .times = 5});
  int done = 0;
  Multi::Id victim = 0;
  auto first = to("/first");
  first.sink = [&](std::string_view) {
    multi.stop(victim);
    multi.start(to("/second"), [&](const Outcome&) { ++done; });
    return true;
  };
  multi.start(first, [&](const Outcome&) { ++done; });
  victim = multi.start(
      [&] {
        auto request = to("/victim");
        request.url = "http://127.0.0.1:" + std::to_string(test::free_port());
        request.sink = [](std::string_view) { return true; };
        return request;
      }(),
      [](const Outcome&) {});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (done < 2 && std::chrono::steady_clock::now() < until) multi.wait(std::chrono::seconds(1), m_cancel);
  EXPECT_EQ(done, 2);
}

} // namespace
} // namespace streamgate::http
