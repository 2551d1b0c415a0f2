// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "base/error.hpp"
#include "record/plan.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

// Which commit and which pull request a run is told to.
namespace streamgate::notify {

enum class ForgeKind { github, gitlab, gitea };
constexpr auto enum_names(ForgeKind)
{
  return std::array{EnumName{ForgeKind::github, "github"}, EnumName{ForgeKind::gitlab, "gitlab"},
                    EnumName{ForgeKind::gitea, "gitea"}};
}

struct TargetOptions {
  std::string forge = "auto";  // --forge: a kind's name, or "auto" to know it by its host
  std::string url = {};        // --forge-url: https://git.example.com; "" for the public one of its kind
  std::string component = {};  // --forge-component
  std::string repository = {}; // --forge-repository: owner/name
  std::string commit = {};     // --forge-commit
  std::int64_t pull = 0;       // --forge-pull; 0 for the plan's
};

struct Target {
  ForgeKind kind = ForgeKind::github;
  std::string api;        // https://api.github.com, without a slash in the end
  std::string repository; // "owner/name", deeper on GitLab
  std::string commit;     // "" when only the pull request is known
  std::int64_t pull = 0;  // 0 for none
};

// Return where to tell. What no option says is the component's of the plan: the named one, else the one whose pull
// request is asked for, else the only one. Its repository must be on the host of `url`, or without one on github.com,
// gitlab.com, codeberg.org or gitea.com: a token goes to no other host. Errors: usage, bad_input, ambiguous, not_found.
Result<Target> find_target(const TargetOptions& options, const std::optional<record::Plan>& plan);

} // namespace streamgate::notify
