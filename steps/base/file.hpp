// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace streamgate::file {

// Largest file that `read` takes without being told otherwise: 64 MiB.
inline constexpr std::size_t k_default_limit = std::size_t{64} << 20U;

// Read a whole file. Errors: not_found, io, bad_input when it is larger than `limit` bytes.
Result<std::string> read(const std::filesystem::path& path, std::size_t limit = k_default_limit);

// Write `content` so that a reader sees the old file or the new one, never a part: a temporary file in the same
// folder, fsync, rename. Folders on the way are made. A device or a pipe is written to as it is. Error: io.
Status write_atomic(const std::filesystem::path& path, std::string_view content);

// Check that a file could be written at `path` (its folder exists or can be made, and is writable) without changing
// the file. Error: io.
Status check_writable(const std::filesystem::path& path);

// Append `content` to a file, made when absent. Error: io.
Status append(const std::filesystem::path& path, std::string_view content);

// Return `path`, or `path`/`name` when it is a folder: a Secret is mounted as one. "" stays "".
std::filesystem::path mounted(const std::filesystem::path& path, std::string_view name);

// Return where a step's configuration is: /etc/streamgate/site/<name> when this site has its own, else the image's
// /etc/streamgate/<name>.
std::filesystem::path configured(std::string_view name);

// A folder of its own under the system's temporary folder, removed with its contents at the end of life.
class TemporaryFolder {
public:
  static Result<TemporaryFolder> make(std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return m_path; }

private:
  explicit TemporaryFolder(std::filesystem::path path) : m_path(std::move(path)) {}
  std::filesystem::path m_path;
};

} // namespace streamgate::file
