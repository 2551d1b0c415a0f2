// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/summary.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::parse_junit {
namespace {

void append_rows(std::string& out, const std::vector<record::TestResult>& rows, std::int64_t all)
{
  constexpr std::size_t k_shown_message = 200;
  for (const auto& row : rows) {
    const auto word = row.flaky ? std::string_view("flaky") : name_of(row.status);
    out += fmt::format("  {:<7} {}", word, row.id);
    out += row.attempts > 1 ? fmt::format(" ({} attempts)\n", row.attempts) : "\n";
    if (!row.message.empty()) out += fmt::format("          {}\n", utf8::truncate(row.message, k_shown_message));
  }
  const auto more = all - static_cast<std::int64_t>(rows.size());
  if (more > 0) out += fmt::format("  ... and {} more\n", more);
}

} // namespace

std::string text_of(const Summary& summary, const Told& told)
{
  const auto& counts = summary.counts;
  const auto rows = counts.executed + counts.skipped + counts.missing;
  auto out = fmt::format("{} tests: {} passed", rows, counts.passed);
  if (counts.flaky > 0) out += fmt::format(" ({} of them flaky)", counts.flaky);
  out += fmt::format(", {} failed, {} error, {} skipped, {} missing", counts.failed, counts.error, counts.skipped,
                     counts.missing);
  if (counts.planned > 0) out += fmt::format(" ({} planned)", counts.planned);
  out += '\n';
  append_rows(out, told.bad, counts.failed + counts.error + counts.missing);
  append_rows(out, told.flaky, counts.flaky);
  if (summary.unplanned > 0)
    out += fmt::format("{} results are of tests that were not planned; they stand for no planned one\n",
                       summary.unplanned);
  for (const auto& source : summary.sources) {
    out += fmt::format("{}: {} tests{}", source.file, source.tests, source.complete ? "" : ", NOT COMPLETE");
    out += source.repaired > 0 ? fmt::format(", {} characters repaired\n", source.repaired) : "\n";
    for (const auto& problem : source.problems) out += fmt::format("  {}\n", problem);
  }
  return out;
}

} // namespace streamgate::parse_junit
