// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/xml_encoding.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace streamgate::parse_junit {
namespace {

// No declaration is longer.
constexpr std::size_t k_longest_head = 1024;

// Return the encoding that an XML declaration names, in lower case; "" when it names none.
std::string declared(std::string_view declaration)
{
  auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const auto end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) return {};
  return ascii::lower(std::string(declaration.substr(at + 1, end - at - 1)));
}

} // namespace

void append_utf8(std::string& out, char32_t code)
{
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::int64_t Utf16::unit(std::string& out, char32_t value)
{
  std::int64_t bad = 0;
  const bool low = value >= 0xDC00 && value <= 0xDFFF;
  if (m_surrogate != 0) {
    if (low) {
      append_utf8(out, 0x10000 + ((m_surrogate - 0xD800) << 10U) + (value - 0xDC00));
      m_surrogate = 0;
      return 0;
    }
    append_utf8(out, 0xFFFD);
    m_surrogate = 0;
    ++bad;
  }
  if (value >= 0xD800 && value <= 0xDBFF) {
    m_surrogate = value;
    return bad;
  }
  append_utf8(out, low ? 0xFFFD : value);
  return bad + (low ? 1 : 0);
}

std::int64_t Utf16::append(std::string& out, std::string_view text, bool last)
{
  std::int64_t bad = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (m_half < 0) {
      m_half = byte;
      continue;
    }
    const auto first = static_cast<unsigned>(m_half);
    bad += unit(out, m_big_endian ? (first << 8U) | byte : (static_cast<unsigned>(byte) << 8U) | first);
    m_half = -1;
  }
  if (!last || (m_half < 0 && m_surrogate == 0)) return bad;
  append_utf8(out, 0xFFFD); // the file ends within a character
  return bad + 1;
}

// Return false when more of the file must be seen.
bool XmlDecoder::decide(std::string_view head, bool last)
{
  using namespace std::string_view_literals;
  head = head.substr(0, k_longest_head);
  const bool enough = last || head.size() == k_longest_head;
  if (head.size() < 4 && !last) return false;
  // Four bytes a character are not read by anybody, expat included.
  const bool four = head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0"sv);
  if (four) return true;
  if (head.starts_with("\xFE\xFF"sv) || head.starts_with("\0<"sv)) m_decoder = Utf16(true);
  else if (head.starts_with("\xFF\xFE"sv) || head.starts_with("<\0"sv)) m_decoder = Utf16(false);
  if (decodes()) return true;
  constexpr std::string_view k_mark = "\xEF\xBB\xBF";
  if (head.starts_with(k_mark)) head.remove_prefix(k_mark.size());
  constexpr std::string_view k_declaration = "<?xml";
  if (!head.starts_with(k_declaration)) return enough || !k_declaration.starts_with(head);
  const auto end = head.find("?>");
  if (end == std::string_view::npos) return enough;
  const auto name = declared(head.substr(0, end));
  if (SingleByte::known(name)) m_decoder = SingleByte(name);
  m_ascii = name == "us-ascii" || name == "ascii";
  return true;
}

std::string_view XmlDecoder::pass(std::string_view piece, bool last)
{
  std::string held;
  if (!m_decided) {
    if (!m_head.empty()) piece = m_head.append(piece);
    m_decided = decide(piece, last);
    if (!m_decided) {
      if (m_head.empty()) m_head = piece;
      return {};
    }
    held = std::exchange(m_head, {});
    if (!held.empty()) piece = held;
  }
  if (m_decoder.index() == 0) {
    if (held.empty()) return piece;
    m_out = std::move(held);
    return m_out;
  }
  m_out.clear();
  if (auto* wide = std::get_if<Utf16>(&m_decoder)) m_repaired += wide->append(m_out, piece, last);
  else m_repaired += std::get<SingleByte>(m_decoder).append(m_out, piece);
  return m_out;
}

} // namespace streamgate::parse_junit
