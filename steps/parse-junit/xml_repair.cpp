// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/xml_repair.hpp"

#include "parse-junit/bytes.hpp"
#include "parse-junit/xml_encoding.hpp"

#include <algorithm>
#include <array>

namespace streamgate::parse_junit {
namespace {

constexpr char k_escape = '\x1b';
constexpr std::size_t k_step = sizeof(Bytes16);
// No sense has a longer reference or colour sequence; what is carried from piece to piece stays short.
constexpr std::ptrdiff_t k_longest_token = 32;

bool is_forbidden(char c)
{
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// True for the code points that expat refuses, as a character and as a reference.
bool is_forbidden(std::uint32_t code)
{
  const bool control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
  return control || (code >= 0xD800 && code <= 0xDFFF) || code == 0xFFFE || code == 0xFFFF || code > 0x10FFFF;
}

// The bytes that are never as they should be without a closer look: control characters, and what is not ASCII.
Bytes16 odd(Bytes16 bytes)
{
  // As signed numbers, what is not ASCII is less than a blank too.
  using Signed16 = signed char __attribute__((vector_size(16)));
  const Bytes16 blank = (bytes == '\t') | (bytes == '\n') | (bytes == '\r');
  return Bytes16(Signed16(bytes) < 0x20) & ~blank;
}

// Those, and "&#", "<!" and "<?"; `next` is one byte further on.
Bytes16 marks(Bytes16 bytes, Bytes16 next)
{
  const Bytes16 reference = (bytes == '&') & (next == '#');
  const Bytes16 section = (bytes == '<') & ((next == '!') | (next == '?'));
  return odd(bytes) | reference | section;
}

// The same within a section, which a '>' may end.
Bytes16 marks_in_section(Bytes16 bytes)
{
  return odd(bytes) | (bytes == '>');
}

// Return the end of the parameters and the letter of a colour sequence that `at` begins behind the escape, `at` when
// there is none, nullptr when the text ends too early to say.
const char* skip_colour(const char* at, const char* end, bool last)
{
  if (at == end) return last ? at : nullptr;
  if (*at != '[') return at;
  const char* const stop = end - at > k_longest_token ? at + k_longest_token : end;
  const char* letter = std::find_if(at + 1, stop, [](char c) { return !(c >= '0' && c <= ';') && c != '?'; });
  if (letter == stop) return stop == end && !last ? nullptr : at;
  return *letter >= '@' && *letter <= '~' ? letter + 1 : at;
}

// Read one character. `size` 0: the text ends within it; `code` of what is no UTF-8 is that of U+10FFFF and beyond.
struct Character {
  std::uint32_t code;
  std::size_t size;
};
Character character(std::string_view text)
{
  constexpr Character k_bad{0x110000, 1};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(0);
  const std::size_t size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
  if (size == 1) return k_bad;
  std::uint32_t code = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (i == text.size()) return {code, 0};
    if ((byte(i) & 0xC0U) != 0x80U) return k_bad;
    // Too long for what they say, surrogates, beyond Unicode: the second byte tells.
    const bool odd = i == 1 && ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
                                (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F));
    if (odd) return k_bad;
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  return {code, size};
}

// A reference by number at the begin of a text.
struct Reference {
  enum State { no, cut, yes } state = no; // cut: the text ends within what may be one
  std::uint32_t code = 0;
  std::size_t size = 0;
};
Reference read_reference(std::string_view text)
{
  constexpr std::uint32_t k_too_large = 0x110000;
  if (text.size() < 3) return {std::string_view("&#").starts_with(text.substr(0, 2)) ? Reference::cut : Reference::no};
  if (text[1] != '#') return {};
  const bool hex = text[2] == 'x';
  const std::uint32_t base = hex ? 16 : 10;
  std::uint32_t code = 0;
  const std::size_t first = hex ? 3 : 2;
  for (auto i = first; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ';') return i == first ? Reference{} : Reference{Reference::yes, code, i + 1};
    const bool digit = c >= '0' && c <= '9';
    const char letter = static_cast<char>(c | 0x20);
    if (!digit && !(hex && letter >= 'a' && letter <= 'f')) return {};
    code = std::min(code * base + static_cast<std::uint32_t>(digit ? c - '0' : letter - 'a' + 10), k_too_large);
  }
  return {Reference::cut};
}

} // namespace

// Return the end of the blocks from `at` on that hold nothing of interest.
const char* XmlRepair::skip_plain(const char* at) const
{
  if (m_section == Section::none) {
    for (; static_cast<std::size_t>(m_end - at) > 4 * k_step; at += 4 * k_step) {
      const auto found = marks(load16(at), load16(at + 1)) | marks(load16(at + 16), load16(at + 17)) |
                         marks(load16(at + 32), load16(at + 33)) | marks(load16(at + 48), load16(at + 49));
      if (any(found)) break;
    }
    for (; static_cast<std::size_t>(m_end - at) > k_step; at += k_step) {
      if (any(marks(load16(at), load16(at + 1)))) break;
    }
    return at;
  }
  for (; static_cast<std::size_t>(m_end - at) > k_step; at += k_step) {
    if (any(marks_in_section(load16(at)))) break;
  }
  return at;
}

