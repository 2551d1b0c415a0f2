// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "record/history.hpp"
#include "record/notification.hpp"
#include "record/run_dir.hpp"

#include <optional>
#include <string>

// What there is to tell of a run, and whether.
namespace streamgate::notify {

// When people are told.
enum class When { change, failure, always };
constexpr auto enum_names(When)
{
  return std::array{EnumName{When::change, "change"}, EnumName{When::failure, "failure"},
                    EnumName{When::always, "always"}};
}

struct NoticeSource {
  record::Verdict verdict;
  std::optional<record::Failures> failures;
  std::optional<record::HistoryRun> last;
  std::string gate;
  std::string url; // page of the run
};

// Most failures, components and reasons that a notification lists.
inline constexpr std::size_t k_most_failures = 500;
inline constexpr std::size_t k_most_components = 30;
inline constexpr std::size_t k_most_reasons = 20;

// Read verdict.json, or make the verdict of a run that has none: an error that says why. Nobody is told nothing because
// the judge itself failed.
record::Verdict verdict_of(const record::RunDir& run_dir);

// Put together what is told. A failure is new when no known issue takes it that still counts and the last run did not
// have it.
record::Notification make_notification(const NoticeSource& source, WallTime now);

// Return whether people are told: `change` when there is one, `failure` when the run did not pass or passes again.
bool to_be_told(const record::Notification& notification, When when);

} // namespace streamgate::notify
