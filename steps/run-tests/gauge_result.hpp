// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace streamgate::run_tests {

// Redact Gauge's last_run_result (Protocol Buffers): each text for itself, so that the lengths in front stay true.
// Gives
// "" for what is no such message, and where a secret would be left: the console's log says the same then.
std::string clean_gauge_result(std::string_view bytes);

} // namespace streamgate::run_tests
