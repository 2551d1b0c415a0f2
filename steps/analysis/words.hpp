// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

// What a single word of a failure's text is, by its letters alone.
namespace streamgate::analysis {

constexpr bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c)
{
  return c >= 'a' && c <= 'z';
}
constexpr bool is_alnum(char c)
{
  return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z');
}

// Return true when `word` is not empty and has nothing but digits.
bool all_digits(std::string_view word);

// Return true for a date, a time of day, both, or a duration: "2026-11-22T13:44:27.5Z", "13:44", "1m30.5s".
bool is_time(std::string_view word);

// Return true for the name of a month or of a day of the week, or klog's severity and day ("E1122"): these belong to
// the time beside them.
bool is_calendar(std::string_view word);

// Return true for a month's name.
bool is_month(std::string_view word);

// Return true for what follows a time: a time zone ("UTC", "+0000"), AM or PM.
bool is_zone(std::string_view word);

// Return true for an IPv4 address with or without a port, or an IPv6 address.
bool is_address(std::string_view word);

// Return true for a placeholder of the normal form: "UNIQ" and a number.
bool is_placeholder(std::string_view word);

} // namespace streamgate::analysis
