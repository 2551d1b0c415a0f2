// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/row.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace streamgate::parse_junit {

// Append a row as JSON. The bytes are those that the codec gives for the same record::TestResult (a test compares
// them); written by hand because the codec's price per row is more than that of parsing it.
void append_row(std::string& out, const Row& row);

// What is common to texts of JSON that are written by hand.
void append_quoted(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t value);

} // namespace streamgate::parse_junit
