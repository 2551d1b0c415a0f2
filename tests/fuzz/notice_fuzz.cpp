// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "notify/slack.hpp"
#include "notify/target.hpp"
#include "notify/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace streamgate::fuzz {
namespace {

void texts(std::string_view input)
{
  constexpr std::size_t k_limit = 64;
  const auto line = notify::one_line(input, k_limit);
  expect(line.size() <= k_limit && utf8::valid(line), "a line is bounded and UTF-8");
  expect(std::ranges::none_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
         "a line has no control characters");
  const auto slack = notify::slack_text(line, k_limit);
  expect(slack.size() <= k_limit && utf8::valid(slack), "a text for Slack is bounded and UTF-8");
  expect(slack.find_first_of("<>") == std::string::npos, "a text for Slack has no markup");
  const auto span = notify::code_span(line);
  const auto fence = span.find_first_not_of('`');
  expect(line.empty() || (fence != std::string::npos && line.find(std::string(fence, '`')) == std::string::npos),
         "a fence is not in its text");
}

} // namespace

// A text, an owner's mention, and a component's repository, all of one input.
void fuzz(std::string_view input)
{
  texts(input);
  if (const auto mentions = notify::slack::parse_mentions({std::string(input)})) {
    const auto& mention = mentions->begin()->second;
    expect(mention.starts_with("<@") || mention.starts_with("<!subteam^"), "a mention is a user's or a group's");
    expect(std::ranges::count(mention, '<') == 1 && std::ranges::count(mention, '>') == 1, "a mention is one");
  }
  record::Plan plan;
  plan.components.emplace_back();
  plan.components[0].repository = input;
  plan.components[0].commit = std::string(40, 'a');
  const auto target = notify::find_target({}, plan);
  if (!target) return;
  constexpr std::array<std::string_view, 4> k_apis{"https://api.github.com", "https://gitlab.com/api/v4",
                                                   "https://codeberg.org/api/v1", "https://gitea.com/api/v1"};
  expect(std::ranges::find(k_apis, target->api) != k_apis.end(), "a token goes to a forge that is known");
  const auto whole = "/" + target->repository + "/";
  expect(whole.find("/../") == std::string::npos && whole.find("//") == std::string::npos, "a path stays in the API");
}

} // namespace streamgate::fuzz
