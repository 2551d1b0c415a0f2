// SPDX-License-Identifier: Apache-2.0
#include "analysis/line.hpp"

#include "analysis/words.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

namespace streamgate::analysis {
namespace {

constexpr std::string_view k_ellipsis = "\xE2\x80\xA6";

// A word, and what stands between it and the word before.
struct Word {
  std::string before;
  std::string raw;
  std::string text = {};
  bool dropped = false;
};

struct Line {
  std::vector<Word> words;
  std::string after;
};

bool is_word_char(char c)
{
  return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("-_.:/@+%").find(c) != std::string_view::npos;
}

bool is_quote(char c)
{
  return c == '"' || c == '\'' || c == '`';
}

// Between words little is kept: one blank, three of a kind, no backslashes in front of a quote.
void add_between(std::string& between, char c)
{
  constexpr std::size_t k_longest = 16;
  const bool blank = c == ' ';
  if (is_quote(c)) between.erase(between.find_last_not_of('\\') + 1);
  if (between.size() >= k_longest || between.ends_with(std::string(blank ? 1 : 3, c))) return;
  between += c;
}

Line split_line(std::string_view text)
{
  Line out;
  std::string between;
  while (!text.empty()) {
    const auto length = static_cast<std::size_t>(std::ranges::find_if_not(text, is_word_char) - text.begin());
    const auto word = text.substr(0, length);
    if (std::ranges::any_of(word, [](char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; })) {
      out.words.push_back({std::move(between), std::string(word)});
      between.clear();
    } else {
      for (const char c : word) add_between(between, c);
    }
    text.remove_prefix(length);
    if (text.empty()) break;
    add_between(between, text[0] == '\t' ? ' ' : text[0]);
    text.remove_prefix(1);
  }
  out.after = std::move(between);
  auto& first = out.words.empty() ? out.after : out.words.front().before;
  first.erase(0, std::min(first.find_first_not_of(' '), first.size()));
  out.after.erase(out.after.find_last_not_of(' ') + 1);
  return out;
}

// A date in words around a time belongs to it: "Mon, 02 Jan 2026 15:04:05 +0000 UTC" is one TIME.
void join_times(std::vector<Word>& words)
{
  const auto is_number = [&](std::size_t i) { return words[i].raw.size() <= 4 && all_digits(words[i].raw); };
  const auto month_before = [&](std::size_t i) {
    return (i >= 1 && is_month(words[i - 1].raw)) || (i >= 2 && is_month(words[i - 2].raw));
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at].text != "TIME") continue;
    bool month = false;
    auto first = at;
    while (first > 0 && (words[first].before == " " || words[first].before == ", ")) {
      const auto& word = words[first - 1];
      const bool time = word.text == "TIME" && words[first].before == " ";
      if (word.dropped ||
          !(time || is_calendar(word.raw) || (is_number(first - 1) && (month || month_before(first - 1)))))
        break;
      month = month || is_month(word.raw);
      --first;
    }
    auto last = at;
    while (last + 1 < words.size() && words[last + 1].before == " ") {
      const auto& word = words[last + 1];
      if (word.text != "TIME" && !is_zone(word.raw) && !(month && is_number(last + 1))) break;
      ++last;
    }
    words[first].text = "TIME";
    for (auto i = first + 1; i <= last; ++i) words[i].dropped = true;
    at = last;
  }
  std::erase_if(words, [](const Word& word) { return word.dropped; });
}

// Return `name`, or both sides of "ns/name", as a placeholder, unless it is a name that says something.
std::string mask_instance(std::string_view name, Values& values)
{
  const auto slash = name.find('/');
  if (slash != std::string_view::npos)
    return mask_instance(name.substr(0, slash), values) + "/" + mask_instance(name.substr(slash + 1), values);
  return name.empty() || is_system_name(name) ? mask_word(name, values) : values.placeholder(name);
}

// "pod/name", "taskruns/a-b", but not "pods/log", which is a part of the API.
bool is_instance_path(std::string_view path)
{
  const auto slash = path.find('/');
  return slash != std::string_view::npos && slash > 0 && is_instance_kind(path.substr(0, slash)) &&
         (path[slash - 1] != 's' || path.find('-', slash) != std::string_view::npos);
}

// Whether a word behind a kind is a name: in quotes, or with a dash and nothing that names do not have.
bool is_instance_name(const Word& word)
{
  if (word.before.size() == 2 && word.before[0] == ' ' && is_quote(word.before[1])) return true;
  const auto raw = std::string_view(word.raw);
  return word.before == " " && raw.find('-') != std::string_view::npos &&
         raw.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-./:") == std::string_view::npos;
}

