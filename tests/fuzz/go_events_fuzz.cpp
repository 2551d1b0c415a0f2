// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "parse-junit/go_events.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace streamgate::fuzz {
namespace {

struct Read {
  std::vector<std::string> ids;
  parse_junit::ReadEnd end;
};

Read read(std::string_view input)
{
  Read out;
  out.end = parse_junit::read_go_events(input, "s", [&](const parse_junit::Row& row) {
    for (const auto text : {row.id, row.suite, row.name, row.message, row.detail})
      expect(utf8::valid(text), "a row's texts are UTF-8");
    expect(row.id.starts_with("s/") && row.id.ends_with(row.name), "an id says the suite and the name");
    out.ids.emplace_back(row.id);
  });
  expect(out.end.tests == static_cast<std::int64_t>(out.ids.size()), "every test is a row");
  expect(out.end.complete || !out.end.problems.empty(), "what is not complete says why");
  return out;
}

} // namespace

void fuzz(std::string_view input)
{
  const auto whole = read(input);
  const bool some = input.find("\"Action\"") != std::string_view::npos || input.find("\\u") != std::string_view::npos;
  expect(!whole.end.complete || some, "what holds no event is not complete");
  // Without its end: the rows so far are the same, and what still ran follows.
  const auto cut = read(input.substr(0, input.rfind('\n', input.size() / 2) + 1));
  const auto same = std::ranges::mismatch(cut.ids, whole.ids);
  expect(same.in1 == cut.ids.end() || !cut.end.complete || same.in2 == whole.ids.end() || cut.end.tests > 0,
         "a part says the same as far as it goes");
}

} // namespace streamgate::fuzz
