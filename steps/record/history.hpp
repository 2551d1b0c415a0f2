// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/verdict.hpp"

#include <cstdint>
#include <string>
#include <vector>

// What statistics need of earlier runs. `publish` keeps one HistoryRun a line (compact JSON) in
// history/YYYY/MM/DD.jsonl, by the UTC day on which a run finished, and brings the last days' lines into a run's
// directory as history.jsonl, oldest first.
namespace streamgate::record {

struct HistoryTest {
  std::string id;
  TestStatus status = TestStatus::missing;
  bool flaky = false;
  double duration_s = 0;
  std::string cluster; // of the failure, "" for none

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("status", self.status);
    visit("flaky", self.flaky);
    visit("duration_s", self.duration_s);
    visit("cluster", self.cluster);
  }
};

struct HistoryRun {
  static constexpr const char* k_schema = "history-run";
  static constexpr const char* k_file = "history.jsonl"; // in a run's directory

  std::int64_t schema_version = 1;
  std::string run;
  std::string time; // RFC 3339: when it finished
  std::string gate; // name of the policy that judged it
  std::string suite;
  VerdictWord verdict = VerdictWord::error;
  std::vector<VerdictComponent> components;
  std::vector<HistoryTest> tests;
  std::vector<FailureCluster> clusters;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("run", self.run);
    visit("time", self.time);
    visit("gate", self.gate);
    visit("suite", self.suite);
    visit("verdict", self.verdict);
    visit("components", self.components);
    visit("tests", self.tests);
    visit("clusters", self.clusters);
  }
};

} // namespace streamgate::record
