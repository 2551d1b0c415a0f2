// SPDX-License-Identifier: Apache-2.0
#include "base/wire.hpp"

namespace streamgate {

bool WireReader::varint(std::uint64_t& out)
{
  out = 0;
  for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(m_rest.front());
    m_rest.remove_prefix(1);
    out |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) return true;
  }
  return false;
}

bool WireReader::skip(std::uint64_t size)
{
  if (size > m_rest.size()) return false;
  m_rest.remove_prefix(size);
  return true;
}

bool WireReader::next()
{
  if (m_broken || m_rest.empty()) return false;
  const auto begin = m_rest;
  m_number = 0;
  m_bytes = {};
  m_has_bytes = false;
  std::uint64_t tag = 0;
  bool good = varint(tag);
  m_field = tag >> 3U;
  good = good && m_field != 0;
  if (good) {
    std::uint64_t size = 0;
    switch (tag & 7U) {
    case 0:
      good = varint(m_number);
      break;
    case 1:
      good = skip(8);
      break;
    case 2:
      good = varint(size);
      m_bytes = m_rest.substr(0, size);
      good = good && skip(size);
      m_has_bytes = true;
      break;
    case 5:
      good = skip(4);
      break;
    default: // groups are not written any more
      good = false;
    }
  }
  m_raw = begin.substr(0, begin.size() - m_rest.size());
  m_broken = !good;
  return good;
}

void append_varint(std::string& out, std::uint64_t value)
{
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

} // namespace streamgate
