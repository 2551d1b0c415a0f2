// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace streamgate::facts {

// What could not be gathered, in words: each once, and a bounded number of them.
class Problems {
public:
  static constexpr std::size_t k_most = 100;
  static constexpr std::size_t k_longest = 500; // bytes

  // Take one; "" is none.
  void add(std::string text);
  void add(const std::vector<std::string>& texts);
  const std::vector<std::string>& all() const { return m_texts; }

private:
  std::vector<std::string> m_texts;
};

} // namespace streamgate::facts
