// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <rapidjson/document.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// Reading and printing JSON. Building JSON from C++ types is `base/codec.hpp`.
namespace streamgate::json {

using Document = rapidjson::Document;
using Value = rapidjson::Value;
using Path = std::initializer_list<std::string_view>;

// Deepest nesting that `parse` accepts.
inline constexpr int k_max_depth = 200;

// Parse `text`, strictly: UTF-8 checked, one value, nothing behind it, at most `k_max_depth` levels. `what` names the
// text in the error (a file, "answer of GET /api/..."), which says line and column. Error: bad_input.
Result<Document> parse(std::string_view text, std::string_view what);

// Return the member reached by following `path` from `value`, or nullptr when any part is absent. Never fails.
const Value* find(const Value& value, Path path);

// Return the string at `path`, or "" when it is absent or not a string. The view lives as long as the document.
std::string_view text(const Value& value, Path path);

// Return the integer at `path`, or nothing when it is absent or not an integer.
std::optional<std::int64_t> integer(const Value& value, Path path);

// Return true when `path` holds the boolean true.
bool flag(const Value& value, Path path);

// Print compactly, or with two spaces a level and a final newline.
std::string dump(const Value& value);
std::string dump_pretty(const Value& value);

// Return a JSON string literal of `text`, quotes included; bytes that are not UTF-8 become U+FFFD.
std::string quote(std::string_view text);

// Return a string value that owns a copy of `text`.
Value string(std::string_view text, Document::AllocatorType& allocator);

} // namespace streamgate::json
