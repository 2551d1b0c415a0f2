// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "categorize/folding.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace streamgate::categorize {

// Patterns of RE2, searched for anywhere and without regard to case: one pass over a text says which of them fit. Once
// compiled, several threads may ask at once.
class Patterns {
public:
  Patterns();
  Patterns(Patterns&&) noexcept;
  Patterns& operator=(Patterns&&) noexcept;
  ~Patterns();

  // Add one; they are numbered from 0. Error: bad_input with RE2's reason.
  Status add(const std::string& pattern);
  // Make them ready, after the last `add`. Error: bad_input when they are too large together.
  Status compile();

  std::size_t size() const { return m_ones.size(); }
  // Put the numbers of those that fit `text` into `out`, in no order.
  void fitting(const FoldedText& text, std::vector<int>& out) const;
  // Return what pattern `number` matches first in the original text, "" for nothing.
  std::string_view find(std::size_t number, const FoldedText& text) const;

private:
  // Those that can be folded look at the folded text, the others at the original.
  enum Kind : std::size_t { folded, others };
  struct One {
    std::string pattern;
    Kind kind;
  };
  static std::string_view text_for(Kind kind, const FoldedText& text)
  {
    return kind == folded ? text.folded() : text.original();
  }
  const re2::RE2& compiled(std::size_t number) const;

  struct Set;
  std::array<std::unique_ptr<Set>, 2> m_sets; // by kind
  std::vector<One> m_ones;
  struct Compiled;
  std::unique_ptr<Compiled[]> m_compiled; // each when it is needed first
};

// One pattern, as those of `Patterns` are.
class Pattern {
public:
  // `pattern` must be good: `check_pattern` says so.
  explicit Pattern(const std::string& pattern);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();
  bool fits(std::string_view text) const;

private:
  std::unique_ptr<re2::RE2> m_one;
};

// Error: bad_input with RE2's reason.
Status check_pattern(const std::string& pattern);

} // namespace streamgate::categorize
