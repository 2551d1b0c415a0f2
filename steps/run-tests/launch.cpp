// SPDX-License-Identifier: Apache-2.0
#include "launch.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "watchdog.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::run_tests {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_result_limit = std::size_t{2} << 30U;

void hear(Heard& heard, LineMeaning meaning, std::string_view line, Watchdog& watchdog)
{
  constexpr std::size_t k_kept_lines = 15;
  if (!line.empty()) heard.last_lines.emplace_back(line);
  if (heard.last_lines.size() > k_kept_lines) heard.last_lines.pop_front();
  if (meaning == LineMeaning::other) return;
  ++heard.tests;
  heard.last_test = line.substr(std::min(line.find_first_not_of(" #"), line.size()));
  if (meaning == LineMeaning::test_began) watchdog.feed();
  log::info("test {}/{}", heard.tests, heard.planned);
}

} // namespace

std::string_view ended_word(process::End how)
{
  switch (how) {
  case process::End::exited:
    return "exited";
  case process::End::signalled:
    return "signalled";
  case process::End::timed_out:
    return "timed-out";
  case process::End::cancelled:
    return "cancelled";
  }
  return {};
}

Result<Launched> launch(const TestRunner& runner, const process::Command& command, Tee& log, const Cancel& cancel,
                        Heard& heard)
{
  std::error_code absent;
  for (const auto& file : runner.result_files()) fs::remove(file.path, absent);
  Watchdog watchdog(cancel, runner.longest_test());
  log.on_line = [&](process::Stream, std::string_view line) { hear(heard, runner.meaning(line), line, watchdog); };
  auto finished = process::run(command, log.sink(), watchdog.token());
  Status logged = log.flush();
  log.on_line = {};
  SG_TRY_ASSIGN(auto ended, std::move(finished));
  if (watchdog.barked()) ended.how = process::End::timed_out;
  return Launched{.finished = ended, .test_too_long = watchdog.barked(), .logged = std::move(logged)};
}

Status collect(const TestRunner& runner, const record::RunDir& run, const std::string& folder, std::string_view mark,
               std::vector<std::string>& to)
{
  for (const auto& [path, name, clean] : runner.result_files()) {
    if (!fs::exists(path)) continue;
    SG_TRY_ASSIGN(const std::string text, during(file::read(path, k_result_limit), "while collecting results"));
    const fs::path as = name;
    auto copy = fmt::format("{}/{}{}{}", folder, as.stem().string(), mark, as.extension().string());
    SG_TRY(file::write_atomic(run.path(copy), clean(text)));
    to.push_back(std::move(copy));
  }
  return {};
}

} // namespace streamgate::run_tests
