// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "record/run_dir.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What is published of a run: one document made of its records, and the index of all runs.
namespace streamgate::publish {

// "none": the run has no verdict.json.
inline constexpr const char* k_no_verdict = "none";

struct RunComponent {
  std::string name;
  std::string repository;
  std::string ref;
  std::string commit;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("repository", self.repository);
    visit("ref", self.ref);
    visit("commit", self.commit);
  }
};

struct RunRecord {
  std::int64_t schema_version = 1;
  std::string run;
  std::string time;                   // RFC 3339: when it finished, else when it was planned; "" when neither is known
  std::string verdict = k_no_verdict; // as in verdict.json
  std::string summary;
  std::vector<record::VerdictReason> reasons;
  std::vector<RunComponent> components;
  std::string suite;
  record::TestCounts counts;
  std::vector<record::TestResult> tests;
  std::vector<record::Failure> failures;
  std::vector<record::FailureCluster> clusters;
  std::string gate; // policy that judged it
  std::optional<record::Proof> before;
  std::optional<record::Proof> after;
  std::vector<record::StepError> errors;
  std::vector<std::string> problems; // records that are there and cannot be read
  std::vector<std::string> left_out; // files too large to be published
  std::string label;                 // what the user wrote beside the run

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("run", self.run);
    visit("time", self.time);
    visit("verdict", self.verdict);
    visit("summary", self.summary);
    visit("reasons", self.reasons);
    visit("components", self.components);
    visit("suite", self.suite);
    visit("counts", self.counts);
    visit("tests", self.tests);
    visit("failures", self.failures);
    visit("clusters", self.clusters);
    visit("gate", self.gate);
    visit("before", self.before);
    visit("after", self.after);
    visit("errors", self.errors);
    visit("problems", self.problems);
    visit("left_out", self.left_out);
    visit("label", self.label);
  }
};

struct IndexEntry {
  std::string run;
  std::string time;
  std::string verdict;
  std::string summary;
  std::vector<RunComponent> components;
  record::TestCounts counts;
  std::string path; // "runs/2026/03/run-1": + ".html", ".json", and the folder of the raw records
  std::string label = {};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("run", self.run);
    visit("time", self.time);
    visit("verdict", self.verdict);
    visit("summary", self.summary);
    visit("components", self.components);
    visit("counts", self.counts);
    visit("path", self.path);
    visit("label", self.label);
  }
};

// index.json: all runs, newest first.
struct Index {
  std::int64_t schema_version = 1;
  std::vector<IndexEntry> runs;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("runs", self.runs);
  }
};

// Put a run's record together from whatever is in its directory. Error: not_found when there is nothing at all.
Result<RunRecord> collect(const record::RunDir& run_dir);

// Return where a run is published: runs/<YYYY>/<MM>/<name>, by its time, or by `now` when it has none.
std::string path_of(const RunRecord& record, WallTime now);

} // namespace streamgate::publish
