// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "parse-junit/go_events.hpp"
#include "parse-junit/row_text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace streamgate::fuzz {
namespace {

struct Read {
  std::vector<std::string> rows;
  std::size_t before_end = 0; // rows that the lines themselves gave
  parse_junit::ReadEnd end;
};

// The first `lines` lines of the input.
Read read(std::string_view input, std::size_t lines)
{
  Read out;
  const parse_junit::RowSink sink = [&](const parse_junit::Row& row) {
    for (const auto text : {row.id, row.suite, row.name, row.message, row.detail})
      expect(utf8::valid(text), "a row's texts are UTF-8");
    expect(row.id.starts_with("s/") && row.id.ends_with(row.name), "an id says the suite and the name");
    parse_junit::append_row(out.rows.emplace_back(), row);
  };
  parse_junit::GoEventsReader reader("s", sink);
  for (; lines > 0 && !input.empty(); --lines) {
    const auto end = std::min(input.find('\n'), input.size());
    reader.line(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  out.before_end = out.rows.size();
  out.end = reader.finish();
  expect(out.end.tests == static_cast<std::int64_t>(out.rows.size()), "every test is a row");
  expect(out.end.complete || !out.end.problems.empty(), "what is not complete says why");
  return out;
}

} // namespace

void fuzz(std::string_view input)
{
  const auto lines = static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1;
  const auto whole = read(input, lines);
  const bool some = input.find("\"Action\"") != std::string_view::npos || input.find("\\u") != std::string_view::npos;
  expect(!whole.end.complete || some, "what holds no event is not complete");
  const auto cut = read(input, lines / 2);
  expect(cut.before_end <= whole.before_end &&
             std::equal(cut.rows.begin(), cut.rows.begin() + static_cast<std::ptrdiff_t>(cut.before_end),
                        whole.rows.begin()),
         "what has ended is told the same, whatever follows");
  for (auto row = cut.before_end; row < cut.rows.size(); ++row)
    expect(cut.rows[row].contains(R"("status":"error")"), "what has not ended is an error");
}

} // namespace streamgate::fuzz
