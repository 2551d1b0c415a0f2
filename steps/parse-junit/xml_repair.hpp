// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace streamgate::parse_junit {

// Repairs in the stream what makes expat stop and what writers leave all the same: bytes that are not UTF-8 (read as
// windows-1252, which they mostly are), control characters and references to them (ANSI colour sequences are taken
// out, others become '?'), and what Unicode keeps for itself (U+FFFD). What it gives does not depend on how the text is
// cut into pieces.
class XmlRepair {
public:
  // Return what is to be parsed for the next piece of the file; the begin of `piece` itself when nothing is to be
  // done, as a rule. It lives until the next call. A few bytes may come with the next piece; `last`: there is none.
  std::string_view pass(std::string_view piece, bool last);
  // Return how many characters were repaired, a colour sequence counted as one.
  std::int64_t repaired() const { return m_repaired; }

private:
  // Where references are no references: each has its own end.
  enum class Section { none, cdata, comment, instruction };

  const char* skip_plain(const char* at) const;
  const char* step(const char* at, bool last);
  const char* open_section(const char* at, bool last);
  const char* reference(const char* at, bool last);
  const char* forbidden(const char* at, const char* behind, bool escape, bool last);
  const char* wide_character(const char* at, bool last);
  void close_section(const char* at);
  const char* keep(const char* at, std::size_t size);
  std::string& change(const char* at);
  char before(const char* at, std::size_t back) const;

  Section m_section = Section::none;
  std::string m_carry;           // the begin of what the next piece decides
  std::string m_in;              // the carry and the piece
  const char* m_begin = nullptr; // of the text in hand
  const char* m_end = nullptr;
  bool m_changed = false; // what is given is m_out, no longer the text itself
  std::string m_out;
  char m_before[2] = {0, 0}; // the last two characters that were given
  std::int64_t m_repaired = 0;
};

} // namespace streamgate::parse_junit
