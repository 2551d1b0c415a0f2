// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "base/json.hpp"
#include "record/facts.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What the target's objects say, without what nobody needs to explain a failure. Texts are bounded.
namespace streamgate::facts {

// Longest message that is kept, in bytes: the most that Kubernetes lets an event have.
inline constexpr std::size_t k_longest_message = 1024;

// Return a string of an object, at most `longest` bytes.
std::string text_of(const json::Value& object, json::Path path, std::size_t longest = 256);

// An Event of core/v1.
record::FactEvent event_fact(const json::Value& event);

// A container that is not well.
struct Trouble {
  record::FactContainer fact; // its log is ""
  std::string end;            // identifies the end whose log tells why; "" when nothing has run
  bool previous = false;      // that log is the one of the instance before
};

// Return the containers of a pod that wait for a bad reason, ended with an exit code other than 0, or were restarted
// after that; and, with container "", a pod that cannot be scheduled or failed as a whole (evicted). What a pod that is
// being deleted ends with because of that (143, 137) is no trouble.
std::vector<Trouble> troubles(const json::Value& pod);

// Return "Type=Status Reason: message" for each of status.conditions; without those that are as they should be when
// `bad_only` (True, or False of one that tells of a trouble).
enum class Conditions { all, bad_only };
std::vector<std::string> conditions_of(const json::Value& object, Conditions which);

// Whether a condition is True, and why not.
struct Readiness {
  bool ready = false;
  std::string message; // of the condition, else its reason
};
Readiness readiness(const json::Value& object, std::string_view condition = "Ready");

// A node's conditions that are not as they should be.
std::vector<record::FactNode> node_facts(const json::Value& node);

// A pod, for pods.json.
struct PodState {
  struct Container {
    std::string name, image, state, reason, message;
    std::int64_t exit_code = 0, restarts = 0;
    bool ready = false;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
      visit("name", self.name);
      visit("image", self.image);
      visit("state", self.state);
      visit("reason", self.reason);
      visit("message", self.message);
      visit("exit_code", self.exit_code);
      visit("restarts", self.restarts);
      visit("ready", self.ready);
    }
  };
  std::string name, phase, reason, message, node, created, deleting;
  std::vector<std::string> conditions; // bad ones
  std::vector<Container> containers;   // init containers first

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("phase", self.phase);
    visit("reason", self.reason);
    visit("message", self.message);
    visit("node", self.node);
    visit("created", self.created);
    visit("deleting", self.deleting);
    visit("conditions", self.conditions);
    visit("containers", self.containers);
  }
};
PodState pod_state(const json::Value& pod);

// A Deployment, StatefulSet, ReplicaSet, PipelineRun, TaskRun or TektonInstallerSet: who made it, and how far it is.
struct ObjectState {
  std::string kind, name, owner, created, deleting;
  std::map<std::string, std::int64_t> counts; // replicas by kind
  std::vector<std::string> conditions;        // all
  std::vector<std::string> parts;             // of a run: its pod, its children, its steps that failed

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("kind", self.kind);
    visit("name", self.name);
    visit("owner", self.owner);
    visit("created", self.created);
    visit("deleting", self.deleting);
    visit("counts", self.counts);
    visit("conditions", self.conditions);
    visit("parts", self.parts);
  }
};
ObjectState object_state(const json::Value& object, std::string_view kind);

} // namespace streamgate::facts
