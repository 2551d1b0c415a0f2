// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "operator/target.hpp"

// Makes the operator deploy the patched images, and proves that they run.
namespace streamgate::wait_reconcile {

struct Options {
  CommonOptions common;
  tekton_operator::TargetOptions target;
  bool verify = false;

  static StepInfo info();
  void bind(Cli& cli);
};

// Delete the components' InstallerSets, wait for what the operator makes of it, and prove; with --verify only prove.
// Errors: crash_loop, registry, proof_failed, timeout (listing what is missing), bad_input, not_found, cancelled.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::wait_reconcile
