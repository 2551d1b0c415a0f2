// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "parse-junit/gauge_result.hpp"

#include <string>

namespace streamgate::fuzz {
namespace {

using record::TestStatus;

parse_junit::ReadEnd read(std::string_view input)
{
  std::int64_t rows = 0;
  const auto end = parse_junit::read_gauge_result(input, "s", [&](const parse_junit::Row& row) {
    ++rows;
    for (const auto text : {row.id, row.suite, row.name, row.message, row.detail})
      expect(utf8::valid(text), "a row's texts are UTF-8");
    expect(row.status != TestStatus::missing, "what is told is not missing");
    expect(!row.flaky || (row.status == TestStatus::passed && row.attempts > 1), "a flake passed in another attempt");
    expect(row.attempts > 0, "a scenario that is reported was tried");
    expect(row.id.starts_with("s/") && row.id.ends_with(row.name), "an id says the suite and the name");
  });
  expect(end.tests == rows, "every test is a row");
  expect(end.complete == end.problems.empty(), "what is not complete says why");
  return end;
}

} // namespace

void fuzz(std::string_view input)
{
  const auto whole = read(input);
  const auto half = read(input.substr(0, input.size() / 2));
  expect(half.tests <= whole.tests || !half.complete, "a part has no more than the whole");
  expect(input.empty() ? !whole.complete : true, "an empty file is not complete");
}

} // namespace streamgate::fuzz
