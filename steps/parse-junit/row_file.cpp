// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/row_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_piece = std::size_t{64} << 10U;
// What waits to be written, with the longest row as a rule.
constexpr std::size_t k_most_out = std::size_t{128} << 10U;

} // namespace

int open_nameless(const std::filesystem::path& folder, int& fd)
{
  auto name = (folder / ".streamgate.XXXXXX").string();
  fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return errno;
  return ::unlink(name.c_str()) == 0 ? 0 : errno;
}

int write_all(int fd, std::string_view text)
{
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int read_exactly(int fd, void* to, std::size_t size, std::uint64_t offset)
{
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const auto got = ::pread(fd, at, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 ? errno : EIO;
    at += got;
    size -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return 0;
}

RowFile::~RowFile()
{
  if (m_fd >= 0) ::close(m_fd);
  if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

RowFile::RowFile(RowFile&& other) noexcept
{
  *this = std::move(other);
}

RowFile& RowFile::operator=(RowFile&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  std::swap(m_path, other.m_path);
  std::swap(m_temporary, other.m_temporary);
  std::swap(m_out, other.m_out);
  std::swap(m_written, other.m_written);
  std::swap(m_row_begin, other.m_row_begin);
  std::swap(m_any, other.m_any);
  std::swap(m_errno, other.m_errno);
  return *this;
}

int RowFile::create(const std::filesystem::path& path, std::string_view head)
{
  m_path = path.string();
  m_temporary = m_path + ".XXXXXX";
  m_fd = ::mkostemp(m_temporary.data(), O_CLOEXEC);
  if (m_fd < 0) {
    m_temporary.clear();
    return errno;
  }
  m_out.reserve(k_most_out); // here and not in another thread, which would need a heap of its own for it
  m_out = head;
  flush();
  return m_errno;
}

std::string& RowFile::row()
{
  if (m_out.size() >= k_piece) flush();
  m_out.append(std::exchange(m_any, true) ? ",\n" : "\n");
  m_row_begin = m_written + m_out.size();
  return m_out;
}

void RowFile::flush()
{
  if (m_errno == 0) m_errno = write_all(m_fd, m_out);
  m_written += m_out.size();
  m_out.clear();
}

int RowFile::finish(std::string_view tail)
{
  m_out.append(tail);
  flush();
  return m_errno;
}

// No fsync: the rename guards against the death of this process, and after the death of the node the run is gone
// anyhow. mkostemp gives 0600; other users of a shared run directory (any UID) must be able to read.
int RowFile::put_in_place()
{
  const bool good = ::fchmod(m_fd, 0644) == 0 && ::close(std::exchange(m_fd, -1)) == 0 &&
                    ::rename(m_temporary.c_str(), m_path.c_str()) == 0;
  if (!good) return errno;
  m_temporary.clear();
  return 0;
}

bool RowReader::fill(int& problem)
{
  m_text.erase(0, m_at);
  m_at = 0;
  const auto had = m_text.size();
  m_text.resize(had + m_piece);
  ssize_t got = 0;
  do got = ::pread(m_fd, m_text.data() + had, m_piece, static_cast<off_t>(m_offset));
  while (got < 0 && errno == EINTR);
  if (got < 0) problem = errno;
  m_text.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
  m_offset += m_text.size() - had;
  return got > 0;
}

bool RowReader::next(int& problem)
{
  std::size_t searched = 0;
  auto end = std::string::npos;
  for (;;) {
    end = m_text.find('\n', m_at + searched);
    if (end != std::string::npos) break;
    searched = m_text.size() - m_at;
    if (!fill(problem)) break;
  }
  if (problem != 0 || m_at == m_text.size()) return false;
  if (end == std::string::npos) end = m_text.size();
  m_begin = m_offset - (m_text.size() - m_at);
  m_row = std::string_view(m_text).substr(m_at, end - m_at);
  m_at = std::min(end + 1, m_text.size());
  if (m_row.ends_with(',')) m_row.remove_suffix(1);
  return true;
}

} // namespace streamgate::parse_junit
