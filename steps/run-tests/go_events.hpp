// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace streamgate::run_tests {

// Redact the events of `go test -json` (cmd/test2json). It cuts a test's output into events by lines and by length, so
// that a secret may lie in several: the pieces of one test are joined into one event, which comes right before the next
// event of another kind of that test. What is not JSON is kept, redacted line by line.
std::string clean_events(std::string_view text);

} // namespace streamgate::run_tests
