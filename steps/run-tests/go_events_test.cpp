// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "go_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::run_tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string output(const std::string& test, const std::string& text)
{
  return R"({"Action":"output","Package":"p","Test":")" + test + R"(","Output":")" + text + "\"}\n";
}
std::string action(const std::string& test, const std::string& what)
{
  return R"({"Action":")" + what + R"(","Package":"p","Test":")" + test + "\"}\n";
}

TEST(GoEvents, WithoutSecretsSayTheSame)
{
  const auto text = action("T", "run") + output("T", "one\\n") + action("T", "pass");
  EXPECT_EQ(clean_events(text), text);
  EXPECT_EQ(clean_events(""), "");
}

TEST(GoEvents, AreJoinedOverTheCuts)
{
  redact::remember("a-secret-that-is-cut");
  const auto clean = clean_events(action("T", "run") + output("T", "it is a-secret-") + output("U", "between") +
                                  output("T", "that-is-cut, yes\\n") + action("T", "fail") + action("U", "pass"));
  redact::forget_all();
  EXPECT_THAT(clean, Not(HasSubstr("a-secret-")));
  EXPECT_THAT(clean, Not(HasSubstr("that-is-cut")));
  EXPECT_EQ(clean, action("T", "run") + output("T", "it is [redacted], yes\\n") + action("T", "fail") +
                       output("U", "between") + action("U", "pass"));
}

TEST(GoEvents, HideAKeyOfSeveralLines)
{
  const auto clean = clean_events(output("T", "-----BEGIN PRIVATE KEY-----\\n") +
                                  output("T", "MIIEvQIBADANBgkqhkiG\\n") + output("T", "-----END PRIVATE KEY-----\\n"));
  EXPECT_THAT(clean, Not(HasSubstr("MIIEvQIBADANBgkqhkiG"))) << "also without an event that ends the test";
  EXPECT_THAT(clean, HasSubstr("[redacted]"));
}

// What a killed `go test` leaves, and what prints beside it.
TEST(GoEvents, KeepWhatIsNotOne)
{
  EXPECT_EQ(clean_events("FAIL\tp [build failed]\n{\"Action\":\"outp"), "FAIL\tp [build failed]\n{\"Action\":\"outp\n");
  EXPECT_EQ(clean_events("[1]\n{\"Action\":\"output\"}\n"), "[1]\n{\"Action\":\"output\"}\n");
  EXPECT_THAT(clean_events("token=ghp_0123456789abcdefghij0123456789abcdef\n"), Not(HasSubstr("ghp_0123")));
}

} // namespace
} // namespace streamgate::run_tests
