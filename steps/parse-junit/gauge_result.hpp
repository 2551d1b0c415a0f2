// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/junit.hpp"
#include "parse-junit/row.hpp"

#include <string>
#include <string_view>

namespace streamgate::parse_junit {

// Read Gauge's own .gauge/last_run_result: a ProtoSuiteResult (gauge-proto's spec.proto) in the wire format of Protocol
// Buffers. Rows have the ids that the console's log gives, with durations and attempts beside. A scenario that Gauge
// did not execute is an error; a hook of a specification or of the suite that failed is a row of its own.
ReadEnd read_gauge_result(std::string_view bytes, const std::string& suite, const RowSink& sink);

} // namespace streamgate::parse_junit