// pod "name", TaskRun ns/name, taskrun/name; goroutine 17, line 3: which one it was is chance.
void mask_instances(std::vector<Word>& words, Values& values)
{
  constexpr std::array<std::string_view, 4> k_numbered{"goroutine", "line", "column", "pid"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto& word = words[i];
    const auto raw = std::string_view(word.raw);
    const auto end = raw.find_last_not_of(":.,") + 1;
    const auto kind = i == 0 ? std::string_view() : std::string_view(words[i - 1].raw);
    if (is_instance_path(raw)) {
      const auto name = raw.find('/') + 1;
      word.text = word.raw.substr(0, name) + mask_instance(raw.substr(name, end - name), values) + word.raw.substr(end);
    } else if (word.before == " " && all_digits(raw.substr(0, end)) &&
               std::ranges::find(k_numbered, kind) != k_numbered.end()) {
      word.text = values.placeholder(raw.substr(0, end)) + word.raw.substr(end);
    } else if (is_instance_kind(kind.substr(0, kind.find_last_not_of(':') + 1)) && is_instance_name(word)) {
      word.text = mask_instance(raw.substr(0, end), values) + word.raw.substr(end);
    }
  }
}

std::size_t size_of(const Word& word)
{
  return word.before.size() + word.text.size();
}

// Take words out of the middle until the line fits.
void shorten(Line& line)
{
  constexpr std::size_t k_head = k_longest_line * 2 / 3;
  constexpr std::size_t k_tail = k_longest_line / 4;
  auto& words = line.words;
  std::size_t total = line.after.size();
  for (const auto& word : words) total += size_of(word);
  if (total <= k_longest_line) return;
  std::size_t first = 0;
  for (std::size_t used = 0; (used += size_of(words[first])) <= k_head;) ++first;
  auto last = words.size();
  for (std::size_t used = line.after.size(); (used += size_of(words[last - 1])) <= k_tail;) --last;
  words[first] = {first == 0 ? "" : " ", "", std::string(k_ellipsis)};
  if (last < words.size()) words[last].before = " ";
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(first) + 1,
              words.begin() + static_cast<std::ptrdiff_t>(last));
}

std::string render(const Line& line)
{
  std::string out;
  for (const auto& word : line.words) out.append(word.before).append(word.text);
  return out + line.after;
}

// Order does not matter in map[...]; Go's maps have none. Entries are compared with all placeholders equal, for numbers
// follow the order.
std::string sort_key(std::string_view entry)
{
  std::string out;
  while (!entry.empty()) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(entry, is_alnum) - entry.begin());
    const auto word = entry.substr(0, end);
    out += is_placeholder(word) ? "UNIQ" : word;
    entry.remove_prefix(end);
    if (entry.empty()) break;
    out += entry[0];
    entry.remove_prefix(1);
  }
  return out;
}

// Whether the word at the start of `text` begins an entry, "key:value"; a value can have blanks.
bool begins_entry(std::string_view text)
{
  const auto word = text.substr(0, text.find(' '));
  const auto colon = word.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < word.size();
}

std::string sort_entries(std::string_view entries)
{
  std::vector<std::pair<std::string, std::string_view>> keyed;
  int depth = 0;
  for (std::size_t begin = 0, i = 0; i <= entries.size(); ++i) {
    if (i < entries.size()) {
      depth += entries[i] == '[' ? 1 : entries[i] == ']' ? -1 : 0;
      if (entries[i] != ' ' || depth > 0 || !begins_entry(entries.substr(i + 1))) continue;
    }
    const auto entry = entries.substr(begin, i - begin);
    keyed.emplace_back(sort_key(entry), entry);
    begin = i + 1;
  }
  // Equal keys stay as they are.
  std::ranges::sort(keyed, [](const auto& a, const auto& b) {
    return std::tuple(std::string_view(a.first), a.second.begin()) <
           std::tuple(std::string_view(b.first), b.second.begin());
  });
  std::string out;
  for (const auto& [key, entry] : keyed) out.append(out.empty() ? "" : " ").append(entry);
  return out;
}

// Sort inner maps before the outer ones.
std::string sort_maps(std::string line)
{
  if (line.find("map[") == std::string::npos) return line;
  std::vector<std::size_t> open; // behind each '['
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '[') open.push_back(i + 1);
    if (line[i] != ']' || open.empty()) continue;
    const auto begin = open.back();
    open.pop_back();
    if (begin < 4 || line.compare(begin - 4, 4, "map[") != 0) continue;
    const auto sorted = sort_entries(std::string_view(line).substr(begin, i - begin));
    line.replace(begin, i - begin, sorted);
    i = begin + sorted.size();
  }
  return line;
}

} // namespace

std::string normal_line(std::string_view text, Values& values)
{
  auto line = split_line(text);
  for (auto& word : line.words) word.text = mask_word(word.raw, values);
  join_times(line.words);
  mask_instances(line.words, values);
  shorten(line);
  return sort_maps(render(line));
}

} // namespace streamgate::analysis
