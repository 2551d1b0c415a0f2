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

bool forbidden(char c)
{
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

bool has_forbidden(Bytes16 bytes)
{
  return any((bytes < 0x20) & (bytes != '\n') & (bytes != '\t') & (bytes != '\r'));
}

} // namespace

const XML_Memory_Handling_Suite k_limited_memory{limited_malloc, limited_realloc, limited_free};

std::int64_t replace_forbidden(std::span<char> bytes)
{
  std::int64_t replaced = 0;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Bytes16)) {
    const auto block = bytes.subspan(at, std::min(sizeof(Bytes16), bytes.size() - at));
    if (block.size() == sizeof(Bytes16) && !has_forbidden(load16(block.data()))) continue;
    replaced += std::ranges::count_if(block, forbidden);
    std::ranges::replace_if(block, forbidden, '?');
  }
  return replaced;
}

bool wide_encoding(std::string_view head)
{
  return head.starts_with("\xFE\xFF") || head.starts_with("\xFF\xFE") || head.find('\0') != std::string_view::npos;
}

} // namespace streamgate::parse_junit
