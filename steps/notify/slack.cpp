// SPDX-License-Identifier: Apache-2.0
#include "notify/slack.hpp"

#include "notify/text.hpp"
#include "notify/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace streamgate::notify::slack {
namespace {

using record::Notification;
using record::VerdictWord;

// Bytes of JSON that the blocks of one message may have. A block counts for more than its JSON: a divider was seen to
// count for 125.
constexpr std::size_t k_blocks_bytes = 11'500;
constexpr std::size_t k_block_overhead = 130;
constexpr std::size_t k_most_blocks = 45;
constexpr std::size_t k_tail_bytes = 3'000; // of the blocks that end the last message
constexpr std::size_t k_most_mentions = 10;
constexpr std::size_t k_most_fields = 10;

Block section(std::string text)
{
  return {.text = Text{.text = std::move(text)}};
}

std::size_t cost(const Block& block)
{
  return to_json(block).size() + k_block_overhead;
}

std::string_view colour(VerdictWord verdict)
{
  if (verdict == VerdictWord::passed) return "#2E7D32";
  return verdict == VerdictWord::error ? "#F57C00" : "#D32F2F";
}

std::string headline(const Notification& notification)
{
  return fmt::format("{}: {}", slack_text(notification.gate, 100), slack_text(headline_words(notification), 400));
}

std::string owners_line(const Notification& notification, const Mentions& mentions)
{
  std::set<std::string> seen;
  std::string out;
  for (const auto& failure : notification.failures) {
    const auto found = mentions.find(failure.owner);
    if (!failure.fresh || found == mentions.end() || seen.size() == k_most_mentions) continue;
    if (seen.insert(found->second).second) out += " " + found->second;
  }
  return out;
}

Text field(std::string_view name, std::string_view value)
{
  return {.text = fmt::format("*{}*\n{}", slack_text(name, 40), value.empty() ? "-" : slack_text(value, 120))};
}

Block table(const Notification& notification)
{
  std::vector<Text> out{field("Run", notification.run), field("Suite", notification.suite),
                        field("Tests", counts_words(notification.counts))};
  if (notification.previous)
    out.push_back(
        field("Last run", fmt::format("{}: {}", name_of(notification.previous->verdict), notification.previous->run)));
  for (const auto& component : notification.components) {
    if (out.size() == k_most_fields) break;
    out.push_back(field(component.name, component_words(component)));
  }
  return {.lines = std::move(out)};
}

std::string reasons_text(const Notification& notification)
{
  constexpr std::size_t k_most = 5;
  std::string out = "*Why*";
  for (std::size_t i = 0; i < std::min(k_most, notification.reasons.size()); ++i) {
    out += fmt::format("\n• {}", slack_text(notification.reasons[i].text, 250));
  }
  if (notification.reasons.size() > k_most) out += fmt::format("\n… and {} more", notification.reasons.size() - k_most);
  return out;
}

std::vector<Block> head(const Notification& notification)
{
  std::vector<Block> out{
      section(fmt::format("*{}*\n{}", headline(notification), slack_text(notification.summary, 700))),
      table(notification)};
  if (!notification.reasons.empty()) out.push_back(section(reasons_text(notification)));
  return out;
}

Block row(const record::NotifiedFailure& failure)
{
  return section(fmt::format("*{}*\n{}\n{}", slack_text(failure.id, 300), slack_text(failure_words(failure), 400),
                             slack_text(failure.message, 500)));
}

// The blocks that end the last message.
std::vector<Block> tail(const Notification& notification, std::int64_t not_shown)
{
  std::vector<Block> out;
  std::string more;
  const auto old = old_failures(notification);
  if (not_shown > 0) more += fmt::format("… and {} more new failures. ", not_shown);
  if (old > 0) more += fmt::format("Failures that are not new: {}", old);
  if (!more.empty()) out.push_back(section(more));
  if (!notification.url.empty())
    out.push_back(section(fmt::format("<{}|The run>", slack_text(notification.url, 2000))));
  return out;
}

bool is_mention(std::string_view text)
{
  const auto is_id = [](std::string_view id) {
    return id.size() > 1 && id.size() < 40 &&
           std::ranges::all_of(id, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  };
  if (!text.ends_with('>')) return false;
  text.remove_suffix(1);
  if (text.starts_with("<@U") || text.starts_with("<@W")) return is_id(text.substr(2));
  constexpr std::string_view k_group = "<!subteam^";
  return text.starts_with(k_group) && is_id(text.substr(k_group.size())) && text[k_group.size()] == 'S';
}

bool refused_for_blocks(const http::Response& response)
{
  return response.status == 400 &&
         (response.body.find("blocks") != std::string::npos || response.body.find("attachments") != std::string::npos);
}

Result<http::Response> post(Sender& sender, const std::string& url, const Message& message)
{
  return sender.send({.method = "POST", .url = url, .body = to_json(message)});
}

Status check(const http::Response& answer)
{
  if (!answer.good()) {
    return std::unexpected(
        error_of(answer, "Slack").advise("see whether the webhook still exists and its channel is not archived"));
  }
  // What stands between may answer 200 in Slack's place.
  if (one_line(answer.body, 100) == "ok") return {};
  return fail(ErrorCode::bad_input, fmt::format("Slack answered {} without its \"ok\"", answer.status),
              "the file must hold the address of an incoming webhook");
}

} // namespace

Result<Mentions> parse_mentions(const std::vector<std::string>& items)
{
  Mentions out;
  for (const auto& item : items) {
    const auto equals = item.rfind('=');
    if (equals == std::string::npos || equals == 0 || !is_mention(std::string_view(item).substr(equals + 1))) {
      return fail(ErrorCode::usage,
                  fmt::format("--owner-mention '{}' is not OWNER=<@USER> or OWNER=<!subteam^GROUP>", item),
                  "for example --owner-mention 'pipelines=<!subteam^S0123ABCD>'");
    }
    out[item.substr(0, equals)] = item.substr(equals + 1);
  }
  return out;
}

std::vector<Message> render(const Notification& notification, const Mentions& mentions)
{
  std::vector<std::vector<Block>> pages{head(notification)};
  std::size_t used = 0;
  for (const auto& block : pages.front()) used += cost(block);
  const auto fits = [&](const Block& block) {
    // The tail must fit in whichever page comes to be the last.
    return pages.back().size() < k_most_blocks && used + cost(block) + k_tail_bytes <= k_blocks_bytes;
  };
  std::int64_t shown = 0;
  for (const auto& failure : notification.failures) {
    if (!failure.fresh) break;
    auto block = row(failure);
    if (!fits(block)) {
      if (pages.size() == k_most_messages) break;
      pages.emplace_back();
      used = 0;
    }
    used += cost(block);
    pages.back().push_back(std::move(block));
    ++shown;
  }
  for (auto& block : tail(notification, notification.new_failures - shown)) pages.back().push_back(std::move(block));

  std::vector<Message> out;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto part = pages.size() == 1 ? "" : fmt::format(" ({} of {})", i + 1, pages.size());
    const auto owners = i == 0 ? owners_line(notification, mentions) : "";
    out.push_back(
        {.text = headline(notification) + part + owners,
         .attachments = std::vector{Attachment{std::string(colour(notification.verdict)), std::move(pages[i])}}});
  }
  return out;
}

