// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Bytes of .gauge/last_run_result (gauge-proto's spec.proto), as far as tests need them.
namespace streamgate::test::gauge {

inline std::string varint(std::uint64_t value)
{
  std::string out;
  for (; value >= 0x80U; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  return out + static_cast<char>(value);
}

inline std::string number(std::uint64_t field, std::uint64_t value)
{
  return varint(field << 3U) + varint(value);
}

inline std::string text(std::uint64_t field, std::string_view value)
{
  return varint(field << 3U | 2U) + varint(value.size()) + std::string(value);
}

enum class Said { passed = 1, failed = 2, skipped = 3 };

// One run of a scenario: an item of a spec. A row of a table is an item of its own.
inline std::string scenario(std::string_view heading, Said said, bool row = false)
{
  auto out = text(1, heading);
  if (said == Said::failed) out += number(2, 1);
  if (said == Said::skipped) out += number(9, 1);
  out += number(14, static_cast<std::uint64_t>(said));
  return text(2, row ? text(5, text(1, out)) : text(4, out));
}

// A spec's result, of its items and other fields.
inline std::string spec(std::string_view heading, const std::string& fields)
{
  return text(1, text(1, text(1, heading) + fields));
}

// A spec's field: its hook failed.
inline std::string failed_hook()
{
  return text(5, text(2, "the hook"));
}

} // namespace streamgate::test::gauge
