// SPDX-License-Identifier: Apache-2.0
#include "http/retry.hpp"
#include "support/fault_server.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace streamgate::http {
namespace {

using namespace std::chrono_literals;
using test::FaultServer;
using test::http_answer;

Response answer(int status, const std::string& retry_after = {})
{
  Response response;
  response.status = status;
  if (!retry_after.empty()) response.headers.add("Retry-After", retry_after);
  return response;
}

Outcome failure(ErrorCode code, bool may_have_arrived)
{
  return std::unexpected(Failure{{code, "x"}, may_have_arrived});
}

TEST(RetryAfter, ReadsSecondsAndDates)
{
  const auto now = *parse_rfc3339("2026-03-01T09:30:00Z");
  EXPECT_EQ(retry_after(answer(429, "7"), now), 7s);
  EXPECT_EQ(retry_after(answer(429, "0"), now), 0s);
  EXPECT_EQ(retry_after(answer(503, "Sun, 01 Mar 2026 09:31:30 GMT"), now), 90s);
  EXPECT_EQ(retry_after(answer(503, "Sun, 01 Mar 2026 09:00:00 GMT"), now), 0s);
  EXPECT_FALSE(retry_after(answer(429), now));
  EXPECT_FALSE(retry_after(answer(429, "soon"), now));
  EXPECT_FALSE(retry_after(answer(429, "-1"), now));
}

TEST(RetryDelay, WhatMayBeCuredIsRepeatedWhenIdempotent)
{
  const RetryPolicy policy{.tries = 3, .first = 100ms, .longest = 1s};
  for (const int status : {429, 500, 502, 503, 504}) {
    EXPECT_TRUE(retry_delay(policy, Idempotent::yes, 1, answer(status))) << status;
    EXPECT_TRUE(retry_delay(policy, Idempotent::yes, 2, answer(status))) << status;
    EXPECT_FALSE(retry_delay(policy, Idempotent::yes, 3, answer(status))) << status;
  }
  for (const int status : {200, 201, 301, 400, 401, 403, 404, 409, 410, 422, 501}) {
    EXPECT_FALSE(retry_delay(policy, Idempotent::yes, 1, answer(status))) << status;
  }
  EXPECT_TRUE(retry_delay(policy, Idempotent::yes, 1, failure(ErrorCode::unavailable, true)));
  EXPECT_TRUE(retry_delay(policy, Idempotent::yes, 1, failure(ErrorCode::timeout, true)));
  EXPECT_FALSE(retry_delay(policy, Idempotent::yes, 1, failure(ErrorCode::tls, false)));
  EXPECT_FALSE(retry_delay(policy, Idempotent::yes, 1, failure(ErrorCode::cancelled, false)));
}

TEST(RetryDelay, WhatIsNotIdempotentIsRepeatedOnlyWhenSurelyNotDone)
{
  const RetryPolicy policy;
  for (const int status : {500, 502, 503, 504}) {
    EXPECT_FALSE(retry_delay(policy, Idempotent::no, 1, answer(status))) << status;
  }
  EXPECT_TRUE(retry_delay(policy, Idempotent::no, 1, answer(429, "1")));
  EXPECT_TRUE(retry_delay(policy, Idempotent::no, 1, failure(ErrorCode::unavailable, false)));
  EXPECT_FALSE(retry_delay(policy, Idempotent::no, 1, failure(ErrorCode::unavailable, true)));
  EXPECT_FALSE(retry_delay(policy, Idempotent::no, 1, failure(ErrorCode::timeout, true)));
}

TEST(RetryDelay, WaitsAsLongAsAskedAndNotAtAllForTooLong)
{
  const RetryPolicy policy{.tries = 3, .first = 100ms, .longest = 5s};
  EXPECT_EQ(retry_delay(policy, Idempotent::yes, 1, answer(429, "2")), 2s);
  EXPECT_EQ(retry_delay(policy, Idempotent::yes, 1, answer(429, "60")), 60s);
  EXPECT_FALSE(retry_delay(policy, Idempotent::yes, 1, answer(429, "3600")));
}

TEST(RetryDelay, BackOffDoublesUpToTheLongestAndJitterTakesAtMostAHalf)
{
  const RetryPolicy policy{.tries = 9, .first = 100ms, .longest = 1s};
  EXPECT_EQ(back_off(policy, 1), 100ms);
  EXPECT_EQ(back_off(policy, 2), 200ms);
  EXPECT_EQ(back_off(policy, 4), 800ms);
  EXPECT_EQ(back_off(policy, 5), 1s);
  EXPECT_EQ(back_off(policy, 1000), 1s);
  bool varies = false;
  for (int i = 0; i < 100; ++i) {
    const auto some = jitter(1000ms);
    EXPECT_GE(some, 500ms);
    EXPECT_LE(some, 1000ms);
    varies = varies || some != 1000ms;
  }
  EXPECT_TRUE(varies);
  EXPECT_EQ(jitter(0ms), 0ms);
}

class SendWithRetry : public testing::Test {
protected:
  Request request(const std::string& method, Idempotent idempotent) const
  {
    Request request;
    request.method = method;
    request.url = m_server.url() + "/x";
    request.idempotent = idempotent;
    return request;
  }
  const RetryPolicy m_policy{.tries = 4, .first = 1ms, .longest = 2s};
  FaultServer m_server;
  Cancel m_cancel;
  Session m_session;
};

TEST_F(SendWithRetry, GoesOnUntilItIsGood)
{
  m_server.add({.answer = http_answer(500, "")});
  m_server.add({.answer = ""});
  m_server.add({.answer = http_answer(200, "at last")});
  const auto outcome = send_with_retry(m_session, request("GET", Idempotent::yes), m_policy, m_cancel);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->body, "at last");
  EXPECT_EQ(m_server.count("GET /x"), 3U);
}

TEST_F(SendWithRetry, GivesUpWithTheLastAnswer)
{
  m_server.add({.answer = http_answer(503, "no"), .times = 100});
  const auto outcome = send_with_retry(m_session, request("GET", Idempotent::yes), m_policy, m_cancel);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 503);
  EXPECT_EQ(m_server.count("GET /x"), 4U);
}

TEST_F(SendWithRetry, NeverSendsTwiceWhatMayHaveBeenDone)
{
  m_server.add({.answer = ""});
  EXPECT_FALSE(send_with_retry(m_session, request("POST", Idempotent::no), m_policy, m_cancel));
  EXPECT_EQ(m_server.count("POST /x"), 1U);
}

TEST_F(SendWithRetry, HonoursRetryAfter)
{
  m_server.add({.answer = http_answer(429, "", "Retry-After: 1\r\n")});
  m_server.add({.answer = http_answer(201, "")});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(send_with_retry(m_session, request("POST", Idempotent::no), m_policy, m_cancel)->status, 201);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(SendWithRetry, CancellationEndsTheWaiting)
{
  m_server.add({.answer = http_answer(429, "", "Retry-After: 2\r\n"), .times = 100});
  std::thread other([&] {
    while (m_server.count("GET /x") == 0) std::this_thread::yield();
    m_cancel.request();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = send_with_retry(m_session, request("GET", Idempotent::yes), m_policy, m_cancel);
  other.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

} // namespace
} // namespace streamgate::http
