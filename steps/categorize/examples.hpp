// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "categorize/run_facts.hpp"
#include "record/tests.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The examples of a rule file, in a file beside it that only the lint reads, so that no run waits for it:
// config/categories.examples.yaml. Its schema is config/schema/category-examples.schema.json.
namespace streamgate::categorize {

// A failed test, and what must be known of its run.
struct Example {
  std::string test = "example/test";
  std::string suite = "example";
  record::TestStatus status = record::TestStatus::failed;
  std::int64_t attempts = 1;
  double duration_s = 0;
  std::string message;
  std::string detail;
  RunFacts facts;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("test", self.test);
    visit("suite", self.suite);
    visit("status", self.status);
    visit("attempts", self.attempts);
    visit("duration_s", self.duration_s);
    visit("message", self.message);
    visit("detail", self.detail);
    visit("facts", self.facts);
  }

  record::TestResult as_test() const;
};

// Of one rule: what it must take, and what it must leave, to another rule or to none.
struct RuleExamples {
  std::vector<Example> takes;
  std::vector<Example> leaves;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("takes", self.takes);
    visit("leaves", self.leaves);
  }
};

struct Examples {
  std::int64_t schema_version = 1;
  std::map<std::string, RuleExamples> examples; // by the rule's id; those of `unknown` are taken by no rule

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("examples", self.examples);
  }
};

// Return the file that holds the examples of a rule file: x.examples.yaml of x.yaml.
std::string examples_file(const std::string& rules);

// Read examples. Error: bad_input.
Result<Examples> parse_examples(std::string_view yaml, std::string_view what);

} // namespace streamgate::categorize
