// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "run-tests/gauge_outcome.hpp"

namespace streamgate::fuzz {

// Gauge's last_run_result.
void fuzz(std::string_view input)
{
  const auto read = run_tests::read_gauge_outcome(input);
  if (!read) return;
  expect(read->rows_failed <= read->rows_executed, "what failed was executed");
  expect(static_cast<std::int64_t>(read->failed.size()) <= read->rows_failed, "what failed is counted");
  for (const auto& [spec, scenario] : read->failed)
    expect(utf8::valid(spec) && utf8::valid(scenario), "headings are text");
}

} // namespace streamgate::fuzz
