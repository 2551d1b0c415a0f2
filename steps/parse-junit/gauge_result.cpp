// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/gauge_result.hpp"

#include "base/utf8.hpp"
#include "base/wire.hpp"
#include "parse-junit/test_case.hpp"
#include "record/gauge_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace streamgate::parse_junit {
namespace {

using namespace gauge_fields;
using Outcome = TestCase::Outcome;

constexpr std::size_t k_most_problems = 20;
constexpr int k_deepest_concept = 50;
constexpr std::size_t k_most_table_scenarios = 100000;

std::string text_of(std::string_view bytes)
{
  return utf8::repair(bytes.substr(0, 4 * k_detail_limit));
}

class Reader {
public:
  Reader(const std::string& suite, const RowSink& sink) : m_suite(utf8::repair(suite)), m_sink(sink) {}

  ReadEnd read(std::string_view bytes)
  {
    bool failed = false;
    bool end_seen = false;
    walk(bytes, [&](const WireReader& field) {
      end_seen = end_seen || (field.field() >= suite_result::project && field.field() <= suite_result::timestamp_iso);
      if (field.field() == suite_result::specs) read_spec_result(field.bytes());
      else if (field.field() == suite_result::failed) failed = field.number() != 0;
      else if (field.field() == suite_result::pre_hook || field.field() == suite_result::post_hook)
        failed_hook("", field.bytes());
    });
    // Gauge writes the fields by their numbers: the name of the project comes behind all that was run.
    if (m_broken) problem("the file is cut or is no result of Gauge: its format is broken");
    else if (!end_seen) problem("the file is cut: what Gauge writes last is not there");
    if (failed && m_bad == 0) problem("Gauge says that the run failed, and names nothing that did");
    return std::move(m_result);
  }

private:
  template <class Visit>
  void walk(std::string_view message, Visit&& visit)
  {
    WireReader fields(message);
    while (fields.next()) visit(fields);
    m_broken = m_broken || fields.broken();
  }

  void problem(std::string text)
  {
    m_result.complete = false;
    if (m_result.problems.size() < k_most_problems) m_result.problems.push_back(std::move(text));
  }

  void read_spec_result(std::string_view message)
  {
    const auto bad_before = m_bad;
    bool failed = false;
    std::string_view spec;
    walk(message, [&](const WireReader& field) {
      if (field.field() == spec_result::spec) spec = field.bytes();
      else if (field.field() == spec_result::failed) failed = field.number() != 0;
      else if (field.field() == spec_result::errors) left_out(field.bytes());
    });
    const auto heading = read_spec(spec);
    if (failed && m_bad == bad_before && m_result.complete)
      problem(fmt::format("Gauge says that the specification '{}' failed, and names nothing that did",
                          utf8::truncate(heading, 80)));
  }

  // Gauge goes on without a spec that it cannot parse and a scenario whose steps have no code.
  void left_out(std::string_view message)
  {
    std::string file;
    std::string what;
    std::uint64_t line = 0;
    walk(message, [&](const WireReader& field) {
      if (field.field() == error_of::file) file = text_of(field.bytes());
      else if (field.field() == error_of::line) line = field.number();
      else if (field.field() == error_of::message) what = text_of(field.bytes());
    });
    problem(
        fmt::format("gauge left something out: {}:{} {}", utf8::truncate(file, 200), line, utf8::truncate(what, 400)));
  }

  // Return its heading.
  std::string read_spec(std::string_view message)
  {
    std::string heading;
    std::string file;
    walk(message, [&](const WireReader& field) {
      if (field.field() == spec_of::heading) heading = text_of(field.bytes());
      else if (field.field() == spec_of::file) file = text_of(field.bytes());
    });
    if (heading.empty()) heading = file;
    m_table_rows.clear();
    walk(message, [&](const WireReader& field) {
      if (field.field() == spec_of::items) read_item(heading, field.bytes());
      else if (field.field() == spec_of::pre_hooks || field.field() == spec_of::post_hooks)
        failed_hook(heading, field.bytes());
    });
    return heading;
  }

  void read_item(const std::string& spec, std::string_view message)
  {
    walk(message, [&](const WireReader& field) {
      if (field.field() == item_of::scenario) read_scenario(spec, field.bytes(), false);
      if (field.field() != item_of::table_scenario) return;
      walk(field.bytes(), [&](const WireReader& of_table) {
        if (of_table.field() == table_of::scenario) read_scenario(spec, of_table.bytes(), true);
      });
    });
  }

