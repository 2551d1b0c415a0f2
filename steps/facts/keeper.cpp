// SPDX-License-Identifier: Apache-2.0
#include "facts/keeper.hpp"

#include "base/log.hpp"
#include "facts/gather.hpp"
#include "record/artifacts.hpp"

#include <cstdlib>
#include <exception>

namespace streamgate::facts {
namespace {

// A developer's own ~/.kube/config is nobody's target.
bool in_a_pod()
{
  return std::getenv("KUBERNETES_SERVICE_HOST") != nullptr;
}

} // namespace

Keeper::Keeper(const std::filesystem::path& kubeconfig, record::RunDir run) : m_run(std::move(run))
{
  std::error_code ignored; // what stays is written over, or told when that fails
  std::filesystem::remove_all(m_run.path(record::k_artifacts), ignored);
  if (kubeconfig.empty() && !in_a_pod()) return;
  m_config = kube::load_config({.kubeconfig = kubeconfig});
  if (!*m_config) return;
  m_recorder.emplace(**m_config);
}

void Keeper::gather(const Cancel& cancel)
{
  if (!m_config) return;
  log::info("gathering facts of the target");
  Seen seen;
  if (m_recorder) seen = m_recorder->stop();
  m_recorder.reset();
  if (!*m_config) seen.problems.add("the target is not known: " + m_config->error().text());
  const auto config = *m_config ? **m_config : kube::Config{};
  try {
    const auto status = facts::gather(config, std::move(seen), m_run, cancel);
    if (!status) log::warn("the facts of the target are not kept: {}", status.error().text());
  } catch (const std::exception& problem) { // memory is short, and the suite's own results come first
    log::warn("the facts of the target are not kept: {}", problem.what());
  }
}

} // namespace streamgate::facts
