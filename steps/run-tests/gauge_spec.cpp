// SPDX-License-Identifier: Apache-2.0
#include "gauge_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace streamgate::run_tests {
namespace {

std::string_view trim(std::string_view text)
{
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text)
{
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool all_of(std::string_view line, char c)
{
  return !line.empty() && line.find_first_not_of(c) == std::string_view::npos;
}

// The tags behind "tags:" or "tags :", or nothing when the line is none of these.
std::optional<std::string_view> tags_line(std::string_view line)
{
  const auto start = lower(line.substr(0, 6));
  if (start.starts_with("tags:")) return line.substr(5);
  if (start.starts_with("tags :")) return line.substr(6);
  return std::nullopt;
}

void add_tags(std::string_view list, std::vector<std::string>& to)
{
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto tag = trim(list.substr(0, comma));
    if (!tag.empty()) to.emplace_back(tag);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

// Reads a spec line by line, in the order in which Gauge's lexer asks what a line is.
class SpecReader {
public:
  void line(std::string_view raw)
  {
    const auto line = trim(raw);
    ++m_line;
    if (m_in_text_block) {
      m_in_text_block = line != R"(""")";
      return;
    }
    const bool after_step = m_after_step;
    const auto comment = std::exchange(m_comment, std::string());
    m_after_step = false;
    if (line.empty()) return ending_tags();
    if (line.starts_with("##") && !line.starts_with("###")) return scenario(trim(line.substr(2)), m_line);
    if (line.starts_with("#") && !line.starts_with("##")) return spec(trim(line.substr(1)));
    if (all_of(line, '=') && !comment.empty()) return spec(comment);
    if (all_of(line, '-') && !comment.empty()) return scenario(comment, m_line - 1);
    if (after_step && line == R"(""")") {
      m_in_text_block = true;
      return;
    }
    if (line.starts_with("*") && !line.starts_with("**")) {
      ending_tags();
      m_after_step = true;
      return;
    }
    const auto tags = tags_line(line);
    if (tags || m_in_tags) {
      add_tags(m_in_tags ? line : *tags, target());
      m_in_tags = line.ends_with(',');
      return;
    }
    const bool table = line.starts_with('|') || lower(line).starts_with("table:");
    if (!table && !all_of(line, '_')) m_comment = line;
  }
  Spec take() { return std::move(m_spec); }

private:
  void ending_tags() { m_in_tags = false; }
  void spec(std::string_view heading)
  {
    ending_tags();
    if (m_spec.heading.empty()) m_spec.heading = heading;
  }
  void scenario(std::string_view heading, std::int64_t line)
  {
    ending_tags();
    m_spec.scenarios.push_back({.heading = std::string(heading), .line = line, .tags = {}});
  }
  std::vector<std::string>& target() { return m_spec.scenarios.empty() ? m_spec.tags : m_spec.scenarios.back().tags; }

  Spec m_spec;
  std::int64_t m_line = 0;
  std::string m_comment; // the line before, when an underline would make it a heading
  bool m_in_tags = false;
  bool m_after_step = false;
  bool m_in_text_block = false;
};

constexpr std::string_view k_operators = "&|!()";

// or := and ('|' and)*   and := not ('&' not)*   not := '!' not | '(' or ')' | tag
class Evaluator {
public:
  Evaluator(std::string_view text, const std::set<std::string>& tags) : m_text(text), m_tags(tags) {}
  // The value, or nothing when the text is no expression.
  std::optional<bool> value()
  {
    const bool out = any();
    if (!m_good || m_at != m_text.size()) return std::nullopt;
    return out;
  }

private:
  bool take(char c)
  {
    if (m_at >= m_text.size() || m_text[m_at] != c) return false;
    ++m_at;
    return true;
  }
  bool any()
  {
    bool out = all();
    while (take('|')) out = all() || out;
    return out;
  }
  bool all()
  {
    bool out = negated();
    while (take('&')) out = negated() && out;
    return out;
  }
  bool negated()
  {
    constexpr int k_deepest = 200;
    if (++m_depth > k_deepest) m_good = false;
    bool out = false;
    if (!m_good) return out;
    if (take('!')) {
      out = !negated();
    } else if (take('(')) {
      out = any();
      m_good = m_good && take(')');
    } else {
      const auto end = std::min(m_text.find_first_of(k_operators, m_at), m_text.size());
      m_good = m_good && end > m_at;
      out = m_tags.contains(std::string(m_text.substr(m_at, end - m_at)));
      m_at = end;
    }
    --m_depth;
    return out;
  }

  std::string_view m_text;
  const std::set<std::string>& m_tags;
  std::size_t m_at = 0;
  int m_depth = 0;
  bool m_good = true;
};

std::string folded(std::string_view text, CaseSensitive case_sensitive)
{
  auto out = case_sensitive == CaseSensitive::yes ? std::string(text) : lower(text);
  std::erase(out, ' ');
  return out;
}

} // namespace

Spec parse_spec(std::string_view text)
{
  constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(k_byte_order_mark)) text.remove_prefix(k_byte_order_mark.size());
  SpecReader reader;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

Result<TagExpression> TagExpression::parse(std::string_view text, CaseSensitive case_sensitive)
{
  std::string simple;
  for (const char c : folded(text, case_sensitive)) {
    const char one = c == ',' ? '&' : c;
    if ((one == '&' || one == '|') && simple.ends_with(one)) continue; // && and ||
    simple += one;
  }
  if (!simple.empty() && !Evaluator(simple, {}).value()) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a tag expression", text),
                "join tags by & | ! and parentheses, for example: smoke & !slow");
  }
  return TagExpression(std::move(simple), case_sensitive);
}

bool TagExpression::matches(const std::vector<std::string>& tags) const
{
  if (m_text.empty()) return true;
  std::set<std::string> known;
  for (const auto& tag : tags) known.insert(folded(tag, m_case));
  return Evaluator(m_text, known).value().value_or(false);
}

} // namespace streamgate::run_tests
