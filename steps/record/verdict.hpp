// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/deploy.hpp"
#include "record/tests.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// failures.json: one row per failed test. verdict.json: the word of the gate. errors/*.json: steps that could not go
// on.
namespace streamgate::record {

// An entry of the list of known issues that takes a failure.
struct KnownIssue {
  std::string id;
  std::string owner;
  std::string link;
  std::string expires;  // YYYY-MM-DD: the last day on which it counts
  bool expired = false; // it is past: the failure counts again

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("owner", self.owner);
    visit("link", self.link);
    visit("expires", self.expires);
    visit("expired", self.expired);
  }
};

struct Failure {
  std::string id;       // the test's
  std::string category; // id of a category of config/categories.yaml, "unknown" when no rule fits
  std::string title;    // the category's, for people
  std::string rule;     // the rule that fitted, "" for none
  std::string matched;  // the text that it matched
  std::string message;
  std::string owner;
  std::string next_step;
  double confidence = 0;    // 0 to 1, of the rule; 0 without one
  std::string cluster = {}; // id of the cluster of failures with the same cause, the same across runs
  std::optional<KnownIssue> known = {};
  std::vector<std::string> evidence = {}; // facts of the run that the rule rests on
  std::string artifacts = {};             // what was gathered of it: a path relative to the run directory, "" for none

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("category", self.category);
    visit("title", self.title);
    visit("rule", self.rule);
    visit("matched", self.matched);
    visit("message", self.message);
    visit("owner", self.owner);
    visit("next_step", self.next_step);
    visit("confidence", self.confidence);
    visit("cluster", self.cluster);
    visit("known", self.known);
    visit("evidence", self.evidence);
    visit("artifacts", self.artifacts);
  }
};

// Failures with the same cause.
struct FailureCluster {
  std::string id;         // stable across runs
  std::string text;       // the normalised message that stands for it
  std::int64_t tests = 0; // of this run

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("text", self.text);
    visit("tests", self.tests);
  }
};

struct Failures {
  static constexpr const char* k_file = "failures.json";
  static constexpr const char* k_schema = "failures";

  std::int64_t schema_version = 1;
  std::vector<Failure> failures;
  std::vector<FailureCluster> clusters = {}; // largest first

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("failures", self.failures);
    visit("clusters", self.clusters);
  }
};

// A step that ended with an error. The file is errors/<step>.json, or errors/<step>-<instance>.json.
struct StepError {
  static constexpr const char* k_schema = "step-error";

  std::int64_t schema_version = 1;
  std::string step;
  std::string instance;
  std::int64_t exit_code = 2;
  std::string reason; // of ErrorCode
  std::string message;
  std::string hint;
  std::string time; // RFC 3339

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("step", self.step);
    visit("instance", self.instance);
    visit("exit_code", self.exit_code);
    visit("reason", self.reason);
    visit("message", self.message);
    visit("hint", self.hint);
    visit("time", self.time);
  }
};

// `overridden`: it failed, and somebody took it upon themselves to let it pass; never said of an error.
enum class VerdictWord { passed, failed, error, failed_and_error, overridden };
constexpr auto enum_names(VerdictWord)
{
  return std::array{EnumName{VerdictWord::passed, "passed"}, EnumName{VerdictWord::failed, "failed"},
                    EnumName{VerdictWord::error, "error"}, EnumName{VerdictWord::failed_and_error, "failed-and-error"},
                    EnumName{VerdictWord::overridden, "overridden"}};
}

// Why the verdict is what it is, most telling first.
struct VerdictReason {
  std::string code; // an ErrorCode's reason: "TestFailed", "ProofFailed", "NoTests" ...
  std::string text;
  std::string hint = {}; // what to do about it, "" where the step that ended did not say

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("code", self.code);
    visit("text", self.text);
    visit("hint", self.hint);
  }
};

struct VerdictComponent {
  std::string name;
  std::string ref;
  std::string commit;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("ref", self.ref);
    visit("commit", self.commit);
  }
};

// What one piece of evidence says: for the run, against it, or nothing that decides.
enum class Speaks { good, against, noted };
constexpr auto enum_names(Speaks)
{
  return std::array{EnumName{Speaks::good, "good"}, EnumName{Speaks::against, "against"},
                    EnumName{Speaks::noted, "noted"}};
}

// One line of why the verdict is what it is.
struct VerdictLine {
  std::string about; // "plan", "images", "proof before", "suite smoke", "policy"
  Speaks speaks = Speaks::noted;
  std::string text;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("about", self.about);
    visit("speaks", self.speaks);
    visit("text", self.text);
  }
};

// What history says of a test, or of a suite ("suite NAME"): the base window against the sample window.
struct TestStatistic {
  std::string id;
  std::string state; // of analysis::RegressionState
  std::int64_t base_runs = 0;
  std::int64_t base_passes = 0;
  std::int64_t sample_runs = 0;
  std::int64_t sample_passes = 0;
  double p_value = 1;
  std::string text; // one sentence for people

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("state", self.state);
    visit("base_runs", self.base_runs);
    visit("base_passes", self.base_passes);
    visit("sample_runs", self.sample_runs);
    visit("sample_passes", self.sample_passes);
    visit("p_value", self.p_value);
    visit("text", self.text);
  }
};

// Somebody's word that a failed run may pass.
struct Override {
  std::string who;
  std::string why;
  std::string link;
  std::string expires; // YYYY-MM-DD: the last day on which it counts

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("who", self.who);
    visit("why", self.why);
    visit("link", self.link);
    visit("expires", self.expires);
  }
};

struct Verdict {
  static constexpr const char* k_file = "verdict.json";
  static constexpr const char* k_schema = "verdict";

  std::int64_t schema_version = 1;
  std::string run;
  VerdictWord verdict = VerdictWord::error;
  std::int64_t exit_code = 2;
  std::string summary; // one line for people
  std::vector<VerdictReason> reasons;
  TestCounts counts;
  bool proven_before = false;
  bool proven_after = false;
  std::vector<VerdictComponent> components;
  std::string suite;
  std::string started;      // RFC 3339: the plan's
  std::string finished;     // RFC 3339
  std::string gate = {};    // name of the policy that it was judged by
  std::int64_t excused = 0; // failed tests that did not block: known issues, and what only informs
  bool retry = false;       // all that speaks against the run is of the policy's transient kinds
  std::optional<Override> overridden_by = {};
  std::vector<VerdictLine> lines = {};
  std::vector<TestStatistic> statistics = {}; // of failed tests and of what regressed

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("run", self.run);
    visit("verdict", self.verdict);
    visit("exit_code", self.exit_code);
    visit("summary", self.summary);
    visit("reasons", self.reasons);
    visit("counts", self.counts);
    visit("proven_before", self.proven_before);
    visit("proven_after", self.proven_after);
    visit("components", self.components);
    visit("suite", self.suite);
    visit("started", self.started);
    visit("finished", self.finished);
    visit("gate", self.gate);
    visit("excused", self.excused);
    visit("retry", self.retry);
    visit("overridden_by", self.overridden_by);
    visit("lines", self.lines);
    visit("statistics", self.statistics);
  }
};

} // namespace streamgate::record
