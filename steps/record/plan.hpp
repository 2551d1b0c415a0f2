// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// plan.json: what the gate is going to do. Written by resolve-ref, read by all.
namespace streamgate::record {

enum class BuildKind { ko, container };
constexpr auto enum_names(BuildKind)
{
  return std::array{EnumName{BuildKind::ko, "ko"}, EnumName{BuildKind::container, "container"}};
}

enum class RefKind { branch, tag, commit, pull_request, head };
constexpr auto enum_names(RefKind)
{
  return std::array{EnumName{RefKind::branch, "branch"}, EnumName{RefKind::tag, "tag"},
                    EnumName{RefKind::commit, "commit"}, EnumName{RefKind::pull_request, "pull-request"},
                    EnumName{RefKind::head, "head"}};
}

enum class Runner { gauge, go_test };
constexpr auto enum_names(Runner)
{
  return std::array{EnumName{Runner::gauge, "gauge"}, EnumName{Runner::go_test, "go-test"}};
}

// One image of a component and where the operator takes it from.
struct PlannedImage {
  std::string name; // "controller"
  std::vector<std::string>
      import_paths;              // ko: tried in order; a relative one ("./cmd/x") counts only when the checkout has it.
  std::string containerfile;     // container: path in the checkout, else "".
  std::vector<std::string> keys; // IMAGE_* names, one per known operator version; those that the operator has are set.
  bool required = true;          // false: the operator may lack every key (older and newer releases differ).

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("import_paths", self.import_paths);
    visit("containerfile", self.containerfile);
    visit("keys", self.keys);
    visit("required", self.required);
  }
};

struct PlannedComponent {
  std::string name;          // "pipeline"
  std::string repository;    // URL, without credentials
  std::string requested_ref; // as the user wrote it; "HEAD" when nothing was given
  std::string ref;           // full name of what it resolved to: refs/tags/v1.9.2; "" for a bare commit
  RefKind kind = RefKind::head;
  std::string commit; // 40 hex digits
  BuildKind build = BuildKind::ko;
  std::string created_by; // value of operator.tekton.dev/created-by on its InstallerSets
  std::vector<PlannedImage> images;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("repository", self.repository);
    visit("requested_ref", self.requested_ref);
    visit("ref", self.ref);
    visit("kind", self.kind);
    visit("commit", self.commit);
    visit("build", self.build);
    visit("created_by", self.created_by);
    visit("images", self.images);
  }
};

// The test suite: where it comes from and what of it runs.
struct PlannedSuite {
  std::string name; // "smoke", "release-tests"
  Runner runner = Runner::gauge;
  std::string repository;             // URL; "" for a suite that is a folder of the test image
  std::string ref;                    // as asked
  std::string commit;                 // "" for a folder
  std::string folder;                 // folder of the suite in the checkout; "" for its root
  std::string package;                // go-test: import path of the package under test
  std::string tags;                   // gauge: tag expression; go-test: build tags
  std::vector<std::string> specs;     // gauge: spec files or folders
  std::string pattern;                // go-test: -run pattern; gauge: scenario name pattern
  std::string skip;                   // go-test: -skip pattern
  std::vector<std::string> arguments; // passed on to the runner as they are
  std::map<std::string, std::string> environment;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("runner", self.runner);
    visit("repository", self.repository);
    visit("ref", self.ref);
    visit("commit", self.commit);
    visit("folder", self.folder);
    visit("package", self.package);
    visit("tags", self.tags);
    visit("specs", self.specs);
    visit("pattern", self.pattern);
    visit("skip", self.skip);
    visit("arguments", self.arguments);
    visit("environment", self.environment);
  }
};

// One thing that the run will change, and where, as shown by a dry run.
struct PlannedChange {
  std::string where;  // "registry", "target", "publish"
  std::string object; // "ClusterServiceVersion env IMAGE_PIPELINES_WEBHOOK"
  std::string action; // "push", "patch, then restore", "delete, recreated by the operator"

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("where", self.where);
    visit("object", self.object);
    visit("action", self.action);
  }
};

struct Plan {
  static constexpr const char* k_file = "plan.json";
  static constexpr const char* k_schema = "plan";

  std::int64_t schema_version = 1;
  std::string run;     // name of the run: the PipelineRun's
  std::string created; // RFC 3339
  std::vector<PlannedComponent> components;
  PlannedSuite suite;
  std::map<std::string, std::string> parameters; // what the user set, redacted
  std::vector<PlannedChange> changes;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("run", self.run);
    visit("created", self.created);
    visit("components", self.components);
    visit("suite", self.suite);
    visit("parameters", self.parameters);
    visit("changes", self.changes);
  }
};

} // namespace streamgate::record
