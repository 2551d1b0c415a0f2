// SPDX-License-Identifier: Apache-2.0
#include "kube/line_buffer.hpp"

namespace streamgate::kube {
namespace {

// A buffer that one large object made larger than this is given back.
constexpr std::size_t k_kept_capacity = std::size_t{256} << 10U;

} // namespace

bool LineBuffer::append(std::string_view piece)
{
  if (m_start > 0) {
    m_bytes.erase(0, m_start);
    m_scanned -= m_start;
    m_start = 0;
  }
  m_bytes.append(piece);
  const auto last = m_bytes.rfind('\n');
  return m_bytes.size() - (last == std::string::npos ? 0 : last + 1) <= m_longest;
}

std::optional<std::string_view> LineBuffer::next()
{
  for (;;) {
    const auto end = m_bytes.find('\n', m_scanned);
    if (end == std::string::npos) {
      m_scanned = m_bytes.size();
      if (m_start == m_bytes.size()) clear();
      return std::nullopt;
    }
    auto line = std::string_view(m_bytes).substr(m_start, end - m_start);
    m_start = m_scanned = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) return line;
  }
}

void LineBuffer::clear()
{
  m_bytes.clear();
  m_start = m_scanned = 0;
  if (m_bytes.capacity() > k_kept_capacity) m_bytes.shrink_to_fit();
}

} // namespace streamgate::kube
