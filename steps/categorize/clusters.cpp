// SPDX-License-Identifier: Apache-2.0
#include "categorize/clusters.hpp"

#include "analysis/cluster.hpp"
#include "base/log.hpp"
#include "record/history_file.hpp"

#include <set>

namespace streamgate::categorize {
namespace {

// More than the days that are fetched have.
constexpr std::size_t k_most_earlier = 20'000;

// The clusters that the history knows, each once, the oldest first: it goes on under its name.
std::vector<record::FailureCluster> earlier_clusters(const record::RunDir& run_dir)
{
  std::set<std::string> seen;
  std::vector<record::FailureCluster> out;
  const auto read = record::read_history(run_dir.path(record::HistoryRun::k_file), [&](const record::HistoryRun& run) {
    for (const auto& cluster : run.clusters) {
      if (out.size() < k_most_earlier && seen.insert(cluster.id).second) out.push_back(cluster);
    }
  });
  if (!read && read.error().code != ErrorCode::not_found)
    log::warn("clusters of earlier runs are not known: {}", read.error().text());
  return out;
}

} // namespace

void give_clusters(const record::RunDir& run_dir, const std::vector<std::string>& causes, record::Failures& to)
{
  if (causes.empty()) return;
  auto clustered = analysis::cluster(causes, earlier_clusters(run_dir));
  for (std::size_t i = 0; i < to.failures.size(); ++i) to.failures[i].cluster = std::move(clustered.id_of[i]);
  to.clusters = std::move(clustered.clusters);
}

} // namespace streamgate::categorize
