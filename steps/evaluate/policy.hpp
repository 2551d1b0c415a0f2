// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "base/error.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// config/gates/<name>.yaml: what decides in a gate. The defaults are those of config/gates/midstream.yaml.
namespace streamgate::evaluate {

enum class Role { blocking, informing };
constexpr auto enum_names(Role)
{
  return std::array{EnumName{Role::blocking, "blocking"}, EnumName{Role::informing, "informing"}};
}

struct SuiteRule {
  std::string match = "*"; // of the suite's name; '*' stands for any text
  Role role = Role::blocking;
  std::string owner;
  std::string channel;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("match", self.match);
    visit("role", self.role);
    visit("owner", self.owner);
    visit("channel", self.channel);
  }
};

struct MassFailure {
  std::int64_t percent = 75; // more than this of the executed tests failed
  std::int64_t least = 10;   // of at least so many
  std::vector<std::string> key_tests;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("percent", self.percent);
    visit("least", self.least);
    visit("key_tests", self.key_tests);
  }
};

enum class OnRegression { inform, block };
constexpr auto enum_names(OnRegression)
{
  return std::array{EnumName{OnRegression::inform, "inform"}, EnumName{OnRegression::block, "block"}};
}

// Sippy's component readiness, by its default view.
struct StatisticsRule {
  OnRegression regressions = OnRegression::inform;
  std::int64_t base_days = 30;
  std::int64_t sample_days = 7;
  std::int64_t confidence = 95;         // percent
  std::int64_t pity = 5;                // percentage points
  std::int64_t least_failures = 3;      // in the sample
  std::int64_t new_test_pass_rate = 95; // percent
  std::int64_t new_test_runs = 6;
  bool flakes_are_failures = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("regressions", self.regressions);
    visit("base_days", self.base_days);
    visit("sample_days", self.sample_days);
    visit("confidence", self.confidence);
    visit("pity", self.pity);
    visit("least_failures", self.least_failures);
    visit("new_test_pass_rate", self.new_test_pass_rate);
    visit("new_test_runs", self.new_test_runs);
    visit("flakes_are_failures", self.flakes_are_failures);
  }
};

enum class OnFlake { pass, fail };
constexpr auto enum_names(OnFlake)
{
  return std::array{EnumName{OnFlake::pass, "pass"}, EnumName{OnFlake::fail, "fail"}};
}

struct PolicyFile {
  std::int64_t schema_version = 1;
  std::string name = "midstream";
  std::vector<SuiteRule> suites = {{"*", Role::blocking, "owners of the component under test", ""}};
  std::string pass = "all"; // "all", "any", "at-least N"
  std::vector<std::string> informing_tests;
  OnFlake flakes = OnFlake::pass;
  MassFailure mass_failure;
  std::vector<std::string> transient = {"Unavailable",
                                        "Throttled",
                                        "TLS",
                                        "Registry",
                                        "TaskRunImagePullFailed",
                                        "CouldntGetTask",
                                        "CouldntGetPipeline",
                                        "ResolutionFailed",
                                        "PodCreationFailed"};
  StatisticsRule statistics;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("name", self.name);
    visit("suites", self.suites);
    visit("pass", self.pass);
    visit("informing_tests", self.informing_tests);
    visit("flakes", self.flakes);
    visit("mass_failure", self.mass_failure);
    visit("transient", self.transient);
    visit("statistics", self.statistics);
  }
};

class Patterns;

// A policy whose patterns are compiled.
class Policy {
public:
  // The defaults.
  Policy();
  // Errors: bad_input with the place in the text: what breaks the schema, a pattern that RE2 refuses, a policy by which
  // no suite blocks, or by which more suites must pass than can.
  static Result<Policy> parse(std::string_view yaml, std::string_view what);
  // Read the policy that `gate` names: a file when it has a '/' or ends in ".yaml", else <folder>/<gate>.yaml of the
  // first of `folders` that has it. Errors: not_found, bad_input, io.
  static Result<Policy> find(const std::string& gate, const std::vector<std::filesystem::path>& folders);

  const PolicyFile& file() const { return m_file; }
  // The rule for a suite; one that nothing fits blocks.
  const SuiteRule& suite(std::string_view name) const;
  bool blocks(std::string_view suite) const { return this->suite(suite).role == Role::blocking; }
  // True for a test that only informs, whatever its suite does.
  bool only_informs(std::string_view test) const;
  bool is_key_test(std::string_view test) const;
  bool is_transient(std::string_view reason) const;
  // How many of `blocking` suites must pass.
  std::int64_t needed(std::int64_t blocking) const;
  // The names of suites that must run, whether or not they were heard of: blocking ones without a '*'.
  std::vector<std::string> named_suites() const;

private:
  PolicyFile m_file;
  std::shared_ptr<const Patterns> m_informing; // shared: a policy is copied, its patterns never change
  std::shared_ptr<const Patterns> m_key_tests;
};

} // namespace streamgate::evaluate
