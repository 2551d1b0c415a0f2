// SPDX-License-Identifier: Apache-2.0
#include "go_pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace streamgate::run_tests {
namespace {

// Split at `separator` where it is outside of brackets and parentheses, as Go's testing package does.
std::vector<std::string_view> split(std::string_view text, char separator)
{
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  int brackets = 0;
  int parentheses = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') ++i;
    else if (c == '[') ++brackets;
    else if (c == ']') brackets = std::max(brackets - 1, 0);
    else if (brackets == 0 && c == '(') ++parentheses;
    else if (brackets == 0 && c == ')') --parentheses;
    else if (c == separator && brackets == 0 && parentheses == 0) {
      out.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  out.push_back(text.substr(begin));
  return out;
}

} // namespace

GoPattern::GoPattern() = default;
GoPattern::GoPattern(GoPattern&&) noexcept = default;
GoPattern& GoPattern::operator=(GoPattern&&) noexcept = default;
GoPattern::~GoPattern() = default;

Result<GoPattern> GoPattern::parse(std::string_view text)
{
  GoPattern out;
  if (text.empty()) return out;
  for (const auto alternative : split(text, '|')) {
    const auto levels = split(alternative, '/');
    auto first = std::make_unique<re2::RE2>(levels.front(), RE2::Quiet);
    if (!first->ok()) return fail(ErrorCode::bad_input, fmt::format("pattern \"{}\": {}", text, first->error()));
    out.m_alternatives.push_back({std::move(first), levels.size() == 1});
  }
  return out;
}

bool GoPattern::runs(std::string_view test) const
{
  if (m_alternatives.empty()) return true;
  return std::ranges::any_of(m_alternatives,
                             [&](const Alternative& one) { return RE2::PartialMatch(test, *one.first); });
}

bool GoPattern::skips(std::string_view test) const
{
  // Of several that fit go asks the first.
  const auto fits =
      std::ranges::find_if(m_alternatives, [&](const Alternative& one) { return RE2::PartialMatch(test, *one.first); });
  return fits != m_alternatives.end() && fits->whole;
}

} // namespace streamgate::run_tests
