// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/artifacts.hpp"
#include "facts/recorder.hpp"

namespace streamgate::facts {

struct GatherOptions {
  Duration longest = std::chrono::seconds(60); // for all questions to the target
  ArtifactLimits limits = {};
};

// Ask the target what a failure may come from, and write it with what was seen while the suite ran: artifacts/operator,
// artifacts/components (the operator's target namespace), artifacts/namespaces/<name> (where something was seen, and
// those that the suite left behind) and artifacts/facts.json. What cannot be had is a problem in there; a server that
// does not answer costs some seconds. Error: io, when facts.json cannot be written.
Status gather(const kube::Config& config, Seen seen, const record::RunDir& run, const Cancel& cancel,
              const GatherOptions& options = {});

// Shorten facts until they have at most `bytes` as JSON: the events and containers that come first go first. Says so in
// the problems.
void shorten(record::Facts& facts, std::size_t bytes);

} // namespace streamgate::facts
