// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/results_file.hpp"

#include "base/redact.hpp"
#include "parse-junit/row_writer.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::string_view k_head = "{\"schema_version\":1,\"tests\":[";

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

// A file that is removed again unless it was renamed.
struct Temporary {
  int fd;
  std::string path; // "" once renamed

  Temporary(int descriptor, std::string name) : fd(descriptor), path(std::move(name)) {}
  ~Temporary()
  {
    if (fd >= 0) ::close(fd);
    if (!path.empty()) ::unlink(path.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
};

} // namespace

struct ResultsFile::Impl {
  Impl(int fd, std::filesystem::path final_path, std::string temporary_path)
      : path(std::move(final_path)), temporary(fd, std::move(temporary_path)), writer(fd)
  {
  }

  Status put_in_place();

  std::filesystem::path path;
  Temporary temporary;
  RowWriter writer; // behind the file, so that its thread has ended when the file is closed
  record::TestCounts counts;
};

// No fsync: the rename guards against the death of this process, and after the death of the node the run is gone
// anyhow. mkostemp gives 0600; other users of a shared run directory (any UID) must be able to read.
Status ResultsFile::Impl::put_in_place()
{
  const bool good = ::fchmod(temporary.fd, 0644) == 0 && ::close(std::exchange(temporary.fd, -1)) == 0 &&
                    ::rename(temporary.path.c_str(), path.c_str()) == 0;
  if (!good) return cannot_write(path, errno);
  temporary.path.clear();
  return {};
}

ResultsFile::ResultsFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ResultsFile::ResultsFile(ResultsFile&& other) noexcept = default;
ResultsFile::~ResultsFile() = default;

Result<ResultsFile> ResultsFile::create(const std::filesystem::path& path)
{
  std::error_code problem;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) return cannot_write(path, problem.value());
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return cannot_write(path, errno);
  auto impl = std::make_unique<Impl>(fd, path, std::move(temporary));
  if (::write(fd, k_head.data(), k_head.size()) != static_cast<ssize_t>(k_head.size()))
    return cannot_write(path, errno);
  return ResultsFile(std::move(impl));
}

void ResultsFile::put(const Row& row)
{
  m_impl->writer.put(row);
  count(m_impl->counts, row.status);
}

const record::TestCounts& ResultsFile::counts() const
{
  return m_impl->counts;
}

Status ResultsFile::finish(std::int64_t planned, const std::vector<record::ResultSource>& sources)
{
  m_impl->counts.planned = planned;
  const auto tail =
      fmt::format("\n],\n\"counts\":{},\n\"sources\":{}}}\n", to_json(m_impl->counts), redact::clean(to_json(sources)));
  if (const int problem = m_impl->writer.finish(tail); problem != 0) return cannot_write(m_impl->path, problem);
  return m_impl->put_in_place();
}

} // namespace streamgate::parse_junit
