// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/recorder.hpp"
#include "record/run_dir.hpp"

#include <filesystem>
#include <optional>

namespace streamgate::facts {

// What run-tests does of all this: watch the target while a suite runs, and gather when it failed.
class Keeper {
public:
  // Remove what an earlier try left in artifacts/, and begin to watch the target of a kubeconfig; "" is the pod's own
  // cluster, and nothing where there is none. Never fails: trouble becomes a problem of the facts.
  Keeper(const std::filesystem::path& kubeconfig, record::RunDir run);

  // The suite failed: end the watching, ask the target, write artifacts/. At most about a minute, and at once when
  // `cancel` is requested. Once.
  void gather(const Cancel& cancel);

private:
  record::RunDir m_run;
  std::optional<Result<kube::Config>> m_config; // nothing: there is no target
  std::optional<Recorder> m_recorder;
};

} // namespace streamgate::facts
