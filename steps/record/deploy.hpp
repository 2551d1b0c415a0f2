// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// deploy.json: what is changed on the target, and the proof of what runs. Written by patch-csv, before its first
// change, and wait-reconcile.
namespace streamgate::record {

// Where the operator's images are set.
struct OperatorSite {
  std::string nspace; // namespace of the CSV and the Deployment
  std::string csv;    // name of the ClusterServiceVersion
  std::string csv_uid;
  std::string deployment;    // name of the Deployment in the CSV
  std::string container;     // name of the container that carries IMAGE_*
  std::string strategy = {}; // the Deployment's `strategy` in the CSV as it was before, as JSON; "" for none

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("namespace", self.nspace);
    visit("csv", self.csv);
    visit("csv_uid", self.csv_uid);
    visit("deployment", self.deployment);
    visit("container", self.container);
    visit("strategy", self.strategy);
  }
};

struct EnvChange {
  std::string key;
  std::optional<std::string> before; // absent: the key was not there
  std::string after;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("key", self.key);
    visit("before", self.before);
    visit("after", self.after);
  }
};

// An image that the target must run, by the component's image name.
struct ExpectedImage {
  std::string component;
  std::string image;
  std::string key;  // the IMAGE_* key that was set
  std::string pull; // reference with digest
  std::string digest;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("component", self.component);
    visit("image", self.image);
    visit("key", self.key);
    visit("pull", self.pull);
    visit("digest", self.digest);
  }
};

// One running container, or an expected image that none runs (pod is "" then).
struct ProofRow {
  std::string component;
  std::string image;    // name in the plan
  std::string workload; // "Deployment/tekton-pipelines-controller"
  std::string pod;
  std::string container;
  std::string running;  // digest in the pod's status.containerStatuses[].imageID
  std::string expected; // digest that was built
  bool proven = false;
  std::string note; // why not; or "argument of ..." for images that are passed as arguments

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("component", self.component);
    visit("image", self.image);
    visit("workload", self.workload);
    visit("pod", self.pod);
    visit("container", self.container);
    visit("running", self.running);
    visit("expected", self.expected);
    visit("proven", self.proven);
    visit("note", self.note);
  }
};

struct Proof {
  std::string time;  // RFC 3339
  std::string claim; // UID of the ConfigMap by which a run holds the target; "" when there was none
  bool proven = false;
  std::vector<ProofRow> rows;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("time", self.time);
    visit("claim", self.claim);
    visit("proven", self.proven);
    visit("rows", self.rows);
  }
};

struct Deploy {
  static constexpr const char* k_file = "deploy.json";
  static constexpr const char* k_schema = "deploy";

  std::int64_t schema_version = 1;
  std::string run;    // that made the changes
  std::string server; // API server of the target
  OperatorSite site;
  std::vector<EnvChange> changes;
  std::vector<ExpectedImage> expected;
  std::optional<Proof> before; // before the tests
  std::optional<Proof> after;  // after the tests
  bool restored = false;       // every change has its value from before again

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("run", self.run);
    visit("server", self.server);
    visit("site", self.site);
    visit("changes", self.changes);
    visit("expected", self.expected);
    visit("before", self.before);
    visit("after", self.after);
    visit("restored", self.restored);
  }
};

} // namespace streamgate::record
