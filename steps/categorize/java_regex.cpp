// SPDX-License-Identifier: Apache-2.0
#include "categorize/java_regex.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace streamgate::categorize {
namespace {

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

// ASCII that RE2 gives a meaning to, and other ASCII that may stand behind a backslash as itself.
bool is_sign(char c)
{
  const char lower = ascii::lower(c);
  return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f && !is_digit(c) && c != '_' &&
         (lower < 'a' || lower > 'z');
}

// Goes through a Java pattern once. What both mean the same is passed on; RE2 itself refuses the rest of what it lacks.
// Source: the documentation of java.util.regex.Pattern.
class Translator {
public:
  explicit Translator(std::string_view java) : m_java(java) {}

  Result<std::string> run()
  {
    while (m_at < m_java.size()) SG_TRY(step());
    return "\\A(?s-i:" + m_out + ")\\z";
  }

private:
  bool next_is(std::string_view text) const { return m_java.substr(m_at).starts_with(text); }

  std::unexpected<Error> refuse(std::string_view what) const
  {
    return fail(ErrorCode::bad_input, fmt::format("RE2 has no {}, at character {} of '{}'", what, m_at + 1, m_java));
  }

  void pass(std::size_t count)
  {
    m_out += m_java.substr(m_at, count);
    m_at += count;
  }

  // Put `out` in the place of `count` characters.
  Status put(std::size_t count, std::string_view out)
  {
    m_out += out;
    m_at += count;
    return {};
  }

  Status step()
  {
    const char c = m_java[m_at];
    if (c == '\\') return escape();
    if (m_in_class) return in_class(c);
    if (c == '[') {
      m_in_class = true;
      pass(next_is("[^") ? 2 : 1);
      if (next_is("]")) return put(1, "\\]");
      return {};
    }
    if (c == '(') return group();
    if (c == '*' || c == '+' || c == '?' || c == '}') {
      pass(1);
      if (next_is("+")) return refuse("possessive quantifiers");
      if (next_is("?")) pass(1);
      return {};
    }
    pass(1);
    return {};
  }

  Status in_class(char c)
  {
    if (c == '[') return refuse("class within a class");
    if (next_is("&&")) return refuse("intersection of classes");
    if (c == ']') m_in_class = false;
    pass(1);
    return {};
  }

  Status group()
  {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> k_absent{{{"(?=", "lookahead"},
                                                                                     {"(?!", "lookahead"},
                                                                                     {"(?<=", "lookbehind"},
                                                                                     {"(?<!", "lookbehind"},
                                                                                     {"(?>", "atomic groups"}}};
    for (const auto& [start, what] : k_absent) {
      if (next_is(start)) return refuse(what);
    }
    if (next_is("(?<")) return put(3, "(?P<");
    pass(next_is("(?") ? 2 : 1); // not a quantifier
    return {};
  }

  Status escape()
  {
    if (m_at + 1 == m_java.size()) return refuse("escape of nothing");
    const char c = m_java[m_at + 1];
    if (c == 'Q') return quotation();
    if (c == '0') return octal();
    if (is_digit(c) || c == 'k') return refuse("back references");
    if (c == 'u') return code_unit();
    if (c == 'h') return set("\\t \\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}");
    if (c == 'v') return set("\\n\\x0b\\f\\r\\x{85}\\x{2028}\\x{2029}");
    if (c == 's') return set("\\t\\n\\x0b\\f\\r ");
    if (c == 'e') return put(2, "\\x1b");
    if (c == 'p' || c == 'P') return property(c == 'P');
    pass(2);
    return {};
  }

  Status set(std::string_view members)
  {
    return put(2, m_in_class ? std::string(members) : fmt::format("[{}]", members));
  }

  Status quotation()
  {
    const auto end = m_java.find("\\E", m_at);
    const auto quoted = m_java.substr(m_at + 2, end == std::string_view::npos ? end : end - m_at - 2);
    for (const char c : quoted) {
      if (is_sign(c)) m_out += '\\';
      m_out += c;
    }
    m_at = end == std::string_view::npos ? m_java.size() : end + 2;
    return {};
  }

  // \0n, \0nn, \0mnn
  Status octal()
  {
    unsigned value = 0;
    std::size_t count = 0;
    const auto digits = m_java.substr(m_at + 2);
    while (count < 3 && count < digits.size() && digits[count] >= '0' && digits[count] <= '7' && value * 8 < 256) {
      value = value * 8 + static_cast<unsigned>(digits[count++] - '0');
    }
    if (count == 0) return refuse("escape \\0 without digits");
    return put(2 + count, fmt::format("\\x{{{:x}}}", value));
  }

  Status code_unit()
  {
    const auto digits = m_java.substr(m_at + 2, 4);
    if (digits.size() < 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
      return refuse("escape \\u without four digits");
    return put(6, fmt::format("\\x{{{}}}", digits));
  }

  // Java's names of POSIX's classes. \p{L}, \pL and \p{IsLatin} are Unicode's.
  Status property(bool negated)
  {
    constexpr std::array<std::string_view, 13> k_posix{"Lower", "Upper", "ASCII", "Alpha", "Digit",  "Alnum", "Punct",
                                                       "Graph", "Print", "Blank", "Cntrl", "XDigit", "Space"};
    for (const auto name : k_posix) {
      if (!m_java.substr(m_at + 2).starts_with(fmt::format("{{{}}}", name))) continue;
      const auto inner = fmt::format("[:{}{}:]", negated ? "^" : "", ascii::lower(std::string(name)));
      return put(4 + name.size(), m_in_class ? inner : "[" + inner + "]");
    }
    if (m_java.substr(m_at + 2).starts_with("{Is")) {
      m_out += m_java.substr(m_at, 3);
      m_at += 5;
      return {};
    }
    pass(2);
    return {};
  }

  std::string_view m_java;
  std::size_t m_at = 0;
  bool m_in_class = false;
  std::string m_out;
};

} // namespace

Result<std::string> from_java_regex(std::string_view java)
{
  return Translator(java).run();
}

} // namespace streamgate::categorize
