// SPDX-License-Identifier: Apache-2.0
#include "publish/site_views.hpp"

#include "base/file.hpp"

#include <fmt/format.h>

#include <system_error>

namespace streamgate::publish {
namespace {

namespace fs = std::filesystem;

Result<std::vector<std::string>> files_below(const fs::path& root, const std::string& folder)
{
  std::vector<std::string> out;
  std::error_code problem;
  auto it = fs::recursive_directory_iterator(root / folder, problem);
  for (; !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) out.push_back(it->path().lexically_relative(root).string());
  }
  if (!problem || problem == std::errc::no_such_file_or_directory) return out;
  return fail(ErrorCode::io, fmt::format("cannot list {}: {}", (root / folder).string(), problem.message()));
}

} // namespace

SiteView view_of_folder(const fs::path& root)
{
  return {[root](const std::string& path) -> Result<std::optional<std::string>> {
            std::error_code ignored;
            if (!fs::is_regular_file(root / path, ignored)) return std::nullopt;
            SG_TRY_ASSIGN(auto content, file::read(root / path));
            return content;
          },
          [root](const std::string& folder) { return files_below(root, folder); }};
}

SiteView view_of_commit(const git::Repository& repository, const std::string& commit)
{
  if (commit.empty()) {
    return {[](const std::string&) -> Result<std::optional<std::string>> { return std::nullopt; },
            [](const std::string&) -> Result<std::vector<std::string>> { return std::vector<std::string>(); }};
  }
  return {[&repository, commit](const std::string& path) { return repository.read(commit, path); },
          [&repository, commit](const std::string& folder) { return repository.list(commit, folder); }};
}

} // namespace streamgate::publish
