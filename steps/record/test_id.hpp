// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace streamgate::record {

// Return a test's `id` without what Gauge's XML adds for a row of a data table: " <number>", or " | SpecRow: ..." and
// " | ScnRow: ..." in newer ones; "" when it has neither. Gauge lists such a scenario once and reports each row.
std::string_view without_table_row(std::string_view id);

} // namespace streamgate::record
