// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

namespace streamgate::redact {
namespace {

constexpr std::string_view k_mark = "[redacted]";
constexpr std::size_t k_shortest_secret = 6;

std::mutex g_mutex;
std::vector<std::string> g_secrets; // longest first, so that one that holds another goes as a whole

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool word(char c) { return digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-'; }
bool blank(char c) { return c == ' ' || c == '\t'; }
bool token68(char c) { return word(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '='; }

bool starts_with_nocase(std::string_view text, std::string_view prefix)
{
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower, lower);
}

template <class Predicate>
std::size_t run_of(std::string_view text, Predicate predicate)
{
  return static_cast<std::size_t>(std::ranges::find_if_not(text, predicate) - text.begin());
}

// A secret found at the start of a text: `keep` bytes stay, the next `hide` bytes go.
struct Found {
  std::size_t keep = 0;
  std::size_t hide = 0;
};

// A prefix that only tokens have, and how many token characters must follow.
struct Prefix {
  std::string_view text;
  std::size_t least;
};
constexpr std::array k_prefixes{
  Prefix{"ghp_", 20},  Prefix{"gho_", 20},  Prefix{"ghu_", 20},   Prefix{"ghs_", 20},  Prefix{"ghr_", 20},
  Prefix{"github_pat_", 20}, Prefix{"glpat-", 16}, Prefix{"xoxb-", 10}, Prefix{"xoxp-", 10}, Prefix{"xoxa-", 10},
  Prefix{"xoxr-", 10}, Prefix{"xapp-", 10}, Prefix{"sha256~", 20}, Prefix{"AKIA", 16}, Prefix{"ASIA", 16},
};

Found token_shape(std::string_view text)
{
  for (const auto& prefix : k_prefixes) {
    if (!text.starts_with(prefix.text)) continue;
    const auto length = run_of(text.substr(prefix.text.size()), word);
    if (length >= prefix.least) return {0, prefix.text.size() + length};
  }
  return {};
}

// header.payload.signature in base64url; the header of every JWT starts with eyJ.
Found jwt(std::string_view text)
{
  if (!text.starts_with("eyJ")) return {};
  const auto header = run_of(text, word);
  if (header < 10 || header >= text.size() || text[header] != '.') return {};
  const auto payload = run_of(text.substr(header + 1), word);
  if (payload < 10) return {};
  const auto end = header + 1 + payload;
  const auto signature = end < text.size() && text[end] == '.' ? 1 + run_of(text.substr(end + 1), word) : 0;
  return {0, end + signature};
}

// user:password@ and token@ behind "://"; a bare user name of ssh stays.
Found url_userinfo(std::string_view text)
{
  if (!text.starts_with("://")) return {};
  const auto rest = text.substr(3);
  const auto end = run_of(rest, [](char c) { return c > ' ' && c != '/' && c != '@' && c != '"' && c != '\'' && c != '<'; });
  if (end == 0 || end >= rest.size() || rest[end] != '@') return {};
  const bool bare = rest.substr(0, end).find(':') == std::string_view::npos;
  return bare && end < 16 ? Found{} : Found{3, end};
}

Found authorization(std::string_view text)
{
  for (const std::string_view name : {"authorization", "proxy-authorization", "x-api-key", "private-token"}) {
    if (!starts_with_nocase(text, name)) continue;
    auto at = name.size();
    at += run_of(text.substr(at), [](char c) { return c == '"' || c == '\'' || c == ':' || c == '=' || blank(c); });
    if (at == name.size()) return {};
    const auto value = run_of(text.substr(at), [](char c) { return c != '\n' && c != '\r' && c != '"' && c != '\''; });
    return value == 0 ? Found{} : Found{at, value};
  }
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    if (!starts_with_nocase(text, scheme)) continue;
    const auto value = run_of(text.substr(scheme.size()), token68);
    return value < 12 ? Found{} : Found{scheme.size(), value};
  }
  return {};
}

Found slack_hook(std::string_view text)
{
  constexpr std::string_view k_host = "hooks.slack.com/";
  if (!text.starts_with(k_host)) return {};
  return {k_host.size(), run_of(text.substr(k_host.size()), token68)};
}

Found pem_key(std::string_view text)
{
  if (!text.starts_with("-----BEGIN ")) return {};
  const auto line = text.substr(0, 64);
  if (line.find("PRIVATE KEY-----") == std::string_view::npos) return {};
  const auto end = text.find("-----END ");
  if (end == std::string_view::npos) return {0, text.size()};
  const auto tail = text.find("-----", end + 9);
  return {0, tail == std::string_view::npos ? text.size() : tail + 5};
}

// password=x, "password": "x", --token=x. A colon is taken only for the names that nobody uses in prose.
Found pair(std::string_view text)
{
  struct Name {
    std::string_view text;
    bool colon;
  };
  constexpr std::array k_names{Name{"password", true},       Name{"passwd", true},      Name{"client_secret", true},
                               Name{"client-secret", true},  Name{"access_token", true}, Name{"refresh_token", true},
                               Name{"api_key", true},        Name{"apikey", true},      Name{"\"auth\"", true},
                               Name{"\"identitytoken\"", true}, Name{"token", false},   Name{"secret", false}};
  for (const auto& name : k_names) {
    if (!starts_with_nocase(text, name.text)) continue;
    auto at = name.text.size();
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
    at += run_of(text.substr(at), blank);
    if (at >= text.size() || (text[at] != '=' && !(name.colon && text[at] == ':'))) return {};
    ++at;
    at += run_of(text.substr(at), [](char c) { return blank(c) || c == '"' || c == '\''; });
    const auto value = run_of(text.substr(at), [](char c) {
      return c > ' ' && c != '"' && c != '\'' && c != ',' && c != ';' && c != '&' && c != ')' && c != '}';
    });
    const bool marked = text.substr(at).starts_with(k_mark);
    return value < k_shortest_secret || marked ? Found{} : Found{at, value};
  }
  return {};
}

// Look for a secret that starts at the first byte of `text`; `before` is the byte in front of it.
Found secret_at(std::string_view text, char before)
{
  const bool inside_word = word(before) && before != '-' && before != '_';
  switch (lower(text.front())) {
  case ':': return url_userinfo(text);
  case 'e': return inside_word ? Found{} : jwt(text);
  case '-': return pem_key(text);
  case '"': return pair(text);
  case 'a': {
    const auto found = inside_word ? Found{} : authorization(text);
    if (found.hide > 0) return found;
    const auto token = inside_word ? Found{} : token_shape(text);
    return token.hide > 0 || inside_word ? token : pair(text);
  }
  case 'b':
  case 'x': {
    if (inside_word) return {};
    const auto found = authorization(text);
    return found.hide > 0 ? found : token_shape(text);
  }
  case 'g': return inside_word ? Found{} : token_shape(text);
  case 'h': return slack_hook(text);
  case 'p': {
    if (inside_word) return {};
    const auto found = authorization(text);
    return found.hide > 0 ? found : pair(text);
  }
  case 's': {
    const auto found = inside_word ? Found{} : token_shape(text);
    return found.hide > 0 ? found : pair(text);
  }
  case 'c':
  case 'r':
  case 't': return pair(text);
  default: return {};
  }
}

std::string clean_shapes(std::string_view text)
{
  std::string out;
  std::size_t done = 0; // everything before it is in `out`
  for (std::size_t i = 0; i < text.size();) {
    const auto found = secret_at(text.substr(i), i == 0 ? ' ' : text[i - 1]);
    if (found.hide == 0) {
      ++i;
      continue;
    }
    out.append(text.substr(done, i - done + found.keep)).append(k_mark);
    i += found.keep + found.hide;
    done = i;
  }
  return out.append(text.substr(done));
}

std::string base64(std::string_view text)
{
  constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8U | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    const auto digits = std::min<std::size_t>(text.size() - i, 3) + 1;
    for (std::size_t k = 0; k < 4; ++k) out += k < digits ? k_digits[bits >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::string percent(std::string_view text)
{
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (word(c) || c == '.' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += k_hex[byte >> 4U];
      out += k_hex[byte & 15U];
    }
  }
  return out;
}

} // namespace

void remember(std::string_view secret)
{
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.remove_suffix(1);
  if (secret.size() < k_shortest_secret) return;
  const std::lock_guard lock(g_mutex);
  for (auto& form : {std::string(secret), base64(secret), percent(secret)}) {
    if (std::ranges::find(g_secrets, form) == g_secrets.end()) g_secrets.push_back(form);
  }
  std::ranges::sort(g_secrets, std::ranges::greater{}, &std::string::size);
}

std::string clean(std::string_view text)
{
  std::string known(text);
  {
    const std::lock_guard lock(g_mutex);
    for (const auto& secret : g_secrets) {
      for (auto at = known.find(secret); at != std::string::npos; at = known.find(secret, at + k_mark.size())) {
        known.replace(at, secret.size(), k_mark);
      }
    }
  }
  return clean_shapes(known);
}

void forget_all()
{
  const std::lock_guard lock(g_mutex);
  g_secrets.clear();
}

} // namespace streamgate::redact
