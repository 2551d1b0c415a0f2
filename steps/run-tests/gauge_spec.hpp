// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Gauge can list scenarios, but not of which spec they are, nor by tags. So its spec files are read here, as far as
// that needs; what Gauge lists is then compared with it (gauge.cpp), so that the two never differ unseen.
namespace streamgate::run_tests {

struct Scenario {
  std::string heading;
  std::int64_t line = 0;         // of the heading, from 1
  std::vector<std::string> tags; // its own
};

struct Spec {
  std::string heading;
  std::vector<std::string> tags;
  std::vector<Scenario> scenarios;
};

// Read a spec file's headings and tags. Never fails: Gauge is the judge of whether it is a good spec.
Spec parse_spec(std::string_view text);

enum class CaseSensitive { no, yes };

// A tag expression: tags joined by & (also && and ,), | (also ||), !, and parentheses; blanks do not count.
class TagExpression {
public:
  // Error: bad_input that says what is wrong where.
  static Result<TagExpression> parse(std::string_view text, CaseSensitive case_sensitive = CaseSensitive::no);
  // Return true when something with these tags is chosen. The empty expression chooses everything.
  bool matches(const std::vector<std::string>& tags) const;

private:
  TagExpression(std::string text, CaseSensitive case_sensitive) : m_text(std::move(text)), m_case(case_sensitive) {}
  std::string m_text; // with one character an operator and without blanks
  CaseSensitive m_case;
};

} // namespace streamgate::run_tests
