// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/row_text.hpp"

#include "parse-junit/bytes.hpp"

#include <rapidjson/internal/dtoa.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace streamgate::parse_junit {
namespace {

constexpr std::string_view k_hex = "0123456789ABCDEF";

// How a byte is written in a JSON string: 0 as it is, 'u' as \u00XX, else a backslash and this letter.
constexpr std::array<char, 256> k_escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 32; ++i) table[i] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

bool needs_escape(Bytes16 bytes)
{
  return any((bytes < 0x20) | (bytes == '"') | (bytes == '\\'));
}

// Return the first byte from `at` on that is not written as it is, or `end`.
const char* next_escape(const char* at, const char* end)
{
  while (at != end) {
    if (static_cast<std::size_t>(end - at) >= sizeof(Bytes16) && !needs_escape(load16(at))) {
      at += sizeof(Bytes16);
      continue;
    }
    const char* stop = at + std::min<std::ptrdiff_t>(end - at, sizeof(Bytes16));
    for (; at != stop; ++at) {
      if (k_escapes[static_cast<unsigned char>(*at)] != 0) return at;
    }
  }
  return end;
}

void append_double(std::string& out, double value)
{
  std::array<char, 32> digits{};
  const char* end = rapidjson::internal::dtoa(value, digits.data());
  out.append(std::string_view(digits.data(), end));
}

} // namespace

void append_quoted(std::string& out, std::string_view text)
{
  out += '"';
  const char* const end = text.data() + text.size();
  for (const char* at = text.data();;) {
    const char* stop = next_escape(at, end);
    out.append(at, stop);
    if (stop == end) break;
    const auto byte = static_cast<unsigned char>(*stop);
    const char escape = k_escapes[byte];
    out += '\\';
    out += escape;
    if (escape == 'u') out.append("00").append({k_hex[byte >> 4U], k_hex[byte & 15U]});
    at = stop + 1;
  }
  out += '"';
}

void append_integer(std::string& out, std::int64_t value)
{
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_row(std::string& out, const Row& row)
{
  append_quoted(out.append("{\"id\":"), row.id);
  append_quoted(out.append(",\"suite\":"), row.suite);
  append_quoted(out.append(",\"name\":"), row.name);
  out.append(",\"status\":\"").append(name_of(row.status));
  append_integer(out.append("\",\"attempts\":"), row.attempts);
  append_double(out.append(",\"duration_s\":"), row.duration_s);
  append_quoted(out.append(",\"message\":"), row.message);
  append_quoted(out.append(",\"detail\":"), row.detail);
  out.append(row.flaky ? ",\"flaky\":true" : ",\"flaky\":false");
  out += '}';
}

} // namespace streamgate::parse_junit
