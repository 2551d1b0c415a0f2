// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace streamgate {
namespace {

using namespace std::chrono_literals;

WallTime at(std::int64_t milliseconds)
{
  return WallTime(std::chrono::milliseconds(milliseconds));
}

TEST(Rfc3339, PrintsUtcWithMillisecondsOnlyWhenThereAreAny)
{
  EXPECT_EQ(to_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(at(1'772'357'400'000)), "2026-03-01T09:30:00Z");
  EXPECT_EQ(to_rfc3339(at(1'772'357'400'050)), "2026-03-01T09:30:00.050Z");
  EXPECT_EQ(to_rfc3339(at(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, ReadsOffsetsAndFractions)
{
  const std::array<std::pair<const char*, std::int64_t>, 9> cases{{
      {"2026-03-01T09:30:00Z", 1'772'357'400'000},
      {"2026-03-01t09:30:00z", 1'772'357'400'000},
      {"2026-03-01 09:30:00Z", 1'772'357'400'000},
      {"2026-03-01T11:30:00+02:00", 1'772'357'400'000},
      {"2026-03-01T04:00:00-05:30", 1'772'357'400'000},
      {"2026-03-01T09:30:00.5Z", 1'772'357'400'500},
      {"2026-03-01T09:30:00.123456789Z", 1'772'357'400'123},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000}, // a leap second is the next second
      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
  }};
  for (const auto& [text, expected] : cases) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(*time, at(expected)) << text;
  }
}

TEST(Rfc3339, RefusesEachMalformation)
{
  for (const auto* text :
       {"", "2026", "2026-03-01", "2026-03-01T09:30:00", "2026-03-01T09:30Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-03-00T00:00:00Z", "2026-03-01T24:00:00Z",
        "2026-03-01T00:60:00Z", "2026-03-01T00:00:61Z", "2026-03-01T00:00:00.Z", "2026-03-01T00:00:00+2:00",
        "2026-03-01T00:00:00+24:00", "2026-03-01T00:00:00+02:60", "2026-03-01T00:00:00+0200", "2026-03-01T00:00:00Zx",
        " 2026-03-01T00:00:00Z", "2026-03-01T-0:00:00Z", "2026-03-01T00:-0:00Z", "-026-03-01T00:00:00Z",
        "2026-03-01T00:00:00+-1:00",
        // In UTC before the year 0 and after 9999, which RFC 3339 has no form for.
        "0000-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00", "9999-12-31T23:59:60Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code, ErrorCode::bad_input);
    EXPECT_EQ(time.error().text(), "'" + std::string(text) + "' is not an RFC 3339 time");
  }
}

TEST(Rfc3339, NowReadsBack)
{
  const auto now = wall_now();
  EXPECT_EQ(parse_rfc3339(to_rfc3339(now)).value(), now);
}

TEST(ParseDuration, ReadsGoDurations)
{
  const std::array<std::pair<const char*, Duration>, 10> cases{{{"0", 0ms},
                                                                {"0s", 0ms},
                                                                {"90s", 90s},
                                                                {"1h30m", 90min},
                                                                {"1h0m0s", 1h},
                                                                {"250ms", 250ms},
                                                                {"1.5h", 90min},
                                                                {".5s", 500ms},
                                                                {"1m500ms", 60'500ms},
                                                                {"876000h", 876'000h}}};
  for (const auto& [text, expected] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(*duration, expected) << text;
  }
}

TEST(ParseDuration, RefusesEachMalformation)
{
  for (const auto* text :
       {"",     "1",     "s",       "-1s",  "+1s",       "1 s",      "1s ",    "1d",    "1h30", "1e3s", "1..5s", ".s",
        "nans", "nanms", "nan(1)s", "infs", "infinityh", "1000000h", "1e400s", "0x10s", "1,5s", "00",   "1h-30m"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::bad_input);
    EXPECT_EQ(duration.error().text(), "'" + std::string(text) + "' is not a duration");
    EXPECT_EQ(duration.error().hint, "write it as 90s, 1h30m or 250ms");
  }
}

TEST(ToText, ChoosesTheUnit)
{
  EXPECT_EQ(to_text(0ms), "0 ms");
  EXPECT_EQ(to_text(850ms), "850 ms");
  EXPECT_EQ(to_text(4200ms), "4.2 s");
  EXPECT_EQ(to_text(59'999ms), "59.9 s");
  EXPECT_EQ(to_text(60s), "1 min 0 s");
  EXPECT_EQ(to_text(185s), "3 min 5 s");
  EXPECT_EQ(to_text(3'720s), "1 h 2 min");
}

} // namespace
} // namespace streamgate
