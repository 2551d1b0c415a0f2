// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "git/access.hpp"
#include "resolve-ref/suite_options.hpp"

#include <string>
#include <vector>

namespace streamgate::resolve_ref {

struct Options {
  CommonOptions common = {};
  std::string components = "pipeline";
  std::string config = "/etc/streamgate/components.yaml";
  std::vector<std::string> repositories = {}; // NAME=URL
  std::string run_name = {};
  SuiteOptions suite = {};
  git::Access access = {};
  std::string push_registry = {};
  std::string publish_url = {};
  std::string publish_branch = "gh-pages";
  std::string plan_only = "false"; // "true": the run ends after the plan

  static StepInfo info();
  void bind(Cli& cli);
};

// Resolve all that the gate will use to commits, and write plan.json. Nothing is written unless all of it resolves.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::resolve_ref
