// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "operator/site.hpp"
#include "operator/target.hpp"

#include <string>

// Puts the built images into the operator's ClusterServiceVersion, and takes them out again.
namespace streamgate::patch_csv {

struct Options {
  CommonOptions common;
  tekton_operator::TargetOptions target;
  tekton_operator::SiteWish wish;
  std::string run;
  bool restore = false;

  static StepInfo info();
  void bind(Cli& cli);
};

// Patch, or restore. Errors: see select.hpp, undo.hpp, follow.hpp, restore.hpp.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::patch_csv
