// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "git/access.hpp"
#include "git/location.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct git_repository;

namespace streamgate::git {

// What a commit changes: path -> content, or nothing for a file that is removed.
using FileChanges = std::map<std::string, std::optional<std::string>>;

struct CommitInfo {
  std::string message;
  std::string author;
  std::string email;
  WallTime time;
};

// A bare repository of our own, as a place to put a commit together that is then pushed. No work tree, no hooks.
class Repository {
public:
  // Make an empty one in `folder`. Error: io.
  static Result<Repository> make_bare(const std::filesystem::path& folder);

  // Fetch one branch and return its commit, or "" when the other side has no such branch. Errors: as `list_refs`.
  Result<std::string> fetch_branch(const Location& from, const std::string& branch, const Access& access,
                                   const Cancel& cancel);

  // Return the content of a file in a commit, or nothing when there is none. Error: io.
  Result<std::optional<std::string>> read(const std::string& commit, const std::string& path) const;

  // Return the paths of all files below `folder` in a commit, none when there is no such folder. Error: io.
  Result<std::vector<std::string>> list(const std::string& commit, const std::string& folder) const;

  // Make a commit on top of `parent` ("" for the first of an orphan branch) and return its id; `parent`
  // itself when nothing changes. A removed file must exist. Error: io; bad_input for a path that git does not take.
  Result<std::string> commit(const std::string& parent, const FileChanges& changes, const CommitInfo& info);

  // Push `commit` as `branch`, never by force. Errors: conflict when the other side has moved on; forbidden with its
  // own words when it refuses; as `list_refs`.
  Status push(const std::string& commit, const Location& to, const std::string& branch, const Access& access,
              const Cancel& cancel);

private:
  Repository(std::shared_ptr<git_repository> repository, std::filesystem::path folder)
      : m_repository(std::move(repository)), m_folder(std::move(folder))
  {
  }

  std::shared_ptr<git_repository> m_repository; // Shared with an exchange that outlives its deadline.
  std::filesystem::path m_folder;
};

} // namespace streamgate::git
