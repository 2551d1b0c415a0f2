// SPDX-License-Identifier: Apache-2.0
#include "base/tee.hpp"

#include "base/redact.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace streamgate {
namespace {

// A line that does not end is handed on in parts of this size: memory stays bounded.
constexpr std::size_t k_longest_line = std::size_t{1} << 20U;
constexpr std::string_view k_key_begin = "PRIVATE KEY-----";

bool write_all(int fd, std::string_view text)
{
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// How much of `text` can go out: whole lines, and no part of a private key.
std::size_t ready(std::string_view text)
{
  const auto begin = text.rfind("-----BEGIN ");
  if (begin != std::string_view::npos) {
    const auto key = text.find(k_key_begin, begin);
    const bool is_key = key != std::string_view::npos && text.find('\n', begin) > key;
    if (is_key && text.find(k_key_begin, text.find("-----END ", begin)) == std::string_view::npos)
      text = text.substr(0, begin);
  }
  return text.rfind('\n') + 1;
}

} // namespace

Result<Tee> Tee::open(const std::filesystem::path& log)
{
  std::error_code ignored;
  std::filesystem::create_directories(log.parent_path(), ignored);
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail(ErrorCode::io, fmt::format("cannot write {}: {}", log.string(), std::strerror(errno)));
  return Tee(fd);
}

Tee::Tee(Tee&& other) noexcept
    : on_line(std::move(other.on_line)), m_fd(std::exchange(other.m_fd, -1)), m_failed(other.m_failed),
      m_pending(std::move(other.m_pending))
{
}

Tee::~Tee()
{
  if (m_fd < 0) return;
  static_cast<void>(flush());
  ::close(m_fd);
}

process::Sink Tee::sink()
{
  return [this](process::Stream stream, std::string_view piece) { write(stream, piece); };
}

void Tee::write(process::Stream stream, std::string_view piece)
{
  auto& pending = m_pending.at(stream == process::Stream::out ? 0 : 1);
  pending.append(piece);
  const auto size = pending.size() > k_longest_line ? pending.size() : ready(pending);
  if (size == 0) return;
  emit(stream, std::string_view(pending).substr(0, size));
  pending.erase(0, size);
}

Status Tee::flush()
{
  for (const auto stream : {process::Stream::out, process::Stream::err}) {
    auto& pending = m_pending.at(stream == process::Stream::out ? 0 : 1);
    if (pending.empty()) continue;
    if (pending.back() != '\n') pending += '\n';
    emit(stream, pending);
    pending.clear();
  }
  if (m_failed) return fail(ErrorCode::io, "the log could not be written whole", "is the volume full?");
  return {};
}

void Tee::emit(process::Stream stream, std::string_view text)
{
  const std::string clean = redact::clean(text);
  static_cast<void>(write_all(STDERR_FILENO, clean));
  m_failed |= !write_all(m_fd, clean);
  if (!on_line) return;
  for (std::string_view rest = clean; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    on_line(stream, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

} // namespace streamgate
