// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What differs between two failures of one cause without meaning anything is taken out of their texts. The approach is
// that of Kubernetes' triage: times become one word, made-up values numbered placeholders, maps are put in order.
namespace streamgate::analysis {

// Longest normal form, in bytes.
inline constexpr std::size_t k_longest_normal = 2048;

// The normal form of a text that finds none: there is no such text known.
inline constexpr std::string_view k_unsettled = "unsettled";

// Return the normal form of a failure's text: no colours, blank lines or indentation; TIME for dates, times of day and
// durations; UNIQ1, UNIQ2 ... by first occurrence, equal for equal values, for UUIDs, digests, hex and big numbers,
// addresses, random suffixes, names of runs, pods and namespaces, files in /tmp, goroutines; no numbers of lines;
// map[...] sorted; no line that says what another has said but for such values; the middle left out of what is too
// long. Always valid UTF-8 of at most `k_longest_normal` bytes, whatever the input is, and its own normal form. Takes
// time linear in the size of the text; of more than 32 KiB the rest is not read.
std::string normalise(std::string_view text);

} // namespace streamgate::analysis
