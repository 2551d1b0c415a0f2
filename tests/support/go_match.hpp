// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

// What go's own testing package makes of -run and -skip (src/testing/match.go), for tests of the patterns that we give.
namespace streamgate::test {

namespace go {

using Levels = std::vector<std::string>;

// A pattern's alternatives, each with an expression for every level; splitRegexp there.
inline std::vector<Levels> split_pattern(std::string_view text)
{
  std::vector<Levels> out(1, Levels(1));
  int brackets = 0;
  int parentheses = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    auto& last = out.back().back();
    const bool outside = brackets == 0 && parentheses == 0;
    if (c == '/' && outside) {
      out.back().emplace_back();
      continue;
    }
    if (c == '|' && outside) {
      out.emplace_back(1);
      continue;
    }
    if (c == '[') ++brackets;
    if (c == ']') brackets = std::max(brackets - 1, 0);
    if (c == '(' && brackets == 0) ++parentheses;
    if (c == ')' && brackets == 0) --parentheses;
    last += c;
    if (c == '\\' && i + 1 < text.size()) last += text[++i];
  }
  return out;
}

inline Levels split_name(std::string_view name)
{
  Levels out;
  for (;;) {
    const auto slash = name.find('/');
    out.emplace_back(name.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    name.remove_prefix(slash + 1);
  }
}

enum class Match { no, partial, whole };

// How the first alternative that fits does: for levels that one of both does not have, nothing is asked.
inline Match match(std::string_view pattern, std::string_view name)
{
  const auto levels = split_name(name);
  for (const auto& alternative : split_pattern(pattern)) {
    const auto both = std::min(levels.size(), alternative.size());
    bool fits = true;
    for (std::size_t i = 0; i < both && fits; ++i) fits = RE2::PartialMatch(levels[i], RE2(alternative[i], RE2::Quiet));
    if (fits) return levels.size() < alternative.size() ? Match::partial : Match::whole;
  }
  return Match::no;
}

} // namespace go

// Return true when go runs a test of that name, its parents being run, with `-run run -skip skip` ("" for none).
inline bool go_would_run(std::string_view run, std::string_view skip, std::string_view name)
{
  if (!run.empty() && go::match(run, name) == go::Match::no) return false;
  return skip.empty() || go::match(skip, name) != go::Match::whole;
}

} // namespace streamgate::test
