// SPDX-License-Identifier: Apache-2.0
#include "notify/text.hpp"

#include "base/redact.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace streamgate::notify {
namespace {

bool is_space(std::string_view text, std::size_t at)
{
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte <= 0x20 || byte == 0x7f;
}

// Bytes at `at` that stand for a line's end beyond ASCII: U+0085, U+2028, U+2029.
std::size_t separator_at(std::string_view text, std::size_t at)
{
  const auto rest = text.substr(at);
  if (rest.starts_with("\xC2\x85")) return 2;
  return rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ? 3 : 0;
}

// Bytes at `at` that turn the direction of writing: U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.
std::size_t direction_at(std::string_view text, std::size_t at)
{
  const auto rest = text.substr(at);
  if (rest.size() < 3 || rest[0] != '\xE2') return 0;
  const auto last = static_cast<unsigned char>(rest[2]);
  const bool mark = rest[1] == '\x80' && (last == 0x8E || last == 0x8F || (last >= 0xAA && last <= 0xAE));
  return mark || (rest[1] == '\x81' && last >= 0xA6 && last <= 0xA9) ? 3 : 0;
}

std::size_t character_size(char first)
{
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

} // namespace

std::string one_line(std::string_view text, std::size_t bytes)
{
  const std::string repaired = redact::clean(utf8::repair(text));
  std::string out;
  bool gap = false;
  for (std::size_t at = 0; at < repaired.size();) {
    const std::size_t separator = is_space(repaired, at) ? 1 : separator_at(repaired, at);
    if (separator > 0) {
      gap = true;
      at += separator;
      continue;
    }
    if (const auto mark = direction_at(repaired, at); mark > 0) {
      at += mark;
      continue;
    }
    if (std::exchange(gap, false) && !out.empty()) out += ' ';
    out += repaired[at++];
  }
  return utf8::truncate(out, bytes);
}

std::string slack_text(std::string_view text, std::size_t bytes)
{
  constexpr std::string_view k_more = "…";
  std::string out;
  std::size_t with_more = 0; // size of `out` up to which k_more still fits
  for (std::size_t at = 0; at < text.size();) {
    const auto size = character_size(text[at]);
    std::string_view piece = text.substr(at, size);
    if (piece == "&") piece = "&amp;";
    else if (piece == "<") piece = "&lt;";
    else if (piece == ">") piece = "&gt;";
    if (out.size() + piece.size() > bytes) {
      out.resize(with_more);
      if (with_more + k_more.size() <= bytes) out += k_more;
      return out;
    }
    out += piece;
    if (out.size() + k_more.size() <= bytes) with_more = out.size();
    at += size;
  }
  return out;
}

std::string code_span(std::string_view text)
{
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  // One space on each side is taken off again, and keeps the fence apart from backquotes of the text.
  const bool pad = text.empty() || text.front() == '`' || text.back() == '`' || text.front() == ' ';
  const std::string space = pad ? " " : "";
  return fence + space + std::string(text) + space + fence;
}

} // namespace streamgate::notify
