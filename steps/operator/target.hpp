// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cli.hpp"
#include "kube/client.hpp"

#include <string>

// What patch-csv and wait-reconcile share: where the target is, what the operator's objects say, what is still missing.
namespace streamgate::tekton_operator {

// Options that name the target cluster and bound the waiting.
struct TargetOptions {
  std::string kubeconfig;
  std::string context;
  Duration timeout = std::chrono::minutes(10);

  void bind(Cli& cli);
};

// Return the moment at which waiting that starts now must end.
SteadyTime deadline_of(const TargetOptions& options);

// Read the kubeconfig and make a client whose calls end 5 s after `deadline`. Errors name the file and the field.
Result<kube::Client> connect(const TargetOptions& options, SteadyTime deadline, const Cancel& cancel);

} // namespace streamgate::tekton_operator
