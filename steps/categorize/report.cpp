// SPDX-License-Identifier: Apache-2.0
#include "categorize/report.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::categorize {
namespace {

constexpr std::size_t k_message_limit = 160;

std::string text_of(const record::KnownIssue& known)
{
  return fmt::format("known: {} ({}, {}), {} {}{}", known.id, known.owner, known.link,
                     known.expired ? "expired after" : "until", known.expires,
                     known.expired ? ": it counts again" : "");
}

std::string text_of(const record::Failure& failure)
{
  const auto line = [](std::string_view label, std::string_view text) {
    return fmt::format("  {:<24} {}\n", label, text);
  };
  auto out = line(failure.rule.empty() ? "-" : failure.rule, failure.id);
  if (!failure.message.empty()) out += line("", utf8::truncate(failure.message, k_message_limit));
  for (const auto& fact : failure.evidence) out += line("", fact);
  if (failure.known) out += line("", text_of(*failure.known));
  return out + line("", fmt::format("{}: {}", failure.owner, failure.next_step));
}

} // namespace

std::string text_of(const record::Failures& failures, const std::vector<Category>& categories,
                    const std::vector<std::string>& unused)
{
  std::string out = failures.failures.empty() ? "no test failed\n" : "";
  for (const auto& category : categories) {
    const auto count = std::ranges::count(failures.failures, category.id, &record::Failure::category);
    if (count == 0) continue;
    out += fmt::format("{} ({})\n", category.title, count);
    for (const auto& failure : failures.failures) {
      if (failure.category == category.id) out += text_of(failure);
    }
  }
  if (!unused.empty())
    out += fmt::format("known issues that took no failure of this run: {}\n", fmt::join(unused, ", "));
  return out;
}

std::string text_of(const std::vector<Finding>& findings)
{
  std::string out;
  for (const auto& finding : findings)
    out += fmt::format("{}: {}: {} ({})\n", name_of(finding.severity), finding.in, finding.text, finding.check);
  return findings.empty() ? "nothing found\n" : out;
}

} // namespace streamgate::categorize
