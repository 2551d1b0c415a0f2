// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"

#include <cstdint>
#include <string>
#include <vector>

// artifacts/facts.json: what was seen on the target while the suite ran and when it had failed, before any cleanup.
// All lists are bounded; texts are redacted.
namespace streamgate::record {

// A component that the operator may install.
struct FactComponent {
  std::string name; // kind of the operator's object: "TektonPipeline", "TektonChain"
  bool installed = false;
  bool ready = false;
  std::string version;
  std::string message; // why it is not ready

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("installed", self.installed);
    visit("ready", self.ready);
    visit("version", self.version);
    visit("message", self.message);
  }
};

// An event of type Warning, the same ones counted together.
struct FactEvent {
  std::string nspace;
  std::string object; // "Pod/name"
  std::string reason; // "FailedScheduling"
  std::string message;
  std::int64_t count = 1;
  std::string first; // RFC 3339
  std::string last;  // RFC 3339

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("namespace", self.nspace);
    visit("object", self.object);
    visit("reason", self.reason);
    visit("message", self.message);
    visit("count", self.count);
    visit("first", self.first);
    visit("last", self.last);
  }
};

// A container that is not well: waiting, terminated with an exit code other than 0, or restarted.
struct FactContainer {
  std::string nspace;
  std::string pod;
  std::string container;
  std::string state;  // "waiting", "terminated", "running"
  std::string reason; // "CrashLoopBackOff", "OOMKilled"; "" when there is none
  std::string message;
  std::int64_t exit_code = 0;
  std::int64_t restarts = 0;
  std::string log; // file with its last lines, relative to the run directory; "" for none

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("namespace", self.nspace);
    visit("pod", self.pod);
    visit("container", self.container);
    visit("state", self.state);
    visit("reason", self.reason);
    visit("message", self.message);
    visit("exit_code", self.exit_code);
    visit("restarts", self.restarts);
    visit("log", self.log);
  }
};

// A node's condition that is not as it should be.
struct FactNode {
  std::string name;
  std::string condition; // "MemoryPressure", "NotReady"
  std::string message;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("condition", self.condition);
    visit("message", self.message);
  }
};

struct Facts {
  static constexpr const char* k_file = "artifacts/facts.json";
  static constexpr const char* k_schema = "facts";

  std::int64_t schema_version = 1;
  std::string time; // RFC 3339: when they were gathered
  std::vector<FactComponent> components;
  std::vector<FactNode> nodes;
  std::vector<FactEvent> events;
  std::vector<FactContainer> containers;
  std::vector<std::string> namespaces; // each has a folder artifacts/namespaces/<name>/
  std::vector<std::string> files;      // all that was gathered, relative to the run directory
  std::vector<std::string> problems;   // what could not be gathered, and why; what a bound cut off

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("time", self.time);
    visit("components", self.components);
    visit("nodes", self.nodes);
    visit("events", self.events);
    visit("containers", self.containers);
    visit("namespaces", self.namespaces);
    visit("files", self.files);
    visit("problems", self.problems);
  }
};

} // namespace streamgate::record
