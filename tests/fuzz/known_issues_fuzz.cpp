// SPDX-License-Identifier: Apache-2.0
#include "categorize/known_issues.hpp"
#include "categorize/lint.hpp"
#include "fuzz.hpp"

#include <string>

namespace streamgate::fuzz {

void fuzz(std::string_view input)
{
  auto list = categorize::parse_issues(input, "input");
  if (!list) return;
  const auto count = list->issues.size();
  const auto today = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  auto known = categorize::KnownIssues::make(*list, "input");
  if (!known) return;
  (void)categorize::lint_issues(*list, today);
  const record::TestResult test{.id = "s/t",
                                .suite = "s",
                                .name = "t",
                                .status = record::TestStatus::failed,
                                .message = "connection refused",
                                .detail = std::string(input)};
  const auto found = known->find(test, "unknown", today);
  expect(known->unused().size() <= count - (found ? 1 : 0), "an issue that took something is used");
  auto gone = test;
  gone.status = record::TestStatus::missing;
  expect(!known->find(gone, "unknown", today), "a test that did not run is not known to fail");
}

} // namespace streamgate::fuzz
