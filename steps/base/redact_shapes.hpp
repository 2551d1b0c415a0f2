// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What redact.cpp needs beside the values that it remembers. Not for others: use base/redact.hpp.
namespace streamgate::redact {

inline constexpr std::string_view k_mark = "[redacted]";
inline constexpr std::size_t k_shortest_secret = 6;

// Return `text` with what has a secret's shape replaced by k_mark. JSON stays JSON: no closing quote and no part of an
// escape is ever taken away, whatever the strings hold.
std::string clean_shapes(std::string_view text);

// Return false when no shape begins anywhere in `text`.
bool may_hold_shape(std::string_view text);

// Return how many bytes of the JSON escape that `at` lies inside of still follow (0 outside of escapes): 1 at the n of
// \n.
std::size_t rest_of_escape(std::string_view text, std::size_t at);

} // namespace streamgate::redact
