// SPDX-License-Identifier: Apache-2.0
#include "kube/client.hpp"
#include "support/kube_fixture.hpp"

// Which requests are sent again, and which never.
namespace streamgate::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Retries : public test::KubeTest {};

TEST_F(Retries, NonIdempotentRequestsAreSentOnceOnly)
{
  const auto faults = fault_server();
  const auto user = client_of(*faults);
  ASSERT_TRUE(user.get_path("/version")); // a connection that is kept
  const std::string body = R"({"metadata":{"name":"a"}})";
  faults->add({.method = "POST", .answer = ""});
  EXPECT_EQ(user.create(k_config_maps, nspace(), body).error().code, ErrorCode::unavailable);
  faults->add({.method = "POST", .answer = test::http_answer(500, "")});
  EXPECT_EQ(user.create(k_config_maps, nspace(), body).error().code, ErrorCode::unavailable);
  EXPECT_EQ(faults->count("POST"), 2U);
  faults->add({.method = "POST", .answer = test::http_answer(429, "", "Retry-After: 1\r\n")});
  EXPECT_TRUE(user.create(k_config_maps, nspace(), body));
  EXPECT_EQ(faults->count("POST"), 4U);
  faults->add({.method = "PATCH", .answer = test::http_answer(500, ""), .times = 2});
  const ObjectName name{nspace(), "a"};
  EXPECT_FALSE(user.patch(k_config_maps, name, PatchType::json, R"([{"op":"add","path":"/data","value":{}}])"));
  EXPECT_EQ(faults->count("PATCH"), 1U);
  EXPECT_TRUE(
      user.patch(k_config_maps, name, PatchType::json,
                 R"([{"op":"test","path":"/metadata/name","value":"a"},{"op":"add","path":"/data","value":{}}])"));
  EXPECT_EQ(faults->count("PATCH"), 3U);
}

TEST_F(Retries, IdempotentRequestsAreRepeatedAndThenGivenUp)
{
  const auto faults = fault_server();
  const auto user = client_of(*faults);
  faults->add({.answer = test::http_answer(500, "")});
  faults->add({.answer = ""});
  EXPECT_TRUE(user.get_path("/version"));
  faults->add({.answer = test::http_answer(429, R"({"kind":"Status","message":"slow down"})"), .times = 100});
  const auto refused = user.get_path("/version");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::throttled);
  EXPECT_THAT(refused.error().message, HasSubstr("slow down"));
  EXPECT_EQ(faults->count("/version"), 7U);
}

TEST_F(Retries, SilentServerIsATimeoutAfterAllTries)
{
  const auto faults = fault_server();
  faults->add({.answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{", .times = 100});
  auto options = quick();
  options.timeout = 100ms;
  options.retry.tries = 2;
  const auto got = client_of(*faults, options).get_path("/version");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::timeout);
  EXPECT_EQ(faults->count("/version"), 2U);
}

TEST_F(Retries, NothingRunsPastTheDeadline)
{
  const auto ends_in_time = [&](const std::string& answer, ErrorCode code) {
    const auto faults = fault_server();
    faults->add({.answer = answer, .times = 100});
    auto options = quick();
    options.retry.longest = 60s;
    const auto begin = std::chrono::steady_clock::now();
    options.deadline = begin + 300ms;
    const auto got = client_of(*faults, options).get_path("/version");
    const auto took = std::chrono::steady_clock::now() - begin;
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, code) << got.error().text();
    EXPECT_LT(took, 10s);
  };
  ends_in_time("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{", ErrorCode::timeout);
  ends_in_time(test::http_answer(429, "", "Retry-After: 100000\r\n"), ErrorCode::throttled);
}

TEST_F(Retries, AListThatContinuesWithItselfIsAnError)
{
  const auto faults = fault_server();
  faults->add({.answer = test::http_answer(200, R"({"kind":"List","metadata":{"continue":"again"},"items":[]})"),
               .times = 100});
  const auto got = client_of(*faults).list(k_config_maps, nspace(), {.page = 1});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::bad_input);
  EXPECT_THAT(got.error().message, HasSubstr("continues with itself"));
  EXPECT_EQ(faults->count("GET"), 2U);
}

} // namespace
} // namespace streamgate::kube
