// SPDX-License-Identifier: Apache-2.0
#include "analysis/flakes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::analysis {

FlakeRate flake_rate(const Observations& observations, WallTime now, std::chrono::days days)
{
  const Counts counts = count(observations, now - days, now);
  return {counts.runs, counts.flakes};
}

std::optional<Broken> broken(const TestHistory& history, const std::string& id, WallTime now, std::int64_t runs)
{
  const Observations& all = history.test(id);
  const auto end = std::ranges::upper_bound(all, now, {}, &Observation::time);
  auto first = end;
  while (first != all.begin() && std::prev(first)->outcome == Outcome::failed) --first;
  if (end - first < runs) return std::nullopt;
  Broken out{end - first, history.run(first->run), first->time, "", ""};
  if (first != all.begin()) out.last_good = history.run(std::prev(first)->run);
  out.text = fmt::format("failed in each of its last {} runs, since {} of {}", out.runs, out.since_run,
                         to_rfc3339(out.since).substr(0, 10));
  if (!out.last_good.empty()) out.text += fmt::format("; the last good run was {}", out.last_good);
  return out;
}

} // namespace streamgate::analysis
