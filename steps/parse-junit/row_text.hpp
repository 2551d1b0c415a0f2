// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/row.hpp"

#include <string>

namespace streamgate::parse_junit {

// Append a row as JSON, its failure texts redacted and cut to their limits. The bytes are those that the codec gives
// for the same record::TestResult (a test compares them); written by hand because the codec's price per row is more
// than that of parsing it.
void append_row(std::string& out, const Row& row);

} // namespace streamgate::parse_junit
