// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "has_double.hpp"

namespace streamgate::fuzz {
namespace {

void check_quote(std::string_view input)
{
  const auto parsed = json::parse(json::quote(input), "quoted");
  expect(parsed.has_value() || input.find('\0') != std::string_view::npos, "a quoted text is JSON");
  if (parsed) expect(json::text(*parsed, {}) == utf8::repair(input), "quoting keeps a text");
}

} // namespace

void fuzz(std::string_view input)
{
  check_quote(input);
  const auto parsed = json::parse(input, "input");
  if (!parsed) return;
  for (const auto& text : {json::dump(*parsed), json::dump_pretty(*parsed)}) {
    const auto again = json::parse(text, "printed");
    expect(again.has_value(), "what is printed is JSON");
    if (!has_double(*parsed)) expect(*again == *parsed, "parsing what is printed gives the same value");
  }
  const auto last = input.find_last_of("]}");
  if (parsed->IsObject() || parsed->IsArray())
    expect(!json::parse(input.substr(0, last), "cut"), "a text that is cut is not JSON");
}

} // namespace streamgate::fuzz
