// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"

#include <string>

namespace streamgate::build_images {

struct Options {
  CommonOptions common;
  std::string component;
  std::string push_registry;
  std::string pull_registry;
  std::string registry_auth;
  std::string registry_http = "auto";
  std::string git_token_file;
  std::string base_image;
  std::string platform; // "" for linux/<this machine's>
  std::string sbom = "none";
  std::string images_from;
  std::string work_dir;
  std::string cache_dir; // "" for Go's own places
  Duration timeout = std::chrono::hours(1);
  bool rebuild = false;

  static StepInfo info();
  void bind(Cli& cli);
};

// Build one component's images at the planned commit, or take those that there are already, and record their digests
// in images/<component>.json. See info() for the contract.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::build_images
