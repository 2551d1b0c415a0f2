// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/xml_input.hpp"

#include "parse-junit/bytes.hpp"

#include <algorithm>
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

bool is_forbidden(char c)
{
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

Bytes16 forbidden(Bytes16 bytes)
{
  return (bytes < 0x20) & (bytes != '\n') & (bytes != '\t') & (bytes != '\r');
}

constexpr std::size_t k_block = 4 * sizeof(Bytes16);

bool block_has_forbidden(const char* at)
{
  return any(forbidden(load16(at)) | forbidden(load16(at + 16)) | forbidden(load16(at + 32)) |
             forbidden(load16(at + 48)));
}

} // namespace

const XML_Memory_Handling_Suite k_limited_memory{limited_malloc, limited_realloc, limited_free};

std::int64_t replace_forbidden(std::span<char> bytes)
{
  std::int64_t replaced = 0;
  char* const end = bytes.data() + bytes.size();
  for (char* at = bytes.data(); at != end;) {
    const bool whole = static_cast<std::size_t>(end - at) >= k_block;
    char* const stop = whole ? at + k_block : end;
    if (!whole || block_has_forbidden(at)) {
      replaced += std::count_if(at, stop, is_forbidden);
      std::replace_if(at, stop, is_forbidden, '?');
    }
    at = stop;
  }
  return replaced;
}

bool wide_encoding(std::string_view head)
{
  return head.starts_with("\xFE\xFF") || head.starts_with("\xFF\xFE") || head.find('\0') != std::string_view::npos;
}

} // namespace streamgate::parse_junit
