// SPDX-License-Identifier: Apache-2.0
#include "evaluate/test_output.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

namespace streamgate::evaluate {
namespace {

constexpr std::size_t k_summary_limit = 300;
constexpr std::size_t k_name_limit = 100;
constexpr std::size_t k_link_limit = 300;

struct TestOutput {
  std::string result;
  std::string nspace;
  std::string timestamp;
  std::int64_t successes = 0;
  std::int64_t failures = 0;
  std::int64_t warnings = 0;
  std::string note;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("result", self.result);
    visit("namespace", self.nspace);
    visit("timestamp", self.timestamp);
    visit("successes", self.successes);
    visit("failures", self.failures);
    visit("warnings", self.warnings);
    visit("note", self.note);
  }
};

std::string_view result_of(const record::Verdict& verdict)
{
  switch (verdict.verdict) {
  case record::VerdictWord::passed:
    return verdict.excused > 0 || verdict.counts.flaky > 0 ? "WARNING" : "SUCCESS";
  case record::VerdictWord::overridden:
    return "WARNING";
  case record::VerdictWord::error:
    return "ERROR";
  case record::VerdictWord::failed:
  case record::VerdictWord::failed_and_error:
    break;
  }
  return "FAILURE";
}

// A link that is cut leads nowhere: it is whole or not there.
std::string link(std::string_view what, const std::string& url)
{
  return url.empty() || url.size() > k_link_limit ? "" : fmt::format(" | {}: {}", what, url);
}

} // namespace

std::string test_output(const record::Verdict& verdict, const std::string& page)
{
  const auto& counts = verdict.counts;
  auto note = utf8::truncate(verdict.summary, k_summary_limit) + link("report", page);
  if (verdict.overridden_by) note += link("override", verdict.overridden_by->link);
  return to_json(TestOutput{std::string(result_of(verdict)),
                            verdict.suite.empty() ? "streamgate" : utf8::truncate(verdict.suite, k_name_limit),
                            verdict.finished, counts.passed - counts.flaky,
                            counts.failed + counts.error - verdict.excused,
                            counts.skipped + counts.missing + counts.flaky + verdict.excused, note});
}

} // namespace streamgate::evaluate
