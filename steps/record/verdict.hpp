// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/deploy.hpp"
#include "record/tests.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// failures.json: one row per failed test. verdict.json: the word of the gate. errors/*.json: steps that could not go
// on.
namespace streamgate::record {

struct Failure {
  std::string id;       // the test's
  std::string category; // id of a category of config/categories.yaml, "unknown" when no rule fits
  std::string title;    // the category's, for people
  std::string rule;     // the rule that fitted, "" for none
  std::string matched;  // the text that it matched
  std::string message;
  std::string owner;
  std::string next_step;

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
  }
};

struct Failures {
  static constexpr const char* k_file = "failures.json";
  static constexpr const char* k_schema = "failures";

  std::int64_t schema_version = 1;
  std::vector<Failure> failures;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("failures", self.failures);
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

enum class VerdictWord { passed, failed, error, failed_and_error };
constexpr auto enum_names(VerdictWord)
{
  return std::array{EnumName{VerdictWord::passed, "passed"}, EnumName{VerdictWord::failed, "failed"},
                    EnumName{VerdictWord::error, "error"}, EnumName{VerdictWord::failed_and_error, "failed-and-error"}};
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
  std::string started;  // RFC 3339: the plan's
  std::string finished; // RFC 3339

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
  }
};

} // namespace streamgate::record
