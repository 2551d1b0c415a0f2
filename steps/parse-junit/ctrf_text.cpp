// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/ctrf_text.hpp"

#include "parse-junit/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;

std::string_view ctrf_status(TestStatus status)
{
  switch (status) {
  case TestStatus::passed:
    return "passed";
  case TestStatus::failed:
  case TestStatus::error:
    return "failed";
  case TestStatus::skipped:
    return "skipped";
  case TestStatus::missing:
    break;
  }
  return "other";
}

// What stands between suite and name in the id: the class, package or specification.
std::string_view group_of(const Row& row)
{
  const bool usual = row.id.starts_with(row.suite) && row.id.ends_with(row.name) &&
                     row.id.size() > row.suite.size() + row.name.size() + 2;
  if (!usual) return {};
  return row.id.substr(row.suite.size() + 1, row.id.size() - row.suite.size() - row.name.size() - 2);
}

// A duration of years is no duration; the limit keeps the number an integer.
std::int64_t milliseconds(double seconds)
{
  constexpr double k_longest = 1e12;
  return std::llround(std::clamp(seconds, 0.0, k_longest) * 1000);
}

} // namespace

std::string ctrf_head()
{
  return R"({"reportFormat":"CTRF","specVersion":"1.0.0","generatedBy":"streamgate )" STREAMGATE_VERSION
         R"(","results":{"tool":{"name":"streamgate","version":")" STREAMGATE_VERSION R"("},"tests":[)";
}

void append_ctrf(std::string& out, const Row& row)
{
  append_quoted(out.append("{\"name\":"), row.name.empty() ? row.id : row.name);
  out.append(",\"status\":\"").append(ctrf_status(row.status));
  append_integer(out.append("\",\"duration\":"), milliseconds(row.duration_s));
  append_quoted(out.append(",\"suite\":["), row.suite);
  if (const auto group = group_of(row); !group.empty()) append_quoted(out.append(","), group);
  append_quoted(out.append("],\"testId\":"), row.id);
  if (row.status == TestStatus::error || row.status == TestStatus::missing)
    out.append(",\"rawStatus\":\"").append(name_of(row.status)).append("\"");
  if (row.attempts > 1) append_integer(out.append(",\"retries\":"), row.attempts - 1);
  if (row.flaky) out.append(",\"flaky\":true");
  if (!row.message.empty()) append_quoted(out.append(",\"message\":"), row.message);
  if (!row.detail.empty()) append_quoted(out.append(",\"trace\":"), row.detail);
  out += '}';
}

std::string ctrf_tail(const record::TestCounts& counts, RunTimes times)
{
  return fmt::format("\n],\n\"summary\":{{\"tests\":{},\"passed\":{},\"failed\":{},\"skipped\":{},\"pending\":0,"
                     "\"other\":{},\"flaky\":{},\"start\":{},\"stop\":{}}}}}}}\n",
                     counts.executed + counts.skipped + counts.missing, counts.passed, counts.failed + counts.error,
                     counts.skipped, counts.missing, counts.flaky, times.start, times.stop);
}

} // namespace streamgate::parse_junit
