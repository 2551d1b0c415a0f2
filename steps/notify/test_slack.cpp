// SPDX-License-Identifier: Apache-2.0
#include "notify/test_slack.hpp"

#include "base/json.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::notify::test {
namespace {

// Slack counts as JavaScript does: UTF-16 units.
std::size_t units(std::string_view text)
{
  std::size_t out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) out += byte >= 0xF0 ? 2 : 1;
  }
  return out;
}

// Every & begins one of three escapes; every <...> is a link or an allowed mention.
std::string markup_problem(std::string_view text, const std::vector<std::string>& allowed)
{
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto rest = text.substr(at);
    if (rest[0] == '&' && !rest.starts_with("&amp;") && !rest.starts_with("&lt;") && !rest.starts_with("&gt;"))
      return fmt::format("a bare & at \"{}\"", rest.substr(0, 20));
    if (rest[0] == '>') return fmt::format("a bare > at \"{}\"", rest.substr(0, 20));
    if (rest[0] != '<') continue;
    const auto end = rest.find('>');
    if (end == std::string_view::npos) return "a < without its >";
    const auto inner = rest.substr(0, end + 1);
    if (!inner.starts_with("<http") && std::ranges::find(allowed, inner) == allowed.end())
      return fmt::format("{} is not allowed", inner);
    at += end;
  }
  return {};
}

std::string text_problem(const json::Value& text, std::size_t limit, const std::vector<std::string>& allowed)
{
  const auto value = json::text(text, {"text"});
  if (json::text(text, {"type"}) != "mrkdwn") return "invalid_blocks: type of a text";
  if (value.empty() || units(value) > limit)
    return fmt::format("invalid_blocks: a text of {} characters", units(value));
  if (!json::flag(text, {"verbatim"})) return "not verbatim";
  return markup_problem(value, allowed);
}

std::string block_problem(const json::Value& block, const std::vector<std::string>& allowed)
{
  const auto* text = json::find(block, {"text"});
  const auto* fields = json::find(block, {"fields"});
  if (json::text(block, {"type"}) != "section") return "invalid_blocks: type";
  if (text == nullptr && fields == nullptr) return "invalid_blocks: neither text nor fields";
  if (text != nullptr) {
    if (auto problem = text_problem(*text, 3000, allowed); !problem.empty()) return problem;
  }
  if (fields == nullptr) return {};
  if (!fields->IsArray() || fields->Empty() || fields->Size() > 10) return "invalid_blocks: number of fields";
  for (const auto& field : fields->GetArray()) {
    if (auto problem = text_problem(field, 2000, allowed); !problem.empty()) return problem;
  }
  return {};
}

} // namespace

std::string slack_problem(const std::string& body, const std::vector<std::string>& allowed_mentions)
{
  if (!utf8::valid(body)) return "invalid_payload: not UTF-8";
  const auto message = json::parse(body, "message");
  if (!message || !message->IsObject()) return "invalid_payload";
  const auto text = json::text(*message, {"text"});
  if (text.empty()) return "no_text";
  if (units(text) > 4000) return "msg_too_long";
  if (auto problem = markup_problem(text, allowed_mentions); !problem.empty()) return problem;
  const auto* attachments = json::find(*message, {"attachments"});
  if (attachments == nullptr) return {};
  std::size_t blocks = 0;
  std::size_t characters = 0;
  for (const auto& attachment : attachments->GetArray()) {
    const auto* list = json::find(attachment, {"blocks"});
    if (list == nullptr || !list->IsArray() || list->Empty()) return "invalid_blocks: none";
    for (const auto& block : list->GetArray()) {
      ++blocks;
      characters += units(json::dump(block)) + 125; // what one more divider was seen to cost
      if (auto problem = block_problem(block, allowed_mentions); !problem.empty()) return problem;
    }
  }
  if (blocks > 50) return "invalid_blocks: more than 50";
  return characters > 13'172 ? "msg_blocks_too_long" : "";
}

SlackServer::SlackServer() : m_server([this](const Got& got) { return answer(got); }) {}

Answer SlackServer::answer(const Got& got)
{
  if (!first.empty()) {
    const auto out = first.front();
    first.pop_front();
    return out;
  }
  if (got.method != "POST" || got.path != k_path) return {404, "no_service"};
  if (got.headers.contains("content-type") && got.headers.at("content-type") != "application/json")
    return {400, "invalid_payload"};
  if (const auto problem = slack_problem(got.body, {"<@U0OWNER>"}); !problem.empty())
    return {400, problem.substr(0, problem.find(':'))};
  taken.push_back(got.body);
  return {200, "ok"};
}

} // namespace streamgate::notify::test
