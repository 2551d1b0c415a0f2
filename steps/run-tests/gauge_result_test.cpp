// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "base/wire.hpp"
#include "gauge_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::run_tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string bytes(std::uint64_t field, const std::string& value)
{
  std::string out;
  append_varint(out, (field << 3U) | 2U);
  append_varint(out, value.size());
  return out + value;
}

TEST(GaugeResultClean, LeavesWhatHoldsNoSecret)
{
  const auto message = bytes(1, bytes(1, bytes(1, "Spec"))) + std::string("\x20\x01");
  EXPECT_EQ(clean_gauge_result(message), message);
  EXPECT_EQ(clean_gauge_result(""), "");
}

TEST(GaugeResultClean, KeepsTheLengthsTrue)
{
  const auto message = [](const std::string& secret) {
    return bytes(1, bytes(1, bytes(1, "Spec") +
                                 bytes(2, bytes(4, bytes(1, "log in with password=" + secret) + "\x70\x01")))) +
           std::string("\x20\x01");
  };
  EXPECT_EQ(clean_gauge_result(message("hunter22hunter")), message("[redacted]"));
}

TEST(GaugeResultClean, GivesNothingRatherThanASecret)
{
  redact::remember("a-secret-value");
  const auto broken = clean_gauge_result("\xff\xff a-secret-value");
  // A text that is a message by chance, with the secret over two of its fields.
  const auto chance = clean_gauge_result(bytes(1, "\x0a\x03xa-\x0a\x01s"));
  redact::forget_all();
  EXPECT_EQ(broken, "");
  EXPECT_THAT(chance, Not(HasSubstr("a-secret-value")));
}

} // namespace
} // namespace streamgate::run_tests
