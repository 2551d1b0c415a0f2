// SPDX-License-Identifier: Apache-2.0
#include "analysis/words.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace streamgate::analysis {
namespace {

bool is_hex(char c)
{
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

template <class Predicate>
std::size_t run_of(std::string_view text, Predicate predicate)
{
  return static_cast<std::size_t>(std::ranges::find_if_not(text, predicate) - text.begin());
}

// Take `pattern` from the start of `text`, where a 0 stands for any digit; nothing when it is not there.
bool take(std::string_view& text, std::string_view pattern)
{
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i]) return false;
  }
  text.remove_prefix(pattern.size());
  return true;
}

bool take_date(std::string_view& text)
{
  return take(text, "0000-00-00") || take(text, "0000/00/00") || take(text, "00000000T") || take(text, "00/00/0000");
}

// "13:44", "13:44:27.123Z", "134427Z", "13:44:27+01:00"
bool take_clock(std::string_view& text)
{
  if (!take(text, "00:00") && !take(text, "0:00") && !take(text, "000000")) return false;
  take(text, ":00");
  if (text.starts_with('.')) {
    const auto digits = run_of(text.substr(1), is_digit);
    if (digits > 0) text.remove_prefix(1 + digits);
  }
  if (!take(text, "Z") && !take(text, "+00:00") && !take(text, "-00:00") && !take(text, "+0000")) take(text, "-0000");
  return true;
}

// As Go and people write them: "1h2m3.5s", "30sec".
bool is_duration(std::string_view text)
{
  constexpr std::array<std::string_view, 14> units{"ns", "us",   "\xC2\xB5s", "\xCE\xBCs", "msec", "mins", "min",
                                                   "ms", "secs", "sec",       "s",         "m",    "h",    "d"};
  if (text.empty()) return false;
  while (!text.empty()) {
    const auto digits = run_of(text, [](char c) { return is_digit(c) || c == '.'; });
    if (digits == 0 || !is_digit(text[0])) return false;
    text.remove_prefix(digits);
    const auto unit = std::ranges::find_if(units, [&](auto each) { return text.starts_with(each); });
    if (unit == units.end()) return false;
    text.remove_prefix(unit->size());
  }
  return true;
}

bool is_ipv4(std::string_view text)
{
  for (int group = 0; group < 4; ++group) {
    if (group > 0 && !take(text, ".")) return false;
    const auto digits = run_of(text, is_digit);
    if (digits == 0 || digits > 3) return false;
    text.remove_prefix(digits);
  }
  return text.empty() || (take(text, ":") && all_digits(text));
}

bool is_ipv6(std::string_view text)
{
  const auto colons = std::ranges::count(text, ':');
  return run_of(text, [](char c) { return is_hex(c) || c == ':' || c == '.'; }) == text.size() && colons >= 2 &&
         (colons == 7 || text.find("::") != std::string_view::npos) && std::ranges::any_of(text, is_hex);
}

} // namespace

bool all_digits(std::string_view word)
{
  return !word.empty() && std::ranges::all_of(word, is_digit);
}

bool is_time(std::string_view word)
{
  auto rest = word;
  if (take_date(rest)) {
    if (rest.empty()) return true;
    if (!take(rest, "T") && !take(rest, "_") && word[8] != 'T') return false;
    return take_clock(rest) && rest.empty();
  }
  return (word.find(':') != std::string_view::npos && take_clock(rest) && rest.empty()) || is_duration(word);
}

bool is_month(std::string_view word)
{
  constexpr std::array<std::string_view, 23> months{"Jan",     "Feb",       "Mar",     "Apr",      "May",     "Jun",
                                                    "Jul",     "Aug",       "Sep",     "Oct",      "Nov",     "Dec",
                                                    "January", "February",  "March",   "April",    "June",    "July",
                                                    "August",  "September", "October", "November", "December"};
  return std::ranges::find(months, word) != months.end();
}

bool is_calendar(std::string_view word)
{
  constexpr std::array<std::string_view, 14> days{"Mon",      "Tue",    "Wed",      "Thu",     "Fri",
                                                  "Sat",      "Sun",    "Monday",   "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday", "Sunday"};
  constexpr std::string_view severities = "IWEF";
  const bool klog =
      word.size() == 5 && severities.find(word[0]) != std::string_view::npos && all_digits(word.substr(1));
  return klog || is_month(word) || std::ranges::find(days, word) != days.end();
}

bool is_zone(std::string_view word)
{
  constexpr std::array<std::string_view, 9> zones{"UTC", "GMT", "CET", "CEST", "EST", "EDT", "MST", "AM", "PM"};
  if (std::ranges::find(zones, word) != zones.end()) return true;
  return word.size() == 5 && (word[0] == '+' || word[0] == '-') && all_digits(word.substr(1));
}

bool is_address(std::string_view word)
{
  return is_ipv4(word) || is_ipv6(word);
}

bool is_placeholder(std::string_view word)
{
  return word.starts_with("UNIQ") && all_digits(word.substr(4));
}

} // namespace streamgate::analysis
