// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/flake_rule.hpp"

#include <utility>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;

// How much a row says of the cause: the texts of the first of the highest are kept.
int weight(const record::TestResult& row)
{
  switch (row.status) {
  case TestStatus::failed:
    return 5;
  case TestStatus::error:
    return 4;
  case TestStatus::passed:
    return row.flaky ? 3 : 2;
  case TestStatus::skipped:
    return 1;
  case TestStatus::missing:
    break;
  }
  return 0;
}

} // namespace

void FlakeRule::add(record::TestResult row)
{
  const bool passed = row.status == TestStatus::passed;
  const bool bad = row.status == TestStatus::failed || row.status == TestStatus::error;
  if (passed || bad) m_attempts += row.attempts;
  if (passed && !m_passed) m_pass_duration = row.duration_s;
  m_passed = m_passed || passed;
  m_bad = m_bad || bad || (passed && row.flaky);
  if (!m_any || weight(row) > weight(m_kept)) m_kept = std::move(row);
  m_any = true;
}

record::TestResult FlakeRule::settled() const
{
  auto out = m_kept;
  if (!m_passed && !m_bad) return out;
  out.attempts = m_attempts;
  if (!m_passed) return out;
  out.status = TestStatus::passed;
  out.flaky = m_bad;
  out.duration_s = m_pass_duration;
  return out;
}

} // namespace streamgate::parse_junit
