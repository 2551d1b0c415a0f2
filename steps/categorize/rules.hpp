// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "categorize/config.hpp"
#include "categorize/run_facts.hpp"
#include "record/verdict.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::categorize {

// The category of what no rule takes; every rule file has it.
inline constexpr std::string_view k_unknown = "unknown";

// Read a rule file. Refused, with the rule's id and the reason: what breaks the schema, ids given
// twice, a category that is not there, and a rule without any condition. `what` names the text. Error: bad_input.
Result<Config> parse_config(std::string_view yaml, std::string_view what);

// Ordered rules, compiled. The first that fits decides. Several threads may ask at once, but not while one calls `see`.
class Rules {
public:
  // Compile a configuration. Error: bad_input, with the rule's id and the pattern that RE2 refuses.
  static Result<Rules> make(Config config, std::string_view what);
  // Read a rule file and compile it.
  static Result<Rules> parse(std::string_view yaml, std::string_view what);

  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;
  ~Rules();

  const Config& config() const;
  // Return true when a rule looks at logs of containers, which are read only then.
  bool wants_logs() const;

  // Set what is known of the run; before that, conditions on facts fit nothing.
  void see(const RunFacts& facts);

  // Return the position of the rule that takes a test that did not pass.
  std::optional<std::size_t> first(const record::TestResult& test) const;
  // Return the row for it.
  record::Failure judge(const record::TestResult& test) const;
  // Return the rows for many, in their order; a few threads share the work where it is worth it.
  std::vector<record::Failure> judge_all(const std::vector<const record::TestResult*>& tests) const;

private:
  struct Impl;
  explicit Rules(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::categorize
