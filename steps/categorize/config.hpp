// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/tests.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// config/categories.yaml, as its authors write it. Its schema is config/schema/categories.schema.json.
namespace streamgate::categorize {

struct Category {
  std::string id;
  std::string title;
  std::string owner;
  std::string next_step;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("title", self.title);
    visit("owner", self.owner);
    visit("next_step", self.next_step);
  }
};

// Whose objects a condition on facts looks at. `test`: in a namespace, or with a name, that stands in the test's
// message or detail. `component`: pods of a workload that runs an image under test.
enum class Whose { any, test, component };
constexpr auto enum_names(Whose)
{
  return std::array{EnumName{Whose::any, "any"}, EnumName{Whose::test, "test"},
                    EnumName{Whose::component, "component"}};
}

// A pattern, and the objects of which something must fit it.
struct FactPattern {
  std::string pattern;
  Whose of = Whose::any;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("pattern", self.pattern);
    visit("of", self.of);
  }
};

// Patterns are RE2's, searched for anywhere and without regard to case but for (?-i:...); "" is no condition. All
// conditions must fit. Those on facts fit nothing in a run of which no facts were gathered.
struct Rule {
  std::string id;
  std::string category;
  // --- of the test ---
  std::string message;
  std::string detail;
  std::string text; // the message, a line end and the detail
  std::string test; // the test's id
  std::string suite;
  std::vector<record::TestStatus> status; // any of these; empty: all
  std::optional<double> min_duration_s;
  std::optional<double> max_duration_s;
  std::int64_t min_attempts = 0; // 2: the test was run again, and failed again
  // --- of the run ---
  std::vector<std::string> component_missing;   // any of these objects of the operator is not installed: TektonChain
  std::vector<std::string> component_not_ready; // any of these is installed, and not ready
  std::optional<FactPattern> event;             // a Warning event, as "reason: message"
  std::optional<FactPattern> container;         // a container that is not well, as "state reason message"
  std::optional<FactPattern> log;               // the last lines of the log of such a container
  std::string node;                             // a node that is not as it should be, as "condition: message"
  std::string proof_failed; // "component image" of an image under test that did not run as it was built
  // --- what it says ---
  std::optional<double> confidence; // 0 to 1; by the kind of its conditions where absent
  std::string owner;                // instead of the category's, where given
  std::string next_step;            // the same

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("category", self.category);
    visit("message", self.message);
    visit("detail", self.detail);
    visit("text", self.text);
    visit("test", self.test);
    visit("suite", self.suite);
    visit("status", self.status);
    visit("min_duration_s", self.min_duration_s);
    visit("max_duration_s", self.max_duration_s);
    visit("min_attempts", self.min_attempts);
    visit("component_missing", self.component_missing);
    visit("component_not_ready", self.component_not_ready);
    visit("event", self.event);
    visit("container", self.container);
    visit("log", self.log);
    visit("node", self.node);
    visit("proof_failed", self.proof_failed);
    visit("confidence", self.confidence);
    visit("owner", self.owner);
    visit("next_step", self.next_step);
  }
};

struct Config {
  std::int64_t schema_version = 1;
  std::vector<Category> categories;
  std::vector<Rule> rules;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("categories", self.categories);
    visit("rules", self.rules);
  }
};

} // namespace streamgate::categorize
