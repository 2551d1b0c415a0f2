// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "record/tests.hpp"

#include <cstdint>
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

// A failed test that a rule must take.
struct Example {
  std::string test = "example/test";
  record::TestStatus status = record::TestStatus::failed;
  std::string message;
  std::string detail;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("test", self.test);
    visit("status", self.status);
    visit("message", self.message);
    visit("detail", self.detail);
  }
};

// Patterns are RE2's, searched for anywhere and without regard to case; "" is no condition. All conditions must fit.
struct Rule {
  std::string id;
  std::string category;
  std::string message;
  std::string detail;
  std::string text;                       // the message, a line end and the detail
  std::string test;                       // the test's id
  std::vector<record::TestStatus> status; // any of these; empty: all
  std::string owner;                      // instead of the category's, where given
  std::string next_step;                  // the same
  std::vector<Example> examples;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("category", self.category);
    visit("message", self.message);
    visit("detail", self.detail);
    visit("text", self.text);
    visit("test", self.test);
    visit("status", self.status);
    visit("owner", self.owner);
    visit("next_step", self.next_step);
    visit("examples", self.examples);
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
