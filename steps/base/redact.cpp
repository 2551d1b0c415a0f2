// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/redact_shapes.hpp"

#include <fmt/format.h>

#include <string.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace streamgate::redact {
namespace {

std::mutex g_mutex;
std::vector<std::string> g_secrets; // longest first, so that one that holds another goes as a whole

std::string base64_form(std::string_view secret)
{
  auto out = base64::encode(secret);
  out.erase(out.find_last_not_of('=') + 1);
  return out;
}

std::string url_safe(std::string base64)
{
  std::ranges::replace(base64, '+', '-');
  std::ranges::replace(base64, '/', '_');
  return base64;
}

enum class Hex { upper, lower };

std::string percent_form(std::string_view secret, Hex hex)
{
  std::string out;
  for (const char c : secret) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) out += c;
    else out += hex == Hex::upper ? fmt::format("%{:02X}", byte) : fmt::format("%{:02x}", byte);
  }
  return out;
}

std::string json_form(std::string_view secret)
{
  const auto quoted = json::quote(secret);
  return quoted.substr(1, quoted.size() - 2);
}

// What Go's encoding/json makes of the JSON form.
std::string go_json_form(std::string_view json)
{
  std::string out;
  for (const char c : json) {
    if (c == '<' || c == '>' || c == '&') out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else out += c;
  }
  return out;
}

// True between the bytes of a UTF-8 character.
bool inside_character(std::string_view text, std::size_t at)
{
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// What goes of a hit in `text`: whole characters; no half of an escape that it begins or ends in, unless nothing else
// would go.
std::pair<std::size_t, std::size_t> to_hide(std::string_view text, std::size_t at, std::size_t size)
{
  constexpr int k_most_behind_first = 3;
  auto begin = at;
  auto end = at + size;
  for (int i = 0; i < k_most_behind_first && begin > 0 && inside_character(text, begin); ++i) --begin;
  for (int i = 0; i < k_most_behind_first && inside_character(text, end); ++i) ++end;
  const auto before = rest_of_escape(text, begin);
  const auto behind = rest_of_escape(text, end);
  const auto inner_end = behind == 0 ? end : text.rfind('\\', end - 1);
  if (begin + before < inner_end) return {begin + before, inner_end};
  return {before == 0 ? begin : text.rfind('\\', begin - 1), std::min(text.size(), end + behind)};
}

std::string replace_all(std::string text, const std::string& secret)
{
  std::string out;
  std::size_t done = 0;
  for (std::size_t from = 0; from + secret.size() <= text.size();) {
    const auto* hit =
        static_cast<const char*>(::memmem(text.data() + from, text.size() - from, secret.data(), secret.size()));
    if (hit == nullptr) break;
    const auto at = static_cast<std::size_t>(hit - text.data());
    const auto [first, end] = to_hide(text, at, secret.size());
    const auto begin = std::max(first, done);
    from = at + secret.size();
    if (begin >= end) continue; // it went with the hit before
    out.append(text, done, begin - done).append(k_mark);
    done = end;
  }
  if (done == 0) return text;
  return out.append(text, done);
}

} // namespace

void remember(std::string_view secret)
{
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.remove_suffix(1);
  // A part of the mark itself would be found in every mark.
  if (secret.size() < k_shortest_secret || k_mark.find(secret) != std::string_view::npos) return;
  const auto base64 = base64_form(secret);
  const auto base64_line = base64_form(std::string(secret) + "\n");
  const auto json = json_form(secret);
  const std::lock_guard lock(g_mutex);
  for (const auto& form :
       {std::string(secret), json, go_json_form(json), percent_form(secret, Hex::upper),
        percent_form(secret, Hex::lower), base64, base64_line, url_safe(base64), url_safe(base64_line)}) {
    if (std::ranges::find(g_secrets, form) == g_secrets.end()) g_secrets.push_back(form);
  }
  std::ranges::sort(g_secrets, std::ranges::greater{}, &std::string::size);
}

std::string clean(std::string_view text)
{
  std::string known(text);
  {
    const std::lock_guard lock(g_mutex);
    for (const auto& secret : g_secrets) known = replace_all(std::move(known), secret);
  }
  return clean_shapes(known);
}

bool suspicious(std::string_view text)
{
  if (may_hold_shape(text)) return true;
  const std::lock_guard lock(g_mutex);
  return std::ranges::any_of(g_secrets,
                             [&](const std::string& secret) { return text.find(secret) != std::string_view::npos; });
}

void forget_all()
{
  const std::lock_guard lock(g_mutex);
  g_secrets.clear();
}

} // namespace streamgate::redact
