// SPDX-License-Identifier: Apache-2.0
#include "checkout/work_folder.hpp"

#include <fmt/format.h>

#include <utility>

namespace streamgate::checkout {

Result<WorkFolder> WorkFolder::make(const std::string& parent, const std::string& name)
{
  WorkFolder out;
  if (parent.empty()) {
    SG_TRY_ASSIGN(auto temporary, file::TemporaryFolder::make("streamgate-" + name + "-"));
    out.m_path = temporary.path();
    out.m_temporary = std::move(temporary);
    return out;
  }
  const auto path = std::filesystem::absolute(parent) / name;
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (!failed) std::filesystem::create_directories(path, failed);
  if (failed)
    return fail(ErrorCode::io, fmt::format("cannot make {}: {}", path.string(), failed.message()),
                "give another --work-dir");
  out.m_path = path;
  return out;
}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {})), m_temporary(std::exchange(other.m_temporary, std::nullopt))
{
}

WorkFolder::~WorkFolder()
{
  if (m_temporary || m_path.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

} // namespace streamgate::checkout
