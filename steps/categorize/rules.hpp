// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "categorize/config.hpp"
#include "record/verdict.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace streamgate::categorize {

// The category of what no rule takes; every rule file has it.
inline constexpr std::string_view k_unknown = "unknown";

// Ordered rules, compiled. The first that fits decides.
class Rules {
public:
  // Read a rule file. Refused, with the rule's id and the reason: what breaks the schema, ids given twice, a category
  // that is not there, a rule without any condition, a pattern that RE2 refuses, an example that its rule does not
  // take, and an example that an earlier rule takes (the later one cannot be reached by it). `what` names the text.
  // Error: bad_input.
  static Result<Rules> parse(std::string_view yaml, std::string_view what);

  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;
  ~Rules();

  const std::vector<Category>& categories() const;

  // Return the row for a test that did not pass.
  record::Failure judge(const record::TestResult& test) const;

private:
  struct Impl;
  explicit Rules(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::categorize
