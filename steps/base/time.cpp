// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace streamgate {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::system_clock;
using std::chrono::year;
using std::chrono::year_month_day;

// Read exactly `digits` decimal digits at the start of `text` and drop them; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits)
{
  if (text.size() < digits) return -1;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted)
{
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// Read ".123456" as whole milliseconds; nothing there is 0, and -1 a stop without digits.
int take_fraction(std::string_view& text)
{
  if (!take(text, '.')) return 0;
  int value = 0;
  int scale = 100;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    value += scale * (text[digits] - '0');
    scale /= 10;
    ++digits;
  }
  text.remove_prefix(digits);
  return digits == 0 ? -1 : value;
}

// Read "Z" or "+02:00" as minutes; nothing when it is neither.
std::optional<minutes> take_offset(std::string_view& text)
{
  if (take(text, 'Z') || take(text, 'z')) return minutes(0);
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const int hour = take_number(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return minutes(sign * (hour * 60 + minute));
}

} // namespace

WallTime wall_now()
{
  return floor<milliseconds>(system_clock::now());
}

std::string to_rfc3339(WallTime time)
{
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) out += fmt::format(".{:03}", clock.subseconds().count());
  return out + "Z";
}

Result<WallTime> parse_rfc3339(std::string_view text)
{
  std::string_view rest = text;
  const int y = take_number(rest, 4);
  const bool dash1 = take(rest, '-');
  const int m = take_number(rest, 2);
  const bool dash2 = take(rest, '-');
  const int d = take_number(rest, 2);
  const bool t = take(rest, 'T') || take(rest, 't') || take(rest, ' ');
  const int h = take_number(rest, 2);
  const bool colon1 = take(rest, ':');
  const int min = take_number(rest, 2);
  const bool colon2 = take(rest, ':');
  const int s = take_number(rest, 2);
  const int ms = take_fraction(rest);
  const auto offset = take_offset(rest);
  const bool form = dash1 && dash2 && t && colon1 && colon2 && offset && rest.empty() && y >= 0 && m >= 0 && d >= 0;
  const bool range = form && h >= 0 && h < 24 && min >= 0 && min < 60 && s >= 0 && s <= 60 && ms >= 0;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  const auto bad = [&] { return fail(ErrorCode::bad_input, fmt::format("'{}' is not an RFC 3339 time", text)); };
  if (!range || !date.ok()) return bad();
  const auto time = sys_days(date) + hours(h) + minutes(min) + seconds(s) + milliseconds(ms) - *offset;
  // An offset or a leap second may lead to a year that has no four digits.
  if (time < sys_days(year(0) / 1 / 1) || time >= sys_days(year(10000) / 1 / 1)) return bad();
  return time;
}

Result<Duration> parse_duration(std::string_view text)
{
  struct Unit {
    std::string_view name;
    double ms;
  };
  constexpr std::array k_units{Unit{"ms", 1}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}};
  const auto bad = [&] {
    return fail(ErrorCode::bad_input, fmt::format("'{}' is not a duration", text), "write it as 90s, 1h30m or 250ms");
  };
  if (text == "0") return Duration(0);
  if (text.empty()) return bad();
  double total = 0;
  for (std::string_view rest = text; !rest.empty();) {
    // from_chars takes "nan", "inf" and "-" too.
    if (rest.front() != '.' && (rest.front() < '0' || rest.front() > '9')) return bad();
    double number = 0;
    const auto [end, problem] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    if (problem != std::errc{}) return bad();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    bool known = false;
    for (const auto& unit : k_units) {
      if (known || !rest.starts_with(unit.name)) continue;
      total += number * unit.ms;
      rest.remove_prefix(unit.name.size());
      known = true;
    }
    constexpr double k_century_ms = 100.0 * 365 * 24 * 3'600'000;
    if (!known || total > k_century_ms) return bad();
  }
  return Duration(std::llround(total));
}

std::string to_text(Duration duration)
{
  const auto ms = duration.count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 60'000) return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
  const auto all_seconds = ms / 1000;
  if (all_seconds < 3600) return fmt::format("{} min {} s", all_seconds / 60, all_seconds % 60);
  return fmt::format("{} h {} min", all_seconds / 3600, all_seconds / 60 % 60);
}

} // namespace streamgate
