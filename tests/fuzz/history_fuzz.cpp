// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"
#include "fuzz.hpp"
#include "has_double.hpp"
#include "publish/history.hpp"
#include "record/history_file.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace streamgate::fuzz {
namespace {

void read_line(std::string_view line)
{
  std::vector<std::string> notes;
  const auto run = record::read_history_line(line, notes);
  const auto key = record::history_key(line);
  if (!run) return;
  expect(key.has_value() && key->run == run->run, "a line that can be read is somebody's");
  const auto printed = to_json(*run);
  expect(printed.find('\n') == std::string::npos, "a run is one line");
  notes.clear();
  const auto again = record::read_history_line(printed, notes);
  expect(again.has_value() && notes.empty(), "a line that was written can be read");
  if (!has_double(*json::parse(printed, "printed")))
    expect(to_json(*again) == printed, "a line that was written is read as it was");
}

// How often each line that says something stands in `text`, in the order of lines.
std::vector<std::string> lines_of(std::string_view text)
{
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) out.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::ranges::sort(out);
  return out;
}

} // namespace

// A day's file, into which a run is put.
void fuzz(std::string_view input)
{
  for (const auto& line : lines_of(input)) read_line(line);
  std::vector<std::string> problems;
  const publish::HistoryLine own{"own", WallTime(), R"({"run":"own","time":"1970-01-01T00:00:00Z"})"};
  const auto without = publish::with_line(input, own.run, std::nullopt, problems);
  const auto with = publish::with_line(input, own.run, own, problems);
  expect(publish::with_line(with, own.run, own, problems) == with, "to publish again changes nothing");
  expect(publish::with_line(with, own.run, std::nullopt, problems) == without, "a run takes only its own line away");
  auto expected = lines_of(input);
  std::erase_if(expected, [](const std::string& line) {
    const auto key = record::history_key(line);
    return key && key->run == "own";
  });
  expect(lines_of(without) == expected, "no other line is changed or lost");
}

} // namespace streamgate::fuzz
