// SPDX-License-Identifier: Apache-2.0
#include "categorize/folding.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace streamgate::categorize {
namespace {

constexpr bool is_capital(char c)
{
  return c >= 'A' && c <= 'Z';
}

// Makes the letters of a pattern small where that is plain: literals, classes without names, escapes of one letter.
class Folder {
public:
  explicit Folder(std::string_view pattern) : m_rest(pattern) {}

  // Nothing when there is more in the pattern.
  std::optional<std::string> fold()
  {
    while (!m_rest.empty()) {
      const char c = m_rest.front();
      const bool good = c == '\\' ? escape() : c == '[' ? begin_class() : c == '(' ? group() : literal();
      if (!good) return std::nullopt;
    }
    return std::move(m_out);
  }

private:
  bool starts_with(std::string_view text) const { return m_rest.starts_with(text); }
  void keep(std::size_t size)
  {
    m_out.append(m_rest.substr(0, size));
    m_rest.remove_prefix(size);
  }
  bool literal()
  {
    const char c = m_rest.front();
    m_rest.remove_prefix(1);
    m_out += ascii::lower(c);
    return static_cast<unsigned char>(c) < 0x80;
  }
  bool escape()
  {
    // Classes and borders, blanks, and what is no letter or digit.
    constexpr std::string_view k_letters = "dDsSwWbBntrfv";
    if (m_rest.size() < 2) return false;
    const char c = m_rest[1];
    const bool letter = is_capital(ascii::lower(c) == c ? static_cast<char>(c - 'a' + 'A') : c);
    if (letter ? !k_letters.contains(c) : (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) return false;
    keep(2);
    return true;
  }
  bool group()
  {
    if (starts_with("(?") && !starts_with("(?:")) return false;
    keep(1);
    return true;
  }
  // A range of capitals alone, or without any.
  static bool range_folds(char first, char last)
  {
    return first <= last && last != '\\' && ((is_capital(first) && is_capital(last)) || last < 'A' || first > 'Z');
  }
  bool begin_class()
  {
    keep(starts_with("[^") ? 2 : 1);
    if (starts_with("]")) keep(1); // the first is a member
    while (!m_rest.empty() && m_rest.front() != ']') {
      if (m_rest.front() == '[') return false; // perhaps [:alpha:]
      if (m_rest.front() == '\\') {
        if (!escape()) return false;
        continue;
      }
      const bool range = m_rest.size() > 2 && m_rest[1] == '-' && m_rest[2] != ']';
      if (range && !range_folds(m_rest[0], m_rest[2])) return false;
      if (!literal()) return false;
      if (range) {
        keep(1);
        if (!literal()) return false;
      }
    }
    return !m_rest.empty() && (keep(1), true);
  }

  std::string_view m_rest;
  std::string m_out;
};

} // namespace

void FoldedText::assign(std::string_view text)
{
  m_original = text;
  m_folded.resize(text.size());
  std::ranges::transform(text, m_folded.begin(), [](char c) { return ascii::lower(c); });
}

std::optional<std::string> folded_pattern(std::string_view pattern)
{
  return Folder(pattern).fold();
}

} // namespace streamgate::categorize
