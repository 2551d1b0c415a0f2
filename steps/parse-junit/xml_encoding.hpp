// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace streamgate::parse_junit {

// Append a code point as UTF-8.
void append_utf8(std::string& out, char32_t code);

// Return the character of a byte in windows-1252, U+FFFD where it has none.
char32_t windows_1252(unsigned char byte);

// An encoding with a byte a character and ASCII below.
class SingleByte {
public:
  // `name` in lower case, as it is registered at IANA.
  static bool known(std::string_view name);
  // For a name that is known.
  explicit SingleByte(std::string_view name);
  // Append `text` as UTF-8; return how many bytes have no character and became U+FFFD.
  std::int64_t append(std::string& out, std::string_view text) const;

private:
  std::array<char16_t, 128> m_upper;
};

// UTF-16, piece by piece.
class Utf16 {
public:
  explicit Utf16(bool big_endian) : m_big_endian(big_endian) {}
  // Append what is whole of all pieces so far; return how many halves of characters became U+FFFD.
  std::int64_t append(std::string& out, std::string_view text, bool last);

private:
  std::int64_t unit(std::string& out, char32_t value);

  bool m_big_endian;
  int m_half = -1;          // the first byte of a unit, -1 for none
  char32_t m_surrogate = 0; // the first of a pair
};

// Makes UTF-8 of a file that is not: UTF-16 shows by its first bytes, others by the XML declaration. What is UTF-8, or
// in an encoding that nobody here knows, passes as it is.
class XmlDecoder {
public:
  // Return what is to be read for the next piece. It lives until the next call; until the declaration is there, it
  // is "" and the bytes come later.
  std::string_view pass(std::string_view piece, bool last);
  // True when what comes is UTF-8 whatever the declaration says. Known as soon as `pass` gives something.
  bool decodes() const { return m_ascii || m_decoder.index() != 0; }
  // Return how many characters were not to be had.
  std::int64_t repaired() const { return m_repaired; }

private:
  bool decide(std::string_view head, bool last);

  std::variant<std::monostate, Utf16, SingleByte> m_decoder;
  bool m_ascii = false; // declared as what UTF-8 contains
  bool m_decided = false;
  std::string m_head; // what came before it was decided
  std::string m_out;
  std::int64_t m_repaired = 0;
};

} // namespace streamgate::parse_junit
