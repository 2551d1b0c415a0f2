// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/limited_memory.hpp"

#include <cstdlib>
#include <cstring>

namespace streamgate::parse_junit {
namespace {

// expat's allocations carry no user data, so that the count is per thread; one reader at a time lives in a thread.
thread_local std::size_t t_allocated = 0;
constexpr std::size_t k_header = alignof(std::max_align_t);

void* limited_malloc(std::size_t size)
{
  if (size > k_memory_limit || t_allocated + size > k_memory_limit) return nullptr;
  auto* block = static_cast<char*>(std::malloc(size + k_header));
  if (block == nullptr) return nullptr;
  std::memcpy(block, &size, sizeof size);
  t_allocated += size;
  return block + k_header;
}

void limited_free(void* pointer)
{
  if (pointer == nullptr) return;
  auto* block = static_cast<char*>(pointer) - k_header;
  std::size_t size = 0;
  std::memcpy(&size, block, sizeof size);
  t_allocated -= size;
  std::free(block);
}

void* limited_realloc(void* pointer, std::size_t size)
{
  if (pointer == nullptr) return limited_malloc(size);
  auto* block = static_cast<char*>(pointer) - k_header;
  std::size_t before = 0;
  std::memcpy(&before, block, sizeof before);
  if (size > k_memory_limit || t_allocated - before + size > k_memory_limit) return nullptr;
  auto* moved = static_cast<char*>(std::realloc(block, size + k_header));
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, &size, sizeof size);
  t_allocated += size - before;
  return moved + k_header;
}

} // namespace

const XML_Memory_Handling_Suite k_limited_memory{limited_malloc, limited_realloc, limited_free};

} // namespace streamgate::parse_junit
