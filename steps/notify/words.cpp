// SPDX-License-Identifier: Apache-2.0
#include "notify/words.hpp"

#include <fmt/format.h>

#include <iterator>

namespace streamgate::notify {

using record::Change;

std::string headline_words(const record::Notification& notification)
{
  const auto verdict = name_of(notification.verdict);
  switch (notification.change) {
  case Change::recovered:
    return fmt::format("passed again, was {}", name_of(notification.previous->verdict));
  case Change::broken:
  case Change::different:
    return fmt::format("{}, was {}", verdict, name_of(notification.previous->verdict));
  case Change::new_failures: {
    const auto count = notification.new_failures;
    return fmt::format("still {}, with {} new failure{}", verdict, count, count == 1 ? "" : "s");
  }
  case Change::none:
    return notification.verdict == record::VerdictWord::passed ? "passed" : fmt::format("still {}", verdict);
  case Change::first:
    break;
  }
  return std::string(verdict);
}

std::string counts_words(const record::TestCounts& counts)
{
  std::string out = fmt::format("{} planned", counts.planned);
  const auto add = [&](std::int64_t count, std::string_view what) {
    if (count != 0) out += fmt::format(", {} {}", count, what);
  };
  add(counts.passed, "passed");
  add(counts.flaky, "of them flaky");
  add(counts.failed, "failed");
  add(counts.error, "in error");
  add(counts.skipped, "skipped");
  add(counts.missing, "missing");
  return out;
}

std::string component_words(const record::VerdictComponent& component)
{
  const auto commit = component.commit.substr(0, 10);
  return component.ref.empty() ? commit : fmt::format("{} at {}", component.ref, commit);
}

std::string failure_words(const record::NotifiedFailure& failure)
{
  std::string out = failure.category.empty() ? "unknown" : failure.category;
  if (!failure.owner.empty()) out += ", owner " + failure.owner;
  if (!failure.cluster.empty()) out += ", cluster " + failure.cluster;
  if (!failure.known.empty()) out += ", known issue " + failure.known;
  return out;
}

std::int64_t old_failures(const record::Notification& notification)
{
  return std::ssize(notification.failures) + notification.left_out - notification.new_failures;
}

} // namespace streamgate::notify