Message plain(const Notification& notification, const Mentions& mentions)
{
  std::string text = fmt::format("{}{}\n{}\n", headline(notification), owners_line(notification, mentions),
                                 slack_text(notification.summary, 600));
  std::int64_t shown = 0;
  for (const auto& failure : notification.failures) {
    if (!failure.fresh || shown == 5) break;
    text += fmt::format("• {}\n", slack_text(failure.id, 200));
    ++shown;
  }
  if (const auto all = notification.new_failures; all > shown)
    text += fmt::format("… and {} more new failures\n", all - shown);
  if (!notification.url.empty()) text += fmt::format("<{}>", slack_text(notification.url, 1000));
  return {.text = std::move(text)};
}

Result<std::string> send(Sender& sender, const std::string& url, const std::vector<Message>& messages,
                         const Message& fallback)
{
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto what = fmt::format("message {} of {}", i + 1, messages.size());
    SG_TRY_ASSIGN(const auto answer, during(post(sender, url, messages[i]), what));
    if (refused_for_blocks(answer)) {
      const auto why = error_of(answer, "Slack").message;
      const auto instead = fmt::format("in plain text, because {}", why);
      SG_TRY_ASSIGN(const auto second, during(post(sender, url, fallback), instead));
      SG_TRY(during(check(second), instead));
      return fmt::format("{} of {} messages and one {}", i, messages.size(), instead);
    }
    SG_TRY(during(check(answer), what));
  }
  return messages.size() == 1 ? "1 message" : fmt::format("{} messages", messages.size());
}

} // namespace streamgate::notify::slack
