// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace streamgate::run_tests {

// A pattern of go test's -run and -skip: alternatives of expressions for each level of subtests, split by slashes.
class GoPattern {
public:
  // Error: bad_input with what is wrong in the expression.
  static Result<GoPattern> parse(std::string_view text);
  GoPattern(GoPattern&&) noexcept;
  GoPattern& operator=(GoPattern&&) noexcept;
  ~GoPattern();

  // Return true when -run with this pattern runs the top-level test. The empty pattern runs all.
  bool runs(std::string_view test) const;
  // Return true when -skip with this pattern leaves the whole top-level test out. The empty pattern skips none.
  bool skips(std::string_view test) const;

private:
  struct Alternative {
    std::unique_ptr<re2::RE2> first;
    bool whole; // no expression for subtests behind it
  };
  GoPattern();
  std::vector<Alternative> m_alternatives;
};

} // namespace streamgate::run_tests