std::string_view XmlRepair::pass(std::string_view piece, bool last)
{
  std::string_view text = piece;
  if (!m_carry.empty()) {
    m_in.assign(m_carry).append(piece);
    m_carry.clear();
    text = m_in;
  }
  m_begin = text.data();
  m_end = m_begin + text.size();
  m_changed = false;
  const char* at = m_begin;
  while (at != m_end) {
    const char* const plain = skip_plain(at);
    at = keep(at, static_cast<std::size_t>(plain - at));
    const char* const stop = static_cast<std::size_t>(m_end - at) > k_step ? at + k_step : m_end;
    const char* next = at;
    while (at < stop && (next = step(at, last)) != nullptr) at = next;
    if (next == nullptr) {
      m_carry.assign(at, m_end);
      break;
    }
  }
  const char one = before(at, 2);
  m_before[1] = before(at, 1);
  m_before[0] = one;
  return m_changed ? std::string_view(m_out) : text.substr(0, static_cast<std::size_t>(at - m_begin));
}

// Give the text from `at` on as it is; return its end.
const char* XmlRepair::keep(const char* at, std::size_t size)
{
  if (m_changed) m_out.append(at, size);
  return at + size;
}

// Return where to put what comes in the place of the text from `at` on.
std::string& XmlRepair::change(const char* at)
{
  if (!m_changed) m_out.assign(m_begin, at);
  m_changed = true;
  return m_out;
}

// The character that was given `back` characters before the one at `at`.
char XmlRepair::before(const char* at, std::size_t back) const
{
  const auto given = m_changed ? m_out.size() : static_cast<std::size_t>(at - m_begin);
  if (given < back) return m_before[2 - (back - given)];
  return m_changed ? m_out[given - back] : m_begin[given - back];
}

// Take what begins at `at`, and return what follows; nullptr when only the next piece can tell.
const char* XmlRepair::step(const char* at, bool last)
{
  const char c = *at;
  if (static_cast<signed char>(c) < 0) return wide_character(at, last);
  if (is_forbidden(c)) return forbidden(at, at + 1, c == k_escape, last);
  if (m_section == Section::none && c == '&') return reference(at, last);
  if (m_section == Section::none && c == '<') return open_section(at, last);
  if (m_section != Section::none && c == '>') close_section(at);
  return keep(at, 1);
}

void XmlRepair::close_section(const char* at)
{
  const char one = before(at, 1);
  const char two = before(at, 2);
  const bool ends = m_section == Section::cdata     ? one == ']' && two == ']'
                    : m_section == Section::comment ? one == '-' && two == '-'
                                                    : one == '?';
  if (ends) m_section = Section::none;
}

const char* XmlRepair::open_section(const char* at, bool last)
{
  struct Opening {
    std::string_view text;
    Section section;
  };
  constexpr std::array k_openings{Opening{"<![CDATA[", Section::cdata}, Opening{"<!--", Section::comment},
                                  Opening{"<?", Section::instruction}};
  const std::string_view rest(at, static_cast<std::size_t>(m_end - at));
  for (const auto& opening : k_openings) {
    if (rest.starts_with(opening.text)) {
      m_section = opening.section;
      return keep(at, opening.text.size());
    }
    if (!last && opening.text.starts_with(rest)) return nullptr;
  }
  return keep(at, 1);
}

const char* XmlRepair::reference(const char* at, bool last)
{
  const char* const stop = m_end - at > k_longest_token ? at + k_longest_token : m_end;
  const bool may_go_on = stop == m_end && !last;
  const auto found = read_reference({at, static_cast<std::size_t>(stop - at)});
  if (found.state == Reference::cut && may_go_on) return nullptr;
  if (found.state != Reference::yes || !is_forbidden(found.code)) return keep(at, 1);
  return forbidden(at, at + found.size, found.code == static_cast<std::uint32_t>(k_escape), last);
}

// Take a control character or a reference to one, which ends at `behind`.
const char* XmlRepair::forbidden(const char* at, const char* behind, bool escape, bool last)
{
  const char* const after = escape ? skip_colour(behind, m_end, last) : behind;
  if (after == nullptr) return nullptr;
  auto& out = change(at);
  if (after == behind) out += '?';
  ++m_repaired;
  return after;
}

const char* XmlRepair::wide_character(const char* at, bool last)
{
  const auto [code, size] = character({at, static_cast<std::size_t>(m_end - at)});
  if (size == 0 && !last) return nullptr;
  if (size > 1 && !is_forbidden(code)) return keep(at, size);
  ++m_repaired;
  append_utf8(change(at), size > 1 ? 0xFFFD : windows_1252(static_cast<unsigned char>(*at)));
  return at + std::max<std::size_t>(size, 1);
}

} // namespace streamgate::parse_junit
