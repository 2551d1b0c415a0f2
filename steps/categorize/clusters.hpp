// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/run_dir.hpp"
#include "record/verdict.hpp"

#include <string>
#include <vector>

namespace streamgate::categorize {

// Give each failure its cluster: `causes` are their normal forms, in the same order. Clusters of the run's history
// (history.jsonl, where it is there) go on under their ids. A history that cannot be read costs no more than ids.
void give_clusters(const record::RunDir& run_dir, const std::vector<std::string>& causes, record::Failures& to);

} // namespace streamgate::categorize
