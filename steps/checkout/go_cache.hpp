// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace streamgate::checkout {

// Return the environment that makes Go keep modules and builds below `folder`; nothing when it is "".
inline std::map<std::string, std::string> go_cache(const std::filesystem::path& folder)
{
  if (folder.empty()) return {};
  const auto absolute = std::filesystem::absolute(folder); // Go takes no other
  return {{"GOMODCACHE", (absolute / "go-mod").string()}, {"GOCACHE", (absolute / "go-build").string()}};
}

} // namespace streamgate::checkout
