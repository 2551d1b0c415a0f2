// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/problems.hpp"
#include "facts/sightings.hpp"
#include "kube/client.hpp"

#include <memory>
#include <thread>

namespace streamgate::facts {

// What was seen while a suite ran.
struct Seen {
  Namespaces before; // the namespaces that there were when it began
  std::vector<record::FactEvent> events;
  std::vector<SeenContainer> containers;
  Problems problems;
};

// The defaults are for everything but tests.
struct RecorderOptions {
  kube::LoopOptions loop = {};
  Duration pause = std::chrono::seconds(30);         // before a watch that was refused is tried anew
  Duration log_gap = std::chrono::milliseconds(200); // between two logs, so that the server has little to do
  Duration patience = std::chrono::seconds(3);       // for the first question, and for a log
};

// How many things were seen so far, and how many logs were read.
struct Progress {
  std::size_t events = 0, containers = 0, logs = 0;
};

// Watches Warning events and pods of all namespaces in two threads of its own, and fetches the last lines of a
// container's log as soon as it has ended badly: most suites delete their namespaces, and what was in them is gone
// then. Three connections at most. No trouble reaches the caller: it becomes a problem.
class Recorder {
public:
  // Begin. Returns after one question to the server, at most `options.patience` later.
  explicit Recorder(const kube::Config& config, RecorderOptions options = {});
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Return how far it is, while it runs.
  Progress progress() const;
  // End both watches at once, whatever the server does, and return what was seen. Once.
  Seen stop();

private:
  class Follower;
  class EventFollower;
  class PodFollower;

  const RecorderOptions m_options;
  Cancel m_cancel;
  Seen m_seen;
  std::unique_ptr<EventFollower> m_events;
  std::unique_ptr<PodFollower> m_pods;
};

} // namespace streamgate::facts
