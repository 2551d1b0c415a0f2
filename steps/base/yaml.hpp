// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"

#include <cstddef>
#include <string_view>

// Reading YAML as JSON. A library of its own (streamgate_yaml), so that only steps that read YAML link libyaml.
namespace streamgate::yaml {

// Longest text that `parse` takes, and the most that it makes of it when aliases are expanded, in bytes.
inline constexpr std::size_t k_max_size = std::size_t{8} << 20U;
inline constexpr std::size_t k_max_expanded = std::size_t{64} << 20U;
// Deepest nesting that `parse` accepts.
inline constexpr int k_max_depth = 100;

// Parse one YAML document as JSON: plain scalars by the core schema of YAML 1.2 (`yes` and `on` are strings), quoted
// ones are strings, keys are always strings, no document is null. U+0085, U+2028 and U+2029 end a line, as in YAML 1.1.
// Refused with line and column: a key given twice, merge keys (`<<`), keys that are not scalars, foreign tags,
// infinities, several documents, control characters, and what is too long, too deep or grows too large by aliases.
// `what` names the text in the error. Error: bad_input.
Result<json::Document> parse(std::string_view text, std::string_view what);

} // namespace streamgate::yaml
