// SPDX-License-Identifier: Apache-2.0
#include "publish/folder_lock.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace streamgate::publish {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, Duration timeout, const Cancel& cancel)
{
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return fail(ErrorCode::io, fmt::format("cannot make {}: {}", folder.string(), problem.message()));
  FolderLock out(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (out.m_fd < 0) {
    const std::error_code why(errno, std::system_category());
    return fail(ErrorCode::io, fmt::format("cannot open {}: {}", folder.string(), why.message()));
  }
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (::flock(out.m_fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) break;
    if (std::chrono::steady_clock::now() >= end)
      return fail(ErrorCode::timeout,
                  fmt::format("another publisher held {} for {}", folder.string(), to_text(timeout)));
    SG_TRY(cancel.sleep(std::chrono::milliseconds(20)));
  }
  return out;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

FolderLock::~FolderLock()
{
  if (m_fd >= 0) ::close(m_fd);
}

} // namespace streamgate::publish
