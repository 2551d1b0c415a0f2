// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"

#include <cstddef>
#include <cstdint>

// The entry point as libFuzzer knows it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  // An empty input may have no address.
  streamgate::fuzz::fuzz(size == 0 ? "" : std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
