// SPDX-License-Identifier: Apache-2.0
#include "notify/notice.hpp"

#include "notify/text.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace streamgate::notify {
namespace {

using record::Change;
using record::VerdictWord;

constexpr std::size_t k_name_bytes = 300;
constexpr std::size_t k_text_bytes = 1000;

// A test that was to run and did not is as bad as one that failed.
std::set<std::string> failing(const record::HistoryRun& run)
{
  std::set<std::string> out;
  for (const auto& test : run.tests) {
    if (test.status != record::TestStatus::passed && test.status != record::TestStatus::skipped) out.insert(test.id);
  }
  return out;
}

// What must not be empty.
std::string named(std::string_view text, std::size_t bytes)
{
  auto out = one_line(text, bytes);
  return out.empty() ? "?" : out;
}

record::NotifiedFailure told(const record::Failure& failure, const std::set<std::string>& before)
{
  record::NotifiedFailure out;
  const bool known = failure.known && !failure.known->expired;
  out.id = named(failure.id, k_name_bytes);
  out.category = one_line(failure.category, k_name_bytes);
  out.owner = one_line(failure.owner, k_name_bytes);
  out.cluster = one_line(failure.cluster, k_name_bytes);
  out.message = one_line(failure.message, k_text_bytes);
  if (failure.known) out.known = one_line(failure.known->id, k_name_bytes);
  out.fresh = !known && !before.contains(failure.id);
  return out;
}

Change change_of(const record::Notification& notification)
{
  if (!notification.previous) return Change::first;
  const auto before = notification.previous->verdict;
  const auto now = notification.verdict;
  if (before == VerdictWord::passed) return now == VerdictWord::passed ? Change::none : Change::broken;
  if (now == VerdictWord::passed) return Change::recovered;
  if (now != before) return Change::different;
  return notification.new_failures > 0 ? Change::new_failures : Change::none;
}

} // namespace

record::Verdict verdict_of(const record::RunDir& run_dir)
{
  auto loaded = run_dir.load<record::Verdict>();
  if (loaded) return std::move(*loaded);
  record::Verdict out;
  const auto root = std::filesystem::absolute(run_dir.root()).lexically_normal();
  out.run = (root.has_filename() ? root : root.parent_path()).filename().string();
  out.summary = "there is no verdict: " + loaded.error().text();
  out.reasons.push_back({std::string(reason(loaded.error().code)), loaded.error().text(), loaded.error().hint});
  if (const auto plan = run_dir.load<record::Plan>(); plan) out.suite = plan->suite.name;
  return out;
}

record::Notification make_notification(const NoticeSource& source, WallTime now)
{
  const auto& verdict = source.verdict;
  record::Notification out;
  out.time = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
  out.run = one_line(verdict.run, k_name_bytes);
  out.gate = source.gate;
  out.suite = one_line(verdict.suite, k_name_bytes);
  out.verdict = verdict.verdict;
  out.summary = one_line(verdict.summary, k_text_bytes);
  out.counts = verdict.counts;
  out.url = source.url;
  for (const auto& reason : verdict.reasons) {
    if (out.reasons.size() == k_most_reasons) break;
    out.reasons.push_back(
        {named(reason.code, k_name_bytes), named(reason.text, k_text_bytes), one_line(reason.hint, k_text_bytes)});
  }
  for (const auto& component : verdict.components) {
    if (out.components.size() == k_most_components) break;
    out.components.push_back({named(component.name, k_name_bytes), one_line(component.ref, k_name_bytes),
                              one_line(component.commit, k_name_bytes)});
  }
  std::set<std::string> before;
  if (source.last) {
    out.previous = record::PreviousRun{one_line(source.last->run, k_name_bytes), source.last->verdict};
    before = failing(*source.last);
  }
  if (source.failures) {
    for (const auto& failure : source.failures->failures) out.failures.push_back(told(failure, before));
    std::ranges::stable_partition(out.failures, &record::NotifiedFailure::fresh);
  }
  out.new_failures = std::ranges::count_if(out.failures, &record::NotifiedFailure::fresh);
  out.change = change_of(out);
  if (out.failures.size() > k_most_failures) {
    out.left_out = static_cast<std::int64_t>(out.failures.size() - k_most_failures);
    out.failures.resize(k_most_failures);
  }
  return out;
}

bool to_be_told(const record::Notification& notification, When when)
{
  if (when == When::always) return true;
  if (when == When::change) return notification.change != Change::none;
  return notification.verdict != VerdictWord::passed || notification.change == Change::recovered;
}

} // namespace streamgate::notify
