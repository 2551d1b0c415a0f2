// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/results_file.hpp"

#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "parse-junit/bytes.hpp"

#include <fmt/format.h>
#include <rapidjson/internal/dtoa.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_flush_at = std::size_t{64} << 10U;
constexpr std::string_view k_hex = "0123456789ABCDEF";

// How a byte is written in a JSON string: 0 as it is, 'u' as \u00XX, else a backslash and this letter.
constexpr std::array<char, 256> k_escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 32; ++i) table[i] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

bool needs_escape(Bytes16 bytes)
{
  return any((bytes < 0x20) | (bytes == '"') | (bytes == '\\'));
}

// Return the first byte from `at` on that is not written as it is, or `end`.
const char* next_escape(const char* at, const char* end)
{
  while (at != end) {
    if (static_cast<std::size_t>(end - at) >= sizeof(Bytes16) && !needs_escape(load16(at))) {
      at += sizeof(Bytes16);
      continue;
    }
    const char* stop = at + std::min<std::ptrdiff_t>(end - at, sizeof(Bytes16));
    for (; at != stop; ++at) {
      if (k_escapes[static_cast<unsigned char>(*at)] != 0) return at;
    }
  }
  return end;
}

void append_quoted(std::string& out, std::string_view text)
{
  out += '"';
  const char* const end = text.data() + text.size();
  for (const char* at = text.data();;) {
    const char* stop = next_escape(at, end);
    out.append(at, stop);
    if (stop == end) break;
    const auto byte = static_cast<unsigned char>(*stop);
    const char escape = k_escapes[byte];
    out += '\\';
    out += escape;
    if (escape == 'u') out.append("00").append({k_hex[byte >> 4U], k_hex[byte & 15U]});
    at = stop + 1;
  }
  out += '"';
}

void append_integer(std::string& out, std::int64_t value)
{
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_double(std::string& out, double value)
{
  std::array<char, 32> digits{};
  const char* end = rapidjson::internal::dtoa(value, digits.data());
  out.append(std::string_view(digits.data(), end));
}

void append_text(std::string& out, std::string_view text, std::size_t limit)
{
  if (text.empty()) out.append("\"\"");
  else append_quoted(out, utf8::truncate(redact::clean(text), limit));
}

void append_row(std::string& out, const Row& row)
{
  append_quoted(out.append("{\"id\":"), row.id);
  append_quoted(out.append(",\"suite\":"), row.suite);
  append_quoted(out.append(",\"name\":"), row.name);
  out.append(",\"status\":\"").append(name_of(row.status));
  append_integer(out.append("\",\"attempts\":"), row.attempts);
  append_double(out.append(",\"duration_s\":"), row.duration_s);
  append_text(out.append(",\"message\":"), row.message, k_message_limit);
  append_text(out.append(",\"detail\":"), row.detail, k_detail_limit);
  out += '}';
}

void count(record::TestCounts& counts, record::TestStatus status)
{
  switch (status) {
  case record::TestStatus::passed:
    ++counts.passed;
    break;
  case record::TestStatus::failed:
    ++counts.failed;
    break;
  case record::TestStatus::error:
    ++counts.error;
    break;
  case record::TestStatus::skipped:
    ++counts.skipped;
    return;
  case record::TestStatus::missing:
    ++counts.missing;
    return;
  }
  ++counts.executed;
}

std::unexpected<Error> cannot_write(const std::filesystem::path& path, int number)
{
  return fail(ErrorCode::io, fmt::format("cannot write {}: {}", path.string(), std::strerror(number)),
              "look for free space and for the right to write in the run directory");
}

} // namespace

Result<ResultsFile> ResultsFile::create(const std::filesystem::path& path)
{
  std::error_code problem;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) return cannot_write(path, problem.value());
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return cannot_write(path, errno);
  return ResultsFile(fd, path, std::move(temporary));
}

ResultsFile::ResultsFile(int fd, std::filesystem::path path, std::string temporary)
    : m_fd(fd), m_path(std::move(path)), m_temporary(std::move(temporary))
{
  m_buffer.reserve(2 * k_flush_at);
  m_buffer.append("{\"schema_version\":1,\"tests\":[");
}

ResultsFile::ResultsFile(ResultsFile&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)), m_path(std::move(other.m_path)),
      m_temporary(std::exchange(other.m_temporary, {})), m_buffer(std::move(other.m_buffer)), m_errno(other.m_errno),
      m_counts(other.m_counts)
{
}

ResultsFile::~ResultsFile()
{
  if (m_fd >= 0) ::close(m_fd);
  if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

void ResultsFile::put(const Row& row)
{
  const bool first = m_counts.executed + m_counts.skipped + m_counts.missing == 0;
  m_buffer.append(first ? "\n" : ",\n");
  append_row(m_buffer, row);
  count(m_counts, row.status);
  if (m_buffer.size() >= k_flush_at) flush();
}

void ResultsFile::flush()
{
  std::string_view rest = m_buffer;
  while (!rest.empty() && m_errno == 0) {
    const auto written = ::write(m_fd, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) m_errno = errno;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  m_buffer.clear();
}

Status ResultsFile::finish(std::int64_t planned, const std::vector<record::ResultSource>& sources)
{
  m_counts.planned = planned;
  m_buffer.append("\n],\n\"counts\":").append(to_json(m_counts));
  m_buffer.append(",\n\"sources\":").append(redact::clean(to_json(sources))).append("}\n");
  flush();
  if (m_errno != 0) return cannot_write(m_path, m_errno);
  return complete();
}

// No fsync: the rename guards against the death of this process, and after the death of the node the run is gone
// anyhow. mkostemp gives 0600; other users of a shared run directory (any UID) must be able to read.
Status ResultsFile::complete()
{
  const bool good = ::fchmod(m_fd, 0644) == 0 && ::close(std::exchange(m_fd, -1)) == 0 &&
                    ::rename(m_temporary.c_str(), m_path.c_str()) == 0;
  if (!good) return cannot_write(m_path, errno);
  m_temporary.clear();
  return {};
}

} // namespace streamgate::parse_junit
