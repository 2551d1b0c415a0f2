// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/artifacts.hpp"
#include "facts/inquiry.hpp"
#include "facts/sightings.hpp"

#include <string>
#include <vector>

namespace streamgate::facts {

// What is known of one namespace, redacted.
struct NamespaceFacts {
  struct Log {
    std::string pod, container;
    std::string text;
    bool previous = false; // of the instance before the present one
  };
  std::vector<record::FactEvent> events;
  std::vector<SeenContainer> containers; // not well
  std::vector<PodState> pods;            // as they are now
  std::vector<ObjectState> workloads;
  std::vector<ObjectState> runs;
  std::vector<Log> logs;
};

// What is asked of a namespace, and of which pods logs are read.
struct Look {
  bool workloads = false;             // Deployments, StatefulSets, ReplicaSets
  bool runs = false;                  // PipelineRuns, TaskRuns
  std::size_t logs = 20;              // at most; containers that are not well come first
  std::vector<std::string> only = {}; // beginnings of names of pods; none: all
};

// Ask the target for a namespace, and add the answers to what was seen of it before.
void look_at(Inquiry& inquiry, const std::string& nspace, const Look& look, NamespaceFacts& facts);

// Write events.txt, pods.json, workloads.json, runs.json and logs/<pod>_<container>.log into `folder`, and add events
// and containers to `to`. Returns false when there was nothing to write.
bool write(Artifacts& artifacts, const std::string& folder, const NamespaceFacts& facts, record::Facts& to);

} // namespace streamgate::facts
