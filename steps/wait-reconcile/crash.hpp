// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/world.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

// The image under test that does not start.
namespace streamgate::wait_reconcile {

struct Fall {
  enum class Kind {
    crash, // it starts and ends, again and again
    pull,  // it cannot be fetched
  };
  Kind kind = Kind::crash;
  kube::ObjectName pod;
  std::string container;
  std::string reason, message; // as the kubelet says
  std::int64_t exit_code = 0;
  std::int64_t restarts = 0;
};

// Look for a container of an image under test (its spec pins one of `digests`) that cannot be fetched or does not stay
// up, among the present pods of the owners' workloads. Pods that are on their way out, of sets in `old_sets`, or of
// other images do not count.
std::optional<Fall> find_fall(const tekton_operator::World& world, const std::vector<std::string>& owners,
                              const std::set<std::string>& old_sets, const std::set<std::string>& digests);

// Make the error that a fall ends the step with: crash_loop with the container's last lines, or registry.
Error fall_error(const Fall& fall, const std::string& log);

// Fetch the last lines of a crashed container; "" when there are none.
std::string last_lines(const kube::Client& client, const Fall& fall);

} // namespace streamgate::wait_reconcile
