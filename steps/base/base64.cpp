// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <cstdint>

namespace streamgate::base64 {
namespace {

constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string encode(std::string_view bytes)
{
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U;
    };
    const std::uint32_t bits = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
    out += k_digits[(bits >> 18U) & 63U];
    out += k_digits[(bits >> 12U) & 63U];
    out += at + 1 < bytes.size() ? k_digits[(bits >> 6U) & 63U] : '=';
    out += at + 2 < bytes.size() ? k_digits[bits & 63U] : '=';
  }
  return out;
}

Result<std::string> decode(std::string_view text)
{
  std::string out;
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const auto value = k_digits.find(c);
    if (value == std::string_view::npos || padding > 0) return fail(ErrorCode::bad_input, "not base64");
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    if (++digits % 4 == 0) {
      for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>((bits >> shift) & 255U);
      bits = 0;
    }
  }
  const auto rest = digits % 4;
  if (rest == 1 || padding != (4 - rest) % 4)
    return fail(ErrorCode::bad_input, "not base64: its length or padding is wrong");
  if (rest == 2) out += static_cast<char>((bits >> 4U) & 255U);
  if (rest == 3) {
    out += static_cast<char>((bits >> 10U) & 255U);
    out += static_cast<char>((bits >> 2U) & 255U);
  }
  return out;
}

} // namespace streamgate::base64
