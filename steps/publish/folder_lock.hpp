// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

#include <filesystem>

namespace streamgate::publish {

// Keeps other publishers out of a folder as long as it lives: each of them reads files, changes and writes them. Other
// programs are not held off. Leaves nothing in the folder.
class FolderLock {
public:
  // Wait for at most `timeout`; the folder is made when it is not there. On a file system without locks this locks
  // nothing. Errors: io; timeout; cancelled.
  static Result<FolderLock> take(const std::filesystem::path& folder, Duration timeout, const Cancel& cancel);
  FolderLock(FolderLock&& other) noexcept;
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

private:
  explicit FolderLock(int fd) : m_fd(fd) {}
  int m_fd;
};

} // namespace streamgate::publish
