// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "kube/config.hpp"

#include <string>

namespace streamgate::notify {

// Which object of a cluster a notice that could not be sent is made an Event of.
struct EventTarget {
  std::string nspace;
  std::string kind; // "PipelineRun" or "TaskRun"
  std::string name;
};

// Parse "PipelineRun/NAME". Error: usage.
Result<EventTarget> parse_event_target(const std::string& object, const std::string& nspace);

// Return the Event of type Warning as JSON (core/v1); `uid` may be "".
std::string event_body(const EventTarget& target, const std::string& uid, const std::string& message, WallTime now);

// Create it. Errors: the cluster's, also when there is no account to ask it with.
Status send_event(const EventTarget& target, const std::string& message, const kube::ConfigSource& source,
                  const Cancel& cancel);

} // namespace streamgate::notify
