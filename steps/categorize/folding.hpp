// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace streamgate::categorize {

// A text, and the same with ASCII's capitals made small, byte by byte. Patterns on it need have no regard to case: RE2
// compiles those in half the time. Made once, it serves many searches.
class FoldedText {
public:
  FoldedText() = default;
  explicit FoldedText(std::string_view text) { assign(text); }
  // `text` must outlive this. What was allocated is kept.
  void assign(std::string_view text);

  std::string_view original() const { return m_original; }
  std::string_view folded() const { return m_folded; }

private:
  std::string_view m_original;
  std::string m_folded;
};

// Return a pattern of RE2 that finds in the folded text, with regard to case, what `pattern` finds in the original
// without; nothing when that is not plain: other letters than ASCII's, flags, classes by name or with ranges from
// letters to others, numbers of characters. (U+212A and U+017F, which RE2 takes for a k and an s, stay themselves.)
std::optional<std::string> folded_pattern(std::string_view pattern);

} // namespace streamgate::categorize
