// SPDX-License-Identifier: Apache-2.0
#include "facts/fixture.hpp"
#include "facts/inquiry.hpp"
#include "support/fault_server.hpp"

#include <gmock/gmock.h>

// Servers that answer badly or for ever.
namespace streamgate::facts {
namespace {

using test::http_answer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class InquiryTest : public testing::Test {
protected:
  Inquiry inquiry(Duration longest = std::chrono::seconds(30))
  {
    kube::Config config;
    config.server = m_server.url();
    return std::move(*Inquiry::make(config, m_cancel, longest, m_problems));
  }
  std::size_t list(Inquiry& asked, std::size_t most)
  {
    std::size_t count = 0;
    asked.list(kube::k_pods, "n", {.page = 10}, most, [&](const json::Value&) { ++count; });
    return count;
  }

  test::FaultServer m_server;
  Problems m_problems;
  Cancel m_cancel;
};

TEST_F(InquiryTest, AServerThatIsSilentTwiceIsNotAskedAgain)
{
  m_server.add({.answer = "", .times = 1000});
  auto asked = inquiry();
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(asked.get(kube::k_pods, {"n", "p"}));
  EXPECT_TRUE(asked.down());
  EXPECT_EQ(m_server.seen().size(), 4U) << "two questions of two tries each";
  EXPECT_EQ(list(asked, 10), 0U);
  EXPECT_EQ(asked.log({"n", "p"}, {.container = "c"}), "");
  EXPECT_THAT(m_problems.all(), testing::Contains(HasSubstr("was not asked for the rest")));
}

TEST_F(InquiryTest, ARefusalIsSaidAndTheNextQuestionIsAsked)
{
  m_server.add({.answer = http_answer(403, R"({"kind":"Status","message":"pods is forbidden"})"), .times = 3});
  auto asked = inquiry();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(asked.get(kube::k_pods, {"n", "p"}));
  EXPECT_FALSE(asked.down());
  EXPECT_THAT(m_problems.all(), ElementsAre(HasSubstr("pods is forbidden")));
  m_server.add({.answer = http_answer(200, "{}")});
  EXPECT_TRUE(asked.get(kube::k_pods, {"n", "p"}));
}

TEST_F(InquiryTest, WhatDoesNotExistIsNoProblem)
{
  auto asked = inquiry();
  EXPECT_FALSE(asked.get(kube::k_pods, {"n", "p"}));
  EXPECT_EQ(list(asked, 10), 0U);
  EXPECT_THAT(m_problems.all(), IsEmpty());
}

TEST_F(InquiryTest, AListThatNeverEndsEnds)
{
  std::string items = "{}";
  for (int i = 1; i < 10; ++i) items += ",{}";
  m_server.add(
      {.answer = http_answer(200, R"({"metadata":{"continue":"again"},"items":[)" + items + "]}"), .times = 3});
  m_server.add({.answer = http_answer(200, R"({"metadata":{"continue":"again"},"items":[]})"), .times = 1000});
  auto asked = inquiry();
  EXPECT_EQ(list(asked, 25), 25U);
  EXPECT_EQ(m_server.seen().size(), 3U);
  EXPECT_EQ(list(asked, 25), 0U);
  EXPECT_LE(m_server.seen().size(), 10U);
  EXPECT_THAT(m_problems.all(), ElementsAre(HasSubstr("only the first 25 pods of n were looked at")));
}

TEST_F(InquiryTest, ItsTimeEnds)
{
  m_server.add({.answer = http_answer(503, "", "Retry-After: 100\r\n"), .times = 1000});
  const auto begin = std::chrono::steady_clock::now();
  auto asked = inquiry(std::chrono::milliseconds(300));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(asked.get(kube::k_pods, {"n", "p"}));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  EXPECT_TRUE(asked.down());
}

} // namespace
} // namespace streamgate::facts
