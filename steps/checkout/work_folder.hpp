// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/file.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace streamgate::checkout {

// An empty folder for sources and scratch files, removed with its contents at the end of life.
class WorkFolder {
public:
  // Make <parent>/<name> anew (what an interrupted try left there goes), or a folder where the system keeps temporary
  // files when `parent` is empty. Error: io.
  static Result<WorkFolder> make(const std::string& parent, const std::string& name);
  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  const std::filesystem::path& path() const { return m_path; }

private:
  WorkFolder() = default;
  std::filesystem::path m_path;
  std::optional<file::TemporaryFolder> m_temporary;
};

} // namespace streamgate::checkout
