// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/verdict.hpp"

#include <string>

namespace streamgate::evaluate {

// Return the verdict as Konflux' TEST_OUTPUT (integration-service, helpers/integration.go): compact JSON of result,
// namespace, timestamp, successes, failures, warnings and note. SUCCESS only when nothing was excused and nothing was
// flaky; WARNING passes in Konflux too. `page` is the URL of the run's page, "" when there is none. At most 1200 bytes,
// because all results of a container together may have 4096.
std::string test_output(const record::Verdict& verdict, const std::string& page);

} // namespace streamgate::evaluate
