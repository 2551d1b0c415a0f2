// SPDX-License-Identifier: Apache-2.0
#include "gauge_result.hpp"

#include "base/redact.hpp"
#include "base/wire.hpp"

#include <algorithm>

namespace streamgate::run_tests {
namespace {

// Concepts may stand in concepts; a message that nests deeper is left as a text.
constexpr int k_deepest = 60;

bool is_message(std::string_view bytes)
{
  // A text of people has line ends and blanks where a message has tags, and field numbers of Gauge's are small.
  constexpr std::uint64_t k_highest_field = 64;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.field() > k_highest_field) return false;
  }
  return !reader.broken() && !bytes.empty();
}

// Append each text that is left to `texts`, a line each.
std::string cleaned(std::string_view message, int depth, std::string& texts)
{
  std::string out;
  WireReader reader(message);
  while (reader.next()) {
    if (!reader.has_bytes()) {
      out += reader.raw();
      continue;
    }
    const auto bytes = reader.bytes();
    const bool nested = depth < k_deepest && is_message(bytes);
    const auto text = nested ? cleaned(bytes, depth + 1, texts) : redact::clean(bytes);
    if (!nested) texts.append(text) += '\n';
    append_varint(out, (reader.field() << 3U) | 2U);
    append_varint(out, text.size());
    out += text;
  }
  return out;
}

} // namespace

std::string clean_gauge_result(std::string_view bytes)
{
  if (redact::clean(bytes) == bytes) return std::string(bytes);
  if (!is_message(bytes)) return {};
  std::string texts;
  auto out = cleaned(bytes, 0, texts);
  // A text that looks like a message was cleaned in parts, and a secret may lie in two of them.
  return redact::clean(texts) == texts ? out : std::string();
}

} // namespace streamgate::run_tests
