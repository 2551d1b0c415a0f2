// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace streamgate::parse_junit {

// Sixteen bytes at once, by the compiler's portable vectors: comparing gives 0xFF in each byte that fits.
using Bytes16 = unsigned char __attribute__((vector_size(16)));

inline Bytes16 load16(const char* from)
{
  Bytes16 out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

// Return true when some byte of `mask` is not 0.
inline bool any(Bytes16 mask)
{
  std::uint64_t halves[2];
  std::memcpy(halves, &mask, sizeof mask);
  return (halves[0] | halves[1]) != 0;
}

} // namespace streamgate::parse_junit
