// SPDX-License-Identifier: Apache-2.0
#include "analysis/names.hpp"

#include "analysis/random_name.hpp"
#include "analysis/words.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace streamgate::analysis {
namespace {

// A longer word is data: base64, a dump.
constexpr std::size_t k_longest_word = 128;
// From here on, letters of hex numbers are one even without a digit.
constexpr std::size_t k_hash = 12;
// Of the points and dashes in front of a word and behind it, as many stay.
constexpr std::size_t k_marks = 3;

// A part of a word, and the separator in front of it, '\0' for the first one.
struct Part {
  char before;
  std::string_view text;
};

std::vector<Part> split(std::string_view text, std::string_view separators)
{
  std::vector<Part> out;
  char before = '\0';
  for (;;) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    out.push_back({before, text.substr(0, end)});
    if (end == text.size()) return out;
    before = text[end];
    text.remove_prefix(end + 1);
  }
}

void append(std::string& out, char before, std::string_view text)
{
  if (before != '\0') out += before;
  out += text;
}

bool is_hex(std::string_view text)
{
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool has_digit(std::string_view text)
{
  return std::ranges::any_of(text, is_digit);
}

// A number too big to be a count or a code, a hash, an address.
bool is_made_up(std::string_view text)
{
  constexpr std::size_t k_big_number = 5;
  constexpr std::size_t k_short_hash = 7;    // git's
  constexpr std::size_t k_compact_time = 15; // "20261122T134427"
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) return is_hex(text.substr(2));
  if (all_digits(text)) return text.size() >= k_big_number;
  if (text.size() >= k_compact_time && is_time(text)) return true;
  return is_placeholder(text) ||
         (is_hex(text) && ((text.size() >= k_short_hash && has_digit(text)) || text.size() >= k_hash));
}

// How many parts from `at` on are one value: a UUID (RFC 9562), both ends of a pod, one made-up part; 0 for none.
std::size_t value_length(const std::vector<Part>& parts, std::size_t at)
{
  constexpr std::array<std::size_t, 5> uuid{8, 4, 4, 4, 12};
  const auto left = parts.size() - at;
  if (left >= uuid.size()) {
    std::size_t same = 0;
    while (same < uuid.size() && parts[at + same].text.size() == uuid[same] && is_hex(parts[at + same].text)) ++same;
    if (same == uuid.size()) return same;
  }
  const bool dash = parts[at].before == '-';
  // The namespaces of upstream's suites end in letters from a to z.
  const auto begin = parts[0].text;
  if (dash && at == 1 && (begin == "arendelle" || begin == "releasetest")) return 1;
  // A Deployment's pod: the hash of its replica set (from 6 letters on), and 5 letters.
  const auto hash = parts[at].text;
  if (dash && left >= 2 && hash.size() >= 6 && hash.size() <= 10 && has_digit(hash) && is_kubernetes_random(hash) &&
      is_random_suffix(parts[at + 1].text))
    return 2;
  // Suites also number their namespaces with three bytes in hex.
  const bool short_hash = hash.size() == 6 && is_hex(hash) && has_digit(hash);
  return (dash && (short_hash || is_random_suffix(hash))) || is_made_up(hash) ? 1 : 0;
}

std::string mask_name(std::string_view name, Values& values)
{
  const auto parts = split(name, "-._");
  std::string out;
  std::size_t begin = 0; // of the part in the name
  for (std::size_t i = 0; i < parts.size();) {
    const auto length = value_length(parts, i);
    auto size = parts[i].text.size();
    for (std::size_t more = 1; more < length; ++more) size += 1 + parts[i + more].text.size();
    const auto text = name.substr(begin, size);
    append(out, parts[i].before, length == 0 ? std::string(text) : values.placeholder(text));
    begin += size + 1;
    i += std::max<std::size_t>(length, 1);
  }
  return out;
}

bool is_source_file(std::string_view name)
{
  constexpr std::array<std::string_view, 12> endings{".go", ".cpp", ".cc",   ".c",  ".hpp",  ".h",
                                                     ".py", ".js",  ".java", ".ts", ".spec", ".yaml"};
  return std::ranges::any_of(endings,
                             [&](auto ending) { return name.size() > ending.size() && name.ends_with(ending); });
}

// One segment of a path or address: names with colons between them.
std::string mask_segment(std::string_view segment, Values& values)
{
  if (is_time(segment)) return "TIME";
  if (is_address(segment)) return values.placeholder(segment);
  const auto parts = split(segment, ":");
  std::string out;
  bool in_file = false; // line and column follow
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto text = parts[i].text;
    if (in_file && all_digits(text)) continue;
    in_file = is_source_file(text);
    const bool account = i >= 2 && parts[i - 1].text == "serviceaccount" && parts[i - 2].text == "system";
    if (account && !text.empty() && !is_system_name(text)) append(out, parts[i].before, values.placeholder(text));
    else if (is_time(text)) append(out, parts[i].before, "TIME");
    else append(out, parts[i].before, mask_name(text, values));
  }
  return out;
}

std::string mask_core(std::string_view core, Values& values)
{
  if (is_time(core)) return "TIME";
  const auto parts = split(core, "/@%+");
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& [before, text] = parts[i];
    // "/tmp/name", and in a path of the API "/namespaces/name".
    const bool below = i >= 1 && before == '/' && parts[i - 1].before == '/' && !text.empty();
    const bool made_up =
        below && (parts[i - 1].text == "tmp" || (is_instance_kind(parts[i - 1].text) && !is_system_name(text)));
    append(out, before, made_up ? values.placeholder(text) : mask_segment(text, values));
  }
  return out;
}

} // namespace

std::string Values::placeholder(std::string_view value)
{
  const auto [at, is_new] = m_placeholders.try_emplace(std::string(value));
  if (is_new) at->second = "UNIQ" + std::to_string(m_placeholders.size());
  return at->second;
}

std::string mask_word(std::string_view word, Values& values)
{
  // Most words by far: letters alone, and too few for a hash.
  if (word.size() < k_hash && std::ranges::none_of(word, [](char c) { return !is_alnum(c) || is_digit(c); }))
    return std::string(word);
  const auto first = std::min(word.find_first_not_of("-+."), word.size());
  const auto last = word.find_last_not_of("-+.:_%@");
  if (last == std::string_view::npos || last < first) return std::string(word);
  auto masked = mask_core(word.substr(first, last + 1 - first), values);
  if (masked.size() > k_longest_word) masked = values.placeholder(word);
  return std::string(word.substr(0, std::min(first, k_marks))) + masked + std::string(word.substr(last + 1, k_marks));
}

bool is_instance_kind(std::string_view kind)
{
  constexpr std::array<std::string_view, 9> kinds{"pod",        "taskrun", "pipelinerun", "customrun", "namespace",
                                                  "replicaset", "job",     "node",        "ns"};
  constexpr std::size_t k_longest = 12; // "pipelineruns"
  const auto plain = kind.substr(0, kind.find('.'));
  if (plain.size() > k_longest) return false;
  auto name = ascii::lower(std::string(plain));
  if (name.size() > 2 && name.ends_with('s')) name.pop_back();
  return std::ranges::find(kinds, name) != kinds.end();
}

bool is_system_name(std::string_view name)
{
  constexpr std::array<std::string_view, 4> prefixes{"tekton-", "openshift-", "kube-", "pipelines-as-code"};
  return std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

} // namespace streamgate::analysis
