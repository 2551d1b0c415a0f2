// SPDX-License-Identifier: Apache-2.0
#include "publish/history.hpp"

#include "base/redact.hpp"
#include "record/history_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <ranges>
#include <tuple>
#include <utility>

namespace streamgate::publish {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::string_view k_folder = "history";
constexpr std::size_t k_most_told = 3; // broken lines of one file

// A day's file, taken apart.
struct Day {
  std::vector<std::string_view> broken;
  std::vector<HistoryLine> lines;
};

Day take_apart(std::string_view text, std::vector<std::string>& problems)
{
  Day out;
  std::int64_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto key = record::history_key(line);
    if (key) {
      out.lines.push_back({std::move(key->run), key->time, std::string(line)});
      continue;
    }
    out.broken.push_back(line);
    if (out.broken.size() <= k_most_told)
      problems.push_back(fmt::format("line {} is broken and stays as it is: {}", number, key.error().text()));
  }
  if (out.broken.size() > k_most_told)
    problems.push_back(fmt::format("{} more lines are broken and stay as they are", out.broken.size() - k_most_told));
  return out;
}

std::string put_together(Day day)
{
  std::ranges::stable_sort(day.lines, [](const HistoryLine& a, const HistoryLine& b) {
    return std::tie(a.time, a.run) < std::tie(b.time, b.run);
  });
  std::string out;
  for (const auto line : day.broken) out.append(line).append("\n");
  for (const auto& line : day.lines) out.append(line.text).append("\n");
  return out;
}

// The day of a path that `history_path` could have made.
std::optional<sys_days> day_of(const std::string& path)
{
  const auto number = [&](std::size_t at, std::size_t digits) {
    unsigned value = 0;
    std::from_chars(path.data() + at, path.data() + at + digits, value);
    return value;
  };
  if (path.size() != std::string_view("history/2026/03/01.jsonl").size()) return std::nullopt;
  const year_month_day date{std::chrono::year(static_cast<int>(number(8, 4))), std::chrono::month(number(13, 2)),
                            std::chrono::day(number(16, 2))};
  if (!date.ok() || history_path(sys_days(date)) != path) return std::nullopt;
  return sys_days(date);
}

void note(std::vector<std::string>& to, const std::string& path, const std::vector<std::string>& problems)
{
  for (const auto& problem : problems) to.push_back(fmt::format("{}: {}", path, problem));
}

} // namespace

Result<HistoryLine> history_line(const RunRecord& record)
{
  const auto time = parse_rfc3339(record.time);
  if (!time) return fail(ErrorCode::bad_input, "the run's time is not known");
  record::HistoryRun run;
  run.run = record.run;
  run.time = to_rfc3339(*time);
  run.gate = record.gate;
  run.suite = record.suite;
  run.verdict = value_of<record::VerdictWord>(record.verdict).value_or(record::VerdictWord::error);
  for (const auto& component : record.components)
    run.components.push_back({component.name, component.ref, component.commit});
  std::map<std::string_view, std::string_view> cluster_of;
  for (const auto& failure : record.failures) cluster_of[failure.id] = failure.cluster;
  for (const auto& test : record.tests) {
    const auto cluster = cluster_of.find(test.id);
    run.tests.push_back({test.id, test.status, test.flaky, test.duration_s,
                         cluster == cluster_of.end() ? "" : std::string(cluster->second)});
  }
  run.clusters = record.clusters;
  HistoryLine out{run.run, *time, redact::clean(to_json(run))};
  std::vector<std::string> notes;
  SG_TRY(during(record::read_history_line(out.text, notes), "reading the run's line again"));
  return out;
}

std::string history_path(WallTime time)
{
  const year_month_day date(floor<days>(time));
  return fmt::format("{}/{:04}/{:02}/{:02}.jsonl", k_folder, static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string with_line(std::string_view day, std::string_view run, const std::optional<HistoryLine>& line,
                      std::vector<std::string>& problems)
{
  Day parts = take_apart(day, problems);
  std::erase_if(parts.lines, [&](const HistoryLine& other) { return other.run == run; });
  if (line) parts.lines.push_back(*line);
  return put_together(std::move(parts));
}

Result<std::string> recent_history(const ReadFile& read, const ListFiles& list, WallTime now,
                                   std::vector<std::string>& problems)
{
  const sys_days today = floor<days>(now);
  SG_TRY_ASSIGN(const auto files, list(std::string(k_folder)));
  std::map<sys_days, std::string, std::greater<>> wanted; // newest first
  for (const auto& path : files) {
    const auto day = day_of(path);
    if (day && *day > today + days(1)) problems.push_back(fmt::format("{} is left out: it is of the future", path));
    else if (day && *day >= today - k_history_days) wanted.emplace(*day, path);
  }
  std::vector<std::string> newest_first;
  std::size_t total = 0;
  for (const auto& [day, path] : wanted) {
    SG_TRY_ASSIGN(const auto content, read(path));
    total += content ? content->size() + 1 : 0;
    if (total > record::k_largest_history) {
      problems.push_back(fmt::format("{} and what is older is left out: it is too much", path));
      break;
    }
    std::vector<std::string> of_file;
    if (content) newest_first.push_back(put_together(take_apart(*content, of_file)));
    note(problems, path, of_file);
  }
  std::string out;
  for (const auto& text : newest_first | std::views::reverse) out += text;
  return out;
}

} // namespace streamgate::publish
