// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "parse-junit/gauge_console.hpp"

#include <string>
#include <vector>

namespace streamgate::fuzz {
namespace {

using record::TestStatus;

std::vector<std::string> listed(std::string_view line)
{
  std::vector<std::string> out;
  while (!line.empty()) {
    const auto end = std::min(line.find(','), line.size());
    if (end > 0) out.push_back("s/" + utf8::repair(line.substr(0, end)));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return out;
}

} // namespace

// The first line lists what was planned: "spec/scenario,spec/scenario"; empty for a suite that was not listed.
void fuzz(std::string_view input)
{
  const auto [plan, log] = first_line(input);
  parse_junit::Planned planned;
  planned.add("s", listed(plan), true);
  std::int64_t rows = 0;
  const auto end = parse_junit::read_gauge_console(log, "s", planned, [&](const parse_junit::Row& row) {
    ++rows;
    for (const auto text : {row.id, row.suite, row.name, row.message, row.detail})
      expect(utf8::valid(text), "a row's texts are UTF-8");
    expect(row.status == TestStatus::passed || row.status == TestStatus::failed, "a scenario passed or failed");
    expect(row.attempts > 0, "a scenario that is reported was tried");
    expect(row.id.starts_with("s/") && row.id.ends_with(row.name), "an id says the suite and the name");
  });
  expect(end.tests == rows, "every test is a row");
  expect(end.complete == end.problems.empty(), "what is not complete says why");
  // Colours may stand within the word.
  if (!end.complete || log.find('\x1b') != std::string_view::npos) return;
  expect(log.find("Scenarios:") != std::string_view::npos, "a log without its closing line is not complete");
  const auto cut = parse_junit::read_gauge_console(log.substr(0, log.find("Scenarios:")), "s", planned,
                                                   [](const parse_junit::Row&) {});
  expect(!cut.complete, "a log that is cut is not complete");
}

} // namespace streamgate::fuzz
