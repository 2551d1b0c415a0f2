// SPDX-License-Identifier: Apache-2.0
#include "analysis/normalise.hpp"

#include "analysis/line.hpp"
#include "analysis/shape.hpp"
#include "analysis/words.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace streamgate::analysis {
namespace {

constexpr std::size_t k_longest_input = std::size_t{32} << 10U;
constexpr std::string_view k_ellipsis = "\xE2\x80\xA6";

// The bytes of an escape sequence behind its ESC (ECMA-48): "[31m", "]0;title" up to BEL or ESC \, or one letter.
std::size_t escape_length(std::string_view text)
{
  if (text.empty()) return 0;
  if (text[0] == '[') {
    const auto end = std::ranges::find_if(text.substr(1), [](char c) { return c < ' ' || (c >= '@' && c <= '~'); });
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length < text.size() && text[length] >= '@' ? length + 1 : length;
  }
  if (text[0] == ']') {
    const auto end = text.find_first_of("\a\x1b\n");
    return end == std::string_view::npos ? text.size() : end + (text[end] == '\a' ? 1 : 0);
  }
  return text[0] >= '@' && text[0] <= '~' ? 1 : 0;
}

// Valid UTF-8 with no control characters but line ends and blanks.
std::string clean(std::string_view text)
{
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\x1b') i += escape_length(text.substr(i + 1));
    else if (c == '\r' || c == '\n') out += '\n';
    else if (c == '\t' || c == '\v' || c == '\f') out += ' ';
    else if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') out += c;
  }
  out = utf8::repair(out);
  // go-cmp draws whether it prints a blank or one that does not break.
  constexpr std::string_view fixed_blank = "\xC2\xA0";
  for (auto at = out.find(fixed_blank); at != std::string::npos; at = out.find(fixed_blank, at))
    out.replace(at, fixed_blank.size(), "  ");
  return out;
}

// "    init_test.go:35: " in front of what a Go test says.
std::string_view without_location(std::string_view line)
{
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const auto file = line.find(".go:");
  if (file == 0 || file == std::string_view::npos ||
      line.substr(0, file).find_first_of(" \"'(") != std::string_view::npos)
    return line;
  auto rest = line.substr(file + 4);
  const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
  rest.remove_prefix(digits);
  if (digits == 0 || (rest != ":" && !rest.starts_with(": "))) return line;
  return rest.substr(1);
}

// The first lines and the last ones, together within the limit.
void shorten(std::vector<std::string>& lines)
{
  constexpr std::size_t k_head = k_longest_normal * 3 / 4 - k_longest_line - 8;
  constexpr std::size_t k_tail = k_longest_normal / 4;
  std::size_t total = 0;
  for (const auto& line : lines) total += line.size() + 1;
  if (total <= k_longest_normal) return;
  std::size_t first = 0;
  for (std::size_t used = 0; used <= k_head; ++first) used += lines[first].size() + 1;
  auto last = lines.size();
  for (std::size_t used = 0; last > first && (used += lines[last - 1].size() + 1) <= k_tail;) --last;
  const auto at = lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(first),
                              lines.begin() + static_cast<std::ptrdiff_t>(last));
  lines.insert(at, std::string(k_ellipsis));
}

// Number the placeholders that are left by their first occurrence.
std::string renumber(std::string_view text)
{
  Values values;
  std::string out;
  while (!text.empty()) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_alnum) - text.begin());
    const auto word = text.substr(0, end);
    if (is_placeholder(word)) out += values.placeholder(word);
    else out += word;
    text.remove_prefix(end);
    const auto next = static_cast<std::size_t>(std::ranges::find_if(text, is_alnum) - text.begin());
    out += text.substr(0, next);
    text.remove_prefix(next);
  }
  return out;
}

std::string pass(std::string_view text)
{
  Values values;
  std::vector<std::string> lines;
  std::unordered_set<std::string> said;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = normal_line(without_location(text.substr(0, end)), values);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && said.insert(joined(shape_of(line))).second) lines.push_back(std::move(line));
  }
  shorten(lines);
  std::string out;
  for (const auto& line : lines) out.append(out.empty() ? "" : "\n").append(line);
  return renumber(out);
}

} // namespace

std::string normalise(std::string_view text)
{
  // What one pass leaves can be something that the next one takes: a name beside a kind that came near by a cut.
  constexpr int k_passes = 6;
  auto out = pass(clean(text.substr(0, k_longest_input)));
  for (int i = 1; i < k_passes; ++i) {
    auto next = pass(out);
    if (next == out && out.size() <= k_longest_normal) return out;
    out = std::move(next);
  }
  return std::string(k_unsettled);
}

} // namespace streamgate::analysis
