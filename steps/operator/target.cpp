// SPDX-License-Identifier: Apache-2.0
#include "operator/target.hpp"

#include "base/file.hpp"

namespace streamgate::tekton_operator {

// For what is asked after a wait has run out: logs, what is missing.
constexpr auto k_margin = std::chrono::seconds(5);

void TargetOptions::bind(Cli& cli)
{
  cli.option("kubeconfig", kubeconfig,
             "kubeconfig of the target; without it KUBECONFIG, the pod's service account, ~/.kube/config");
  cli.option("context", context, "context of the kubeconfig; without it its current one");
  cli.option("timeout", timeout, "longest time to wait for the target, for example 90s or 10m");
}

Result<kube::Client> connect(const TargetOptions& options, SteadyTime deadline, const Cancel& cancel)
{
  SG_TRY_ASSIGN(auto config,
                during(kube::load_config({file::mounted(options.kubeconfig, "kubeconfig"), options.context}),
                       "looking for the target cluster"));
  return kube::Client::make(std::move(config), cancel, {.deadline = deadline + k_margin});
}

SteadyTime deadline_of(const TargetOptions& options)
{
  return std::chrono::steady_clock::now() + options.timeout;
}

} // namespace streamgate::tekton_operator
