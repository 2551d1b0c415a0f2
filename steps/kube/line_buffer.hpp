// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace streamgate::kube {

// Cuts a stream into lines, whatever pieces it comes in.
class LineBuffer {
public:
  // Longest line that is kept: above the largest object that etcd takes, with room for its encoding.
  static constexpr std::size_t k_longest = std::size_t{32} << 20U;

  explicit LineBuffer(std::size_t longest = k_longest) : m_longest(longest) {}

  // Take a piece. Returns false when the line that it does not end has become too long.
  bool append(std::string_view piece);
  // Return the next whole line without its end, or nothing. The view lives until the next call of either.
  std::optional<std::string_view> next();
  // Forget everything, a part of a line too.
  void clear();

private:
  std::string m_bytes;
  std::size_t m_start = 0;   // of the next line
  std::size_t m_scanned = 0; // no line end before this
  std::size_t m_longest;
};

} // namespace streamgate::kube