  void read_scenario(const std::string& spec, std::string_view message, bool table_row)
  {
    std::string name;
    std::string skip;
    std::uint64_t status = 0, milliseconds = 0, retries = 0;
    bool failed = false, skipped = false;
    walk(message, [&](const WireReader& field) {
      if (field.field() == scenario_of::heading) name = text_of(field.bytes());
      else if (field.field() == scenario_of::failed) failed = field.number() != 0;
      else if (field.field() == scenario_of::milliseconds) milliseconds = field.number();
      else if (field.field() == scenario_of::skipped) skipped = field.number() != 0;
      else if (field.field() == scenario_of::skip_errors && skip.empty()) skip = text_of(field.bytes());
      else if (field.field() == scenario_of::status) status = field.number();
      else if (field.field() == scenario_of::retries) retries = field.number();
    });
    // Of a table's rows each has the number in its name, as in Gauge's XML.
    if (table_row && m_table_rows.size() < k_most_table_scenarios) name += fmt::format(" {}", ++m_table_rows[name]);
    constexpr std::uint64_t k_longest = 1'000'000'000'000;
    m_test.begin(m_suite, spec, name, static_cast<double>(std::min(milliseconds, k_longest)) / 1000);
    // The number of attempts, of which only the last is told.
    constexpr std::uint64_t k_most_retries = 1000;
    const auto earlier = std::min(retries, k_most_retries);
    if (failed || status == scenario_of::failed_status) {
      m_test.status(Outcome::failure, "failed");
      tell_failures(message, 0);
      for (std::uint64_t i = 1; i < earlier; ++i) m_test.attempt(Outcome::rerun_failure);
    } else if (skipped || status == scenario_of::skipped_status) {
      m_test.outcome(Outcome::skipped, skip, "");
    } else if (status == scenario_of::passed) {
      for (std::uint64_t i = 1; i < earlier; ++i) m_test.attempt(Outcome::flake);
    } else {
      m_test.outcome(Outcome::error, "Gauge did not execute the scenario", "");
    }
    put();
  }

  // All that failed in a scenario's steps and hooks, in their order.
  void tell_failures(std::string_view scenario, int depth)
  {
    walk(scenario, [&](const WireReader& field) {
      if (field.field() == scenario_of::pre_hook || field.field() == scenario_of::post_hook) tell_hook(field.bytes());
      if (field.field() == scenario_of::contexts || field.field() == scenario_of::items ||
          field.field() == scenario_of::tear_down)
        tell_step_item(field.bytes(), depth);
    });
  }

  void tell_step_item(std::string_view item, int depth)
  {
    if (depth > k_deepest_concept) return;
    walk(item, [&](const WireReader& field) {
      if (field.field() == item_of::step) tell_step(field.bytes());
      if (field.field() != item_of::concept_) return;
      walk(field.bytes(), [&](const WireReader& part) {
        if (part.field() == concept_of::steps) tell_step_item(part.bytes(), depth + 1);
      });
    });
  }

  void tell_step(std::string_view step)
  {
    std::string_view text;
    walk(step, [&](const WireReader& field) {
      if (field.field() == step_of::text) text = field.bytes();
      if (field.field() != step_of::result) return;
      walk(field.bytes(), [&](const WireReader& part) {
        if (part.field() == step_result::pre_hook || part.field() == step_result::post_hook) tell_hook(part.bytes());
        if (part.field() == step_result::execution) tell_execution(text, part.bytes());
      });
    });
  }

  void tell_execution(std::string_view step, std::string_view result)
  {
    bool failed = false;
    std::string_view message;
    std::string_view trace;
    walk(result, [&](const WireReader& field) {
      if (field.field() == execution::failed) failed = field.number() != 0;
      else if (field.field() == execution::message) message = field.bytes();
      else if (field.field() == execution::trace) trace = field.bytes();
    });
    if (!failed) return;
    m_test.outcome(Outcome::failure, text_of(message), "");
    if (!step.empty()) m_test.text(fmt::format("Failed Step: {}\n", text_of(step)));
    m_test.text(text_of(trace));
  }

  void tell_hook(std::string_view failure)
  {
    std::string_view message;
    std::string_view trace;
    walk(failure, [&](const WireReader& field) {
      if (field.field() == hook::message) message = field.bytes();
      else if (field.field() == hook::trace) trace = field.bytes();
    });
    m_test.outcome(Outcome::failure, text_of(message), "");
    m_test.text(text_of(trace));
  }

  // A hook outside of any scenario: nothing may hide that it failed, so it counts as a test.
  void failed_hook(const std::string& spec, std::string_view failure)
  {
    m_test.begin(m_suite, spec, "(suite)", 0);
    tell_hook(failure);
    put();
  }

  void put()
  {
    const auto row = m_test.row();
    if (row.status != record::TestStatus::passed && row.status != record::TestStatus::skipped) ++m_bad;
    m_sink(row);
    ++m_result.tests;
  }

  std::string m_suite;
  const RowSink& m_sink;
  TestCase m_test;
  std::map<std::string, int> m_table_rows; // scenario -> rows so far, of the spec
  std::int64_t m_bad = 0;
  bool m_broken = false;
  ReadEnd m_result;
};

} // namespace

ReadEnd read_gauge_result(std::string_view bytes, const std::string& suite, const RowSink& sink)
{
  return Reader(suite, sink).read(bytes);
}

} // namespace streamgate::parse_junit
