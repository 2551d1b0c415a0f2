// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace streamgate::file {
namespace {

std::unexpected<Error> system_error(std::string_view doing, const std::filesystem::path& path)
{
  const int number = errno;
  return fail(ErrorCode::io, fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(number)));
}

class Descriptor {
public:
  explicit Descriptor(int fd) : m_fd(fd) {}
  ~Descriptor()
  {
    if (m_fd >= 0) ::close(m_fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return m_fd; }
  int release() { return std::exchange(m_fd, -1); }

private:
  int m_fd;
};

bool write_all(int fd, std::string_view content)
{
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Status make_folder_of(const std::filesystem::path& path)
{
  if (!path.has_parent_path()) return {};
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) {
    return fail(ErrorCode::io,
                fmt::format("cannot make folder {}: {}", path.parent_path().string(), problem.message()));
  }
  return {};
}

// A device or a pipe, such as /dev/stdout: a rename would put a file in its place, for root even of /dev/null.
bool is_special(const std::filesystem::path& path)
{
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::is_other(status);
}

} // namespace

Result<std::string> read(const std::filesystem::path& path, std::size_t limit)
{
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 && errno == ENOENT)
    return fail(ErrorCode::not_found, fmt::format("cannot read {}: {}", path.string(), std::strerror(ENOENT)));
  if (fd.get() < 0) return system_error("read", path);
  std::string content;
  for (;;) {
    const auto size = content.size();
    content.resize(size + 65536);
    const auto got = ::read(fd.get(), content.data() + size, 65536);
    content.resize(size + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) return content;
    if (content.size() > limit) {
      return fail(ErrorCode::bad_input, fmt::format("{} is larger than {} bytes", path.string(), limit));
    }
  }
}

Status write_atomic(const std::filesystem::path& path, std::string_view content)
{
  if (is_special(path)) return append(path, content);
  SG_TRY(make_folder_of(path));
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return system_error("write", path);
  // mkostemp gives 0600; other users of a shared run directory (any UID) must be able to read.
  const bool good = ::fchmod(fd.get(), 0644) == 0 && write_all(fd.get(), content) && ::fsync(fd.get()) == 0 &&
                    ::close(fd.release()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (good) return {};
  const int number = errno;
  ::unlink(temporary.c_str());
  return fail(ErrorCode::io, fmt::format("cannot write {}: {}", path.string(), std::strerror(number)));
}

Status check_writable(const std::filesystem::path& path)
{
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return fail(ErrorCode::io, fmt::format("cannot write {}: it is a folder", path.string()));
  if (is_special(path)) return ::access(path.c_str(), W_OK) == 0 ? Status() : system_error("write", path);
  SG_TRY(make_folder_of(path));
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return system_error("write", path);
  ::unlink(temporary.c_str());
  return {};
}

Status append(const std::filesystem::path& path, std::string_view content)
{
  SG_TRY(make_folder_of(path));
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (fd.get() < 0 || !write_all(fd.get(), content)) return system_error("append to", path);
  return {};
}

std::filesystem::path configured(std::string_view name)
{
  constexpr std::string_view k_site = "/etc/streamgate/site";
  const auto own = std::filesystem::path(k_site) / name;
  std::error_code ignored;
  return std::filesystem::exists(own, ignored) ? own : std::filesystem::path("/etc/streamgate") / name;
}

std::filesystem::path mounted(const std::filesystem::path& path, std::string_view name)
{
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ? path / name : path;
}

Result<TemporaryFolder> TemporaryFolder::make(std::string_view prefix)
{
  std::error_code problem;
  const auto root = std::filesystem::temp_directory_path(problem);
  if (problem) return fail(ErrorCode::io, "there is no temporary folder: " + problem.message(), "set TMPDIR");
  std::string path = (root / (std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) return system_error("make folder", path);
  return TemporaryFolder(std::filesystem::path(path));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept
{
  std::swap(m_path, other.m_path);
  return *this;
}

TemporaryFolder::~TemporaryFolder()
{
  if (m_path.empty()) return;
  std::error_code ignored; // A folder that stays behind in /tmp is no reason to fail.
  std::filesystem::remove_all(m_path, ignored);
}

} // namespace streamgate::file
