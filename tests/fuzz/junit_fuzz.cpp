// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "has_double.hpp"
#include "parse-junit/duplicates.hpp"
#include "parse-junit/flake_rule.hpp"
#include "parse-junit/junit.hpp"
#include "parse-junit/row_text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace streamgate::fuzz {
namespace {

struct Read {
  std::vector<std::string> rows; // as results.json has them
  parse_junit::ReadEnd end;
};

Read read(std::string_view input, std::size_t piece)
{
  Read out;
  const parse_junit::RowSink sink = [&](const parse_junit::Row& row) {
    for (const auto text : {row.id, row.suite, row.name, row.message, row.detail})
      expect(utf8::valid(text), "a row's texts are UTF-8");
    expect(!row.flaky || (row.status == record::TestStatus::passed && row.attempts > 1),
           "a flake passed in another attempt");
    parse_junit::append_row(out.rows.emplace_back(), row);
  };
  out.end = parse_junit::read_junit(input, "s", sink, piece);
  return out;
}

void check_row(const std::string& row)
{
  const auto document = json::parse(row, "row");
  expect(document.has_value(), "a row is JSON");
  const auto test = from_json<record::TestResult>(*document, "row");
  expect(test.has_value(), "a row is a record");
  if (!has_double(*document)) expect(to_json(*test) == row, "a row is printed as the codec prints it");
}

// No comment, CDATA, entity, second encoding or processing instruction: what looks like a tag is one.
bool plain(std::string_view input)
{
  return input.starts_with('<') && input.find("<!") == std::string_view::npos &&
         input.find("<?") == std::string_view::npos && input.find('\0') == std::string_view::npos;
}

void check_plain(std::string_view input, const Read& read)
{
  expect(input.find("<testsuite") != std::string_view::npos, "what is no JUnit file is not complete");
  expect(!read.rows.empty() || input.find("<testcase") == std::string_view::npos, "no test is passed over");
  const auto last_tag = input.rfind('<');
  const auto cut = fuzz::read(input.substr(0, last_tag), input.size());
  expect(!cut.end.complete, "a file that is cut is not complete");
}

// Status, flake and attempts of one id do not depend on the order of its rows.
void check_flake_rule(const std::vector<std::string>& rows)
{
  std::vector<record::TestResult> tests;
  for (const auto& row : rows) {
    if (auto test = parse_junit::read_row(row); test && tests.size() < 8) tests.push_back(std::move(*test));
  }
  parse_junit::FlakeRule forth;
  parse_junit::FlakeRule back;
  for (const auto& test : tests) forth.add(test);
  for (auto test = tests.rbegin(); test != tests.rend(); ++test) back.add(*test);
  const auto one = forth.settled();
  const auto other = back.settled();
  expect(one.status == other.status && one.flaky == other.flaky && one.attempts == other.attempts,
         "the flake rule does not depend on the order");
}

} // namespace

void fuzz(std::string_view input)
{
  const auto whole = read(input, std::size_t{64} << 10U);
  expect(whole.end.tests == static_cast<std::int64_t>(whole.rows.size()), "every test is a row");
  expect(whole.end.complete || !whole.end.problems.empty(), "what is not complete says why");
  std::ranges::for_each(whole.rows, check_row);
  check_flake_rule(whole.rows);
  if (whole.end.complete && plain(input)) check_plain(input, whole);
  for (const std::size_t piece : {1U, 7U}) {
    const auto pieces = read(input, piece);
    expect(pieces.rows == whole.rows, "the rows do not depend on how the file is cut into pieces");
    expect(pieces.end.complete == whole.end.complete, "nor does the end");
    expect(pieces.end.repaired == whole.end.repaired, "nor what was repaired");
  }
}

} // namespace streamgate::fuzz
