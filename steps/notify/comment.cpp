// SPDX-License-Identifier: Apache-2.0
#include "notify/comment.hpp"

#include "notify/text.hpp"
#include "notify/words.hpp"

#include <fmt/format.h>

namespace streamgate::notify {
namespace {

using record::Notification;

constexpr std::size_t k_most_bytes = 60'000;
constexpr std::size_t k_tail_bytes = 500;

std::string facts(const Notification& notification)
{
  std::string out = fmt::format("- Run: {}, {}\n", code_span(notification.run), code_span(notification.time));
  if (!notification.url.empty()) out += fmt::format("- Page: <{}>\n", notification.url);
  if (!notification.suite.empty()) out += fmt::format("- Suite: {}\n", code_span(notification.suite));
  out += fmt::format("- Tests: {}\n", counts_words(notification.counts));
  for (const auto& component : notification.components) {
    out += fmt::format("- Component: {} {}\n", code_span(component.name), code_span(component_words(component)));
  }
  if (notification.previous) {
    out += fmt::format("- Last run: {}, {}\n", code_span(notification.previous->run),
                       name_of(notification.previous->verdict));
  }
  return out;
}

std::string row(const record::NotifiedFailure& failure)
{
  std::string out = fmt::format("- {}: {}", code_span(failure.id), code_span(failure_words(failure)));
  if (!failure.message.empty()) out += fmt::format("; {}", code_span(failure.message));
  return out + "\n";
}

} // namespace

std::string comment_marker(const std::string& gate)
{
  return fmt::format("<!-- streamgate:{} -->", gate);
}

std::string comment_body(const Notification& notification)
{
  std::string out = fmt::format("{}\n### {}: {}\n\n{}\n\n{}", comment_marker(notification.gate), notification.gate,
                                headline_words(notification), code_span(notification.summary), facts(notification));
  if (!notification.reasons.empty()) out += "\n#### Why\n\n";
  for (const auto& reason : notification.reasons) {
    out += fmt::format("- {}\n", code_span(reason.text));
  }
  const auto* title = "";
  std::int64_t shown = 0;
  for (const auto& failure : notification.failures) {
    const auto* its =
        failure.fresh ? "\n#### New failures\n\n" : "\n#### Failures that are known or were there before\n\n";
    std::string piece = its == title ? "" : its;
    piece += row(failure);
    if (out.size() + piece.size() + k_tail_bytes > k_most_bytes) break;
    title = its;
    out += piece;
    ++shown;
  }
  const auto rest = std::ssize(notification.failures) + notification.left_out - shown;
  if (rest > 0) out += fmt::format("\n… and {} more failures\n", rest);
  out.pop_back(); // a forge takes the last newline off
  return out;
}

} // namespace streamgate::notify
