// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/verdict.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What `notify` tells of a run. A generic webhook gets it as its body.
namespace streamgate::record {

// How a run differs from the last one of its gate and suite.
enum class Change { none, first, broken, recovered, different, new_failures };
constexpr auto enum_names(Change)
{
  return std::array{EnumName{Change::none, "none"},           EnumName{Change::first, "first"},
                    EnumName{Change::broken, "broken"},       EnumName{Change::recovered, "recovered"},
                    EnumName{Change::different, "different"}, EnumName{Change::new_failures, "new-failures"}};
}

struct NotifiedFailure {
  std::string id; // the test's
  std::string category;
  std::string owner;
  std::string cluster;
  std::string message;
  std::string known;  // id of the known issue that takes it, "" for none
  bool fresh = false; // not known, and not among the last run's failures

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("category", self.category);
    visit("owner", self.owner);
    visit("cluster", self.cluster);
    visit("message", self.message);
    visit("known", self.known);
    visit("new", self.fresh);
  }
};

// The run that this one is compared with.
struct PreviousRun {
  std::string run;
  VerdictWord verdict = VerdictWord::error;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("run", self.run);
    visit("verdict", self.verdict);
  }
};

// All texts are redacted, bounded, and of one line.
struct Notification {
  static constexpr const char* k_schema = "notification";

  std::int64_t schema_version = 1;
  std::string time; // RFC 3339: when it was made
  std::string run;
  std::string gate;
  std::string suite;
  VerdictWord verdict = VerdictWord::error;
  std::optional<PreviousRun> previous; // absent when none is known
  Change change = Change::none;
  std::string summary;
  std::vector<VerdictReason> reasons;
  TestCounts counts;
  std::vector<VerdictComponent> components;
  std::vector<NotifiedFailure> failures; // new ones first
  std::int64_t new_failures = 0;
  std::int64_t left_out = 0; // failures that are not in the list
  std::string url;           // page of the run, "" for none

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("time", self.time);
    visit("run", self.run);
    visit("gate", self.gate);
    visit("suite", self.suite);
    visit("verdict", self.verdict);
    visit("previous", self.previous);
    visit("change", self.change);
    visit("summary", self.summary);
    visit("reasons", self.reasons);
    visit("counts", self.counts);
    visit("components", self.components);
    visit("failures", self.failures);
    visit("new_failures", self.new_failures);
    visit("left_out", self.left_out);
    visit("url", self.url);
  }
};

} // namespace streamgate::record
