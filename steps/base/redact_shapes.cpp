// SPDX-License-Identifier: Apache-2.0
#include "base/redact_shapes.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace streamgate::redact {
namespace {

using ascii::lower;

bool digit(char c)
{
  return c >= '0' && c <= '9';
}
bool word(char c)
{
  return digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-';
}
bool blank(char c)
{
  return c == ' ' || c == '\t';
}
bool token68(char c)
{
  return word(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}
bool backslash(char c)
{
  return c == '\\';
}
bool quote(char c)
{
  return c == '"' || c == '\'';
}
bool among(char c, std::string_view set)
{
  return set.find(c) != std::string_view::npos;
}
char at_or_nul(std::string_view text, std::size_t i)
{
  return i < text.size() ? text[i] : '\0';
}

bool starts_with_nocase(std::string_view text, std::string_view prefix)
{
  return text.size() >= prefix.size() && ascii::same_nocase(text.substr(0, prefix.size()), prefix);
}

template <class Predicate>
std::size_t run_of(std::string_view text, Predicate predicate)
{
  return static_cast<std::size_t>(std::ranges::find_if_not(text, predicate) - text.begin());
}

// A secret found at the start of a text: `keep` bytes stay, the next `hide` bytes go; `wrap` goes round the mark.
struct Found {
  std::size_t keep = 0;
  std::size_t hide = 0;
  std::string_view wrap = {};
};

// --- Quoted and plain values ---

// A quote as it stands in the text: " or ' or, inside a JSON string (and strings in that), \" or \\\".
struct Quote {
  std::size_t slashes;
  char mark;
  std::size_t size() const { return slashes + 1; }
};

// A quote at the start of `text`. After an even number of backslashes it is the end of the JSON string around it.
std::optional<Quote> quote_at(std::string_view text)
{
  const auto slashes = run_of(text.substr(0, 64), backslash);
  const char mark = at_or_nul(text, slashes);
  if (!quote(mark) || (slashes > 0 && (slashes % 2 == 0 || mark == '\''))) return std::nullopt;
  return Quote{slashes, mark};
}

// How much of `text` belongs to a value that began with `open`: up to the same quote, the end of the JSON string around
// it, or the end of the line.
std::size_t quoted_length(std::string_view text, const Quote& open)
{
  std::size_t i = 0;
  while (i < text.size() && text[i] != '\n' && text[i] != '\r') {
    const auto slashes = run_of(text.substr(i), backslash);
    const char next = at_or_nul(text, i + slashes);
    if (next == '"') {
      // n quotings deep, \" of the content has 2k+1 backslashes where the quotes have k; \\ of the content has 2(k+1).
      const auto left = open.mark == '"' ? slashes % (2 * open.size()) : slashes;
      if (open.mark != '"' || left != 2 * open.slashes + 1) return i + slashes - left;
    } else if (next == '\'' && open.mark == '\'') {
      return i;
    } else if (slashes == 1 && (open.slashes > 0 || open.mark == '\'') && (next == 'n' || next == 'r')) {
      return i;
    }
    i += slashes + (slashes % 2 == 0 && slashes > 0 ? 0 : 1);
  }
  return std::min(i, text.size());
}

// How much of `text` belongs to a value without quotes, which ends at any of `ends`, at a quote and at an escaped one,
// and at an escaped end of line.
std::size_t plain_length(std::string_view text, std::string_view ends)
{
  std::size_t i = 0;
  while (i < text.size() && !quote(text[i]) && !among(text[i], ends)) {
    const auto slashes = run_of(text.substr(i), backslash);
    const char next = at_or_nul(text, i + slashes);
    if (slashes > 0 && quote(next)) return i;
    if (slashes % 2 == 1) {
      if (among(next, "nrt")) return i;
      const auto code = text.substr(std::min(text.size(), i + slashes), 5);
      for (const std::string_view end : {"u0020", "u0022", "u0026", "u0027", "u003c", "u003e"}) {
        if (starts_with_nocase(code, end)) return i;
      }
    }
    i += slashes + (slashes % 2 == 0 && slashes > 0 ? 0 : 1);
  }
  return std::min(i, text.size());
}

constexpr std::string_view k_line_ends{"\n\r<\0", 4};
constexpr std::string_view k_word_ends{" \t\n\r<>,;&)}\0", 12};

// What follows a name: `"name" : "value"`, `name=value` and the like.
struct Value {
  Found found;
  char separator = '\0';
  bool name_in_quotes = false;
};

Value value_behind(std::string_view text, std::size_t at, std::string_view ends)
{
  Value out;
  const auto name_end = quote_at(text.substr(at));
  out.name_in_quotes = name_end.has_value();
  const auto wrap = text.substr(at, name_end ? name_end->size() : 0);
  at += wrap.size();
  at += run_of(text.substr(at), blank);
  out.separator = at_or_nul(text, at);
  if (out.separator != '=' && out.separator != ':') return out;
  ++at;
  at += run_of(text.substr(at), [&](char c) { return blank(c) || (c == '[' && out.name_in_quotes); });
  const auto open = quote_at(text.substr(at));
  if (open) {
    if (name_end && name_end->slashes != open->slashes) return out; // the end of a string around the name's
    at += open->size();
    // `"message":"token=", ...`: that quote was the end of the string that the name stands in.
    const bool over = at >= text.size() || among(text[at], " \t\r\n,]}:>") || text.substr(at).starts_with("/>");
    if (over && !out.name_in_quotes) return out;
    out.found = {at, quoted_length(text.substr(at), *open)};
  } else {
    if (out.name_in_quotes && (text[at - 1] == '[' || at_or_nul(text, at) == '{' || among(at_or_nul(text, at), "\n\r")))
      return out;
    // A number in JSON: the mark needs quotes there.
    const auto behind = text.substr(std::min(at, text.size()));
    out.found = {at, plain_length(behind, out.name_in_quotes ? k_word_ends : ends), wrap};
  }
  // What was hidden before stays as it is.
  if (text.substr(std::min(at, text.size()), out.found.hide) == k_mark) out.found = {};
  return out;
}

// --- Shapes ---

// A prefix that only tokens have, and how many token characters must follow.
struct Prefix {
  std::string_view text;
  std::size_t least;
};
constexpr std::array k_prefixes{
    Prefix{"ghp_", 20},      Prefix{"gho_", 20},        Prefix{"ghu_", 20},   Prefix{"ghs_", 20},
    Prefix{"ghr_", 20},      Prefix{"github_pat_", 20}, Prefix{"glpat-", 16}, Prefix{"xoxb-", 10},
    Prefix{"xoxp-", 10},     Prefix{"xoxa-", 10},       Prefix{"xoxr-", 10},  Prefix{"xapp-", 10},
    Prefix{"dckr_pat_", 16}, Prefix{"sha256~", 20},     Prefix{"npm_", 30},   Prefix{"AIza", 30},
};

Found token_shape(std::string_view text, bool inside_word)
{
  for (const auto& prefix : k_prefixes) {
    if (!text.starts_with(prefix.text)) continue;
    const auto length = run_of(text.substr(prefix.text.size()), word);
    return length >= prefix.least ? Found{0, prefix.text.size() + length} : Found{};
  }
  if (inside_word || (!text.starts_with("AKIA") && !text.starts_with("ASIA"))) return {};
  const auto length = run_of(text, [](char c) { return digit(c) || (c >= 'A' && c <= 'Z'); });
  return length >= 20 ? Found{0, length} : Found{};
}

// A private key in base64, as in the data of a Secret: what "-----BEGIN [RSA|EC|OPENSSH ]PRIVATE KEY" begins with.
constexpr std::array<std::string_view, 4> k_base64_keys{
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFW", "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRV", "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFW",
    "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ"};

Found base64_key(std::string_view text)
{
  for (const auto& start : k_base64_keys) {
    if (text.starts_with(start)) return {0, run_of(text, token68)};
  }
  return {};
}

// user:password@ and token@ behind "://"; a bare user name of ssh stays.
Found url_userinfo(std::string_view text)
{
  const std::size_t start = text.starts_with("://") ? 3 : text.starts_with(":\\/\\/") ? 5 : 0;
  if (start == 0) return {};
  const auto run =
      text.substr(start, run_of(text.substr(start), [](char c) { return c > ' ' && !among(c, "/?#\"'<>\\"); }));
  const auto end = run.rfind('@');
  if (end == std::string_view::npos || end == 0) return {};
  const auto secret = run.substr(0, end);
  const bool bare = secret.find(':') == std::string_view::npos;
  return (bare && end < 16) || secret == k_mark ? Found{} : Found{start, end};
}

constexpr std::array<std::string_view, 5> k_headers{"authorization", "proxy-authorization", "x-api-key",
                                                    "private-token", "x-auth-token"};
constexpr std::array<std::string_view, 2> k_schemes{"bearer ", "basic "};

Found authorization(std::string_view text)
{
  for (const auto& name : k_headers) {
    if (starts_with_nocase(text, name)) return value_behind(text, name.size(), k_line_ends).found;
  }
  for (const auto& scheme : k_schemes) {
    if (!starts_with_nocase(text, scheme)) continue;
    const auto value = text.substr(scheme.size(), run_of(text.substr(scheme.size()), token68));
    // "basic authentication failed" is prose: credentials have digits or letters of both cases.
    const bool random = std::ranges::any_of(value.substr(std::min<std::size_t>(value.size(), 1)),
                                            [](char c) { return digit(c) || c != lower(c) || c == '='; });
    return value.size() < 12 || !random ? Found{} : Found{scheme.size(), value.size()};
  }
  return {};
}

Found slack_hook(std::string_view text)
{
  constexpr std::string_view k_host = "hooks.slack.com/";
  if (!text.starts_with(k_host)) return {};
  return {k_host.size(), run_of(text.substr(k_host.size()), token68)};
}

// A PEM private key, also one that was cut: up to its end line, or as far as the string around it goes.
Found pem_key(std::string_view text)
{
  constexpr std::string_view k_ends = "\"'<";
  const auto header = text.substr(0, 64);
  if (!header.starts_with("-----BEGIN ") ||
      header.substr(0, header.find_first_of(k_ends)).find("PRIVATE KEY-----") == std::string_view::npos)
    return {};
  auto key = text.substr(0, text.find_first_of(k_ends));
  while (key.size() < text.size() && key.ends_with('\\')) key.remove_suffix(1);
  const auto end = key.find("-----END ");
  const auto tail = end == std::string_view::npos ? end : key.find("-----", end + 9);
  return {0, tail == std::string_view::npos ? key.size() : tail + 5};
}

enum class Colon { always, behind_quotes, never };
struct Name {
  std::string_view text;
  Colon colon; // Where a colon is taken too: not for names that stand before one in prose.
};
constexpr std::array k_names{
    Name{"password", Colon::always},         Name{"passwd", Colon::always},
    Name{"passphrase", Colon::always},       Name{"client_secret", Colon::always},
    Name{"client-secret", Colon::always},    Name{"access_token", Colon::always},
    Name{"refresh_token", Colon::always},    Name{"api_key", Colon::always},
    Name{"apikey", Colon::always},           Name{"client-key-data", Colon::always},
    Name{"secret_key", Colon::always},       Name{"secret_access_key", Colon::always},
    Name{"dockerconfigjson", Colon::always}, Name{"auth", Colon::behind_quotes},
    Name{"token", Colon::behind_quotes},     Name{"secret", Colon::never},
};

// What follows "token:" in prose is a word or an object's name; in a configuration it is random.
bool random(std::string_view value)
{
  constexpr std::size_t k_shortest_random = 16;
  return value.size() >= k_shortest_random && run_of(value, token68) == value.size() && !value.contains('-') &&
         !value.contains('/') && std::ranges::any_of(value, digit) &&
         std::ranges::any_of(value, [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; });
}

// --password x: prose goes on with a word of small letters.
Found option_value(std::string_view text, std::size_t at)
{
  const auto blanks = run_of(text.substr(at), blank);
  const auto length = plain_length(text.substr(at + blanks), k_word_ends);
  const auto value = text.substr(at + blanks, length);
  const bool prose = std::ranges::all_of(value, [](char c) { return c >= 'a' && c <= 'z'; });
  return blanks == 0 || prose || value.starts_with('-') || value == k_mark || length < k_shortest_secret
             ? Found{}
             : Found{at + blanks, length};
}

// password=x, "password": "x", --token=x, --token x.
Found pair(std::string_view text, char before, bool is_option)
{
  for (const auto& name : k_names) {
    if (!starts_with_nocase(text, name.text)) continue;
    const auto value = value_behind(text, name.text.size(), k_word_ends);
    if (is_option && value.separator != '=' && value.separator != ':') return option_value(text, name.text.size());
    const bool by_look = value.separator == ':' && random(text.substr(value.found.keep, value.found.hide));
    const bool colon =
        name.colon == Colon::always || by_look || (name.colon == Colon::behind_quotes && value.name_in_quotes);
    if (value.separator == ':' && !colon) return {};
    if (name.text == "auth" && !by_look && (!value.name_in_quotes || !quote(before))) return {};
    return value.found.hide < k_shortest_secret ? Found{} : value.found;
  }
  return {};
}

// --- The search ---

// Five bits of each of three bytes: letters fall together with their other case. Shorter texts hold no secret.
constexpr std::size_t k_start_keys = std::size_t{1} << 15U;
constexpr std::size_t next_key(std::size_t key, char c)
{
  return (key << 5U | (static_cast<unsigned char>(c) & 31U)) % k_start_keys;
}
constexpr std::size_t start_key(std::string_view text)
{
  return next_key(next_key(next_key(0, text[0]), text[1]), text[2]);
}

// Which keys some shape starts with. Nearly all positions of nearly all texts end here, at one look-up a byte.
constexpr auto k_starts = [] {
  std::array<bool, k_start_keys> table{};
  for (const std::string_view text : {"://", ":\\/\\/", "eyJ", "-----BEGIN ", "hooks.slack.com/", "AKIA", "ASIA"})
    table[start_key(text)] = true;
  for (const auto& prefix : k_prefixes) table[start_key(prefix.text)] = true;
  for (const auto& text : k_base64_keys) table[start_key(text)] = true;
  for (const auto& text : k_headers) table[start_key(text)] = true;
  for (const auto& text : k_schemes) table[start_key(text)] = true;
  for (const auto& name : k_names) table[start_key(name.text)] = true;
  return table;
}();

// Return where from `from` on a secret may start, or the text's size.
std::size_t next_start(std::string_view text, std::size_t from)
{
  if (from + 3 > text.size()) return text.size();
  auto key = next_key(next_key(0, text[from]), text[from + 1]);
  for (std::size_t i = from + 2; i < text.size(); ++i) {
    key = next_key(key, text[i]);
    if (k_starts[key]) return i - 2;
  }
  return text.size();
}

class Scanner {
public:
  explicit Scanner(std::string_view text) : m_text(text) {}

  std::string clean()
  {
    std::string out;
    std::size_t done = 0; // everything before it is in `out`
    for (auto i = next_start(m_text, 0); i < m_text.size();) {
      const auto found = secret_at(i);
      if (found.hide == 0 || (found.keep == 0 && rest_of_escape(m_text, i) > 0)) {
        i = next_start(m_text, i + 1);
        continue;
      }
      out.append(m_text.substr(done, i - done + found.keep)).append(found.wrap).append(k_mark).append(found.wrap);
      done = i + found.keep + found.hide;
      i = next_start(m_text, done);
    }
    return out.append(m_text.substr(done));
  }

private:
  // The byte in front of `i`; a blank where that is the last letter of an escape such as \n or \u003c.
  char before(std::size_t i) const
  {
    if (i == 0) return ' ';
    const bool letter = i >= 2 && m_text[i - 2] == '\\' && among(m_text[i - 1], "nrtbf");
    const bool code = i >= 6 && m_text.substr(i - 6, 2) == "\\u";
    return letter || code ? ' ' : m_text[i - 1];
  }

  // header.payload.signature in base64url; the header of every JWT starts with eyJ.
  Found jwt(std::size_t i)
  {
    const auto text = m_text.substr(i);
    if (i < m_no_jwt_before || !text.starts_with("eyJ")) return {};
    const auto header = run_of(text, word);
    const auto payload = at_or_nul(text, header) == '.' ? run_of(text.substr(header + 1), word) : 0;
    if (header < 10 || payload < 10) {
      m_no_jwt_before = i + header; // The same word is not read again from each eyJ in it.
      return {};
    }
    const auto end = header + 1 + payload;
    return {0, end + (at_or_nul(text, end) == '.' ? 1 + run_of(text.substr(end + 1), word) : 0)};
  }

  Found secret_at(std::size_t i)
  {
    const char first = lower(m_text[i]);
    if (!among(first, ":-abcdeghlnprstx")) return {};
    const auto text = m_text.substr(i);
    if (first == ':') return url_userinfo(text);
    if (first == '-') return pem_key(text);
    const char front = before(i);
    const bool inside_word = word(front) && front != '-' && front != '_';
    Found found;
    if (first == 'e') found = inside_word ? Found{} : jwt(i);
    if (first == 'h') found = slack_hook(text);
    if (first == 'l') found = base64_key(text);
    if (among(first, "abpx") && !inside_word) found = authorization(text);
    if (found.hide == 0 && among(first, "adgnsx")) found = token_shape(text, inside_word);
    if (found.hide == 0 && among(first, "acdprst"))
      found = pair(text, front, i >= 2 && m_text.substr(i - 2, 2) == "--");
    return found;
  }

  std::string_view m_text;
  std::size_t m_no_jwt_before = 0;
};

} // namespace

std::string clean_shapes(std::string_view text)
{
  return Scanner(text).clean();
}

bool may_hold_shape(std::string_view text)
{
  return next_start(text, 0) != text.size();
}

std::size_t rest_of_escape(std::string_view text, std::size_t at)
{
  for (std::size_t back = 1; back <= std::min<std::size_t>(at, 5); ++back) {
    auto slashes = at - back;
    if (text[slashes] != '\\') continue;
    const char kind = at_or_nul(text, slashes + 1);
    const std::size_t size = kind == 'u' ? 6 : 2;
    while (slashes > 0 && text[slashes - 1] == '\\') --slashes;
    const bool escape = (at - back - slashes) % 2 == 0;
    return escape && back < size ? size - back : 0;
  }
  return 0;
}

} // namespace streamgate::redact
