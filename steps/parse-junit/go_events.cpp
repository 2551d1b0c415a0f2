// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/go_events.hpp"

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "parse-junit/test_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;

constexpr std::size_t k_most_problems = 20;
constexpr std::size_t k_most_held = 100000;                        // tests that run at once, and packages
constexpr std::size_t k_most_output = std::size_t{8} << 20U;       // of all of them
constexpr std::size_t k_kept_output = k_detail_limit + (4 << 10U); // a secret that begins within the limit stays whole
constexpr std::string_view k_main = "TestMain";                    // as gotestsum names what failed outside of tests

double elapsed(const json::Document& document)
{
  const auto* value = json::find(document, {"Elapsed"});
  const double seconds = value != nullptr && value->IsNumber() ? value->GetDouble() : 0;
  return seconds > 0 && seconds < 1e12 ? seconds : 0;
}

// "example.test/p [example.test/p.test]" is the package example.test/p, built for its test.
std::string_view without_variant(std::string_view import_path)
{
  return import_path.substr(0, import_path.find(' '));
}

} // namespace

struct GoEventsReader::Event {
  std::string_view action, package, test, output, import_path, failed_build;
  double elapsed = 0;
};

GoEventsReader::GoEventsReader(std::string_view suite, const RowSink& sink) : m_suite(utf8::repair(suite)), m_sink(sink)
{
}

void GoEventsReader::problem(std::string text)
{
  m_result.complete = false;
  if (m_result.problems.size() < k_most_problems) m_result.problems.push_back(std::move(text));
}

void GoEventsReader::line(std::string_view raw, bool cut)
{
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  if (m_stopped || raw.empty()) return;
  if (!m_last.empty()) problem(fmt::format("a line is no event of go test: {}", std::exchange(m_last, {})));
  // Only output makes a line that long; a quote within a value has a backslash in front.
  if (cut && (raw.contains("\"Action\":\"output\"") || raw.contains("\"Action\":\"build-output\""))) return;
  std::string repaired;
  if (!utf8::valid(raw)) {
    ++m_result.repaired;
    raw = repaired = utf8::repair(raw);
  }
  const auto document = json::parse(raw, "an event");
  if (!document || !document->IsObject() || json::text(*document, {"Action"}).empty()) {
    ++m_others;
    if (raw.starts_with('{')) m_last = utf8::truncate(raw, 80);
    return;
  }
  ++m_events;
  take({json::text(*document, {"Action"}), json::text(*document, {"Package"}), json::text(*document, {"Test"}),
        json::text(*document, {"Output"}), json::text(*document, {"ImportPath"}),
        json::text(*document, {"FailedBuild"}), elapsed(*document)});
}

void GoEventsReader::keep(std::string& output, std::string_view text)
{
  if (output.size() >= k_kept_output || m_held_output >= k_most_output) return;
  const auto before = output.size();
  output += text.size() < k_kept_output - before ? std::string(text) : utf8::truncate(text, k_kept_output - before);
  m_held_output += output.size() - before;
}

void GoEventsReader::take(const Event& event)
{
  if (m_held >= k_most_held) {
    m_stopped = true;
    return problem(fmt::format("more than {} tests run at once", k_most_held));
  }
  if (event.action == "build-output" || event.action == "build-fail") {
    const auto [build, fresh] = m_builds.try_emplace(std::string(without_variant(event.import_path)));
    m_held += fresh ? 1 : 0;
    if (event.action == "build-fail") build->second.failed = true;
    return keep(build->second.output, event.output);
  }
  if (event.package.empty()) return;
  auto found = m_packages.find(event.package);
  if (found == m_packages.end()) {
    found = m_packages.emplace(std::string(event.package), Package{}).first;
    ++m_held;
  }
  auto& package = found->second;
  const bool ends = event.action == "pass" || event.action == "fail" || event.action == "skip";
  if (!event.test.empty()) {
    package.open = true;
    take_test(package, event);
  } else if (ends) {
    end_package(event.package, package, event);
  } else {
    package.open = true;
    if (event.action == "output") keep(package.output, event.output);
  }
}

void GoEventsReader::take_test(Package& package, const Event& event)
{
  auto found = package.running.find(event.test);
  const auto status = event.action == "pass"   ? TestStatus::passed
                      : event.action == "fail" ? TestStatus::failed
                      : event.action == "skip" ? TestStatus::skipped
                                               : TestStatus::missing;
  if (status == TestStatus::missing) {
    if (found == package.running.end()) {
      found = package.running.emplace(std::string(event.test), Test{}).first;
      ++m_held;
    }
    if (event.action == "output") keep(found->second.output, event.output);
    return;
  }
  const auto output = found == package.running.end() ? std::string() : std::move(found->second.output);
  if (found != package.running.end()) {
    package.running.erase(found);
    m_held_output -= output.size();
    --m_held;
  }
  const bool passed = status == TestStatus::passed;
  if (status == TestStatus::failed) ++package.bad;
  row(event.package, event.test, status, event.elapsed, passed ? std::string_view() : telling_line(output),
      passed ? std::string_view() : output);
}

void GoEventsReader::end_running(std::string_view name, Package& package)
{
  for (const auto& [test, state] : package.running) {
    ++package.bad;
    m_held_output -= state.output.size();
    row(name, test, TestStatus::error, 0, "the test began and did not end", state.output);
  }
  m_held -= package.running.size();
  package.running.clear();
}

void GoEventsReader::end_package(std::string_view name, Package& package, const Event& event)
{
  end_running(name, package);
  const auto build = m_builds.find(without_variant(event.failed_build));
  const bool unbuilt = build != m_builds.end();
  if (unbuilt) build->second.told = true;
  if (event.action == "fail" && package.bad == 0)
    fail_package(name, unbuilt || !event.failed_build.empty(), unbuilt ? build->second.output : package.output);
  m_held_output -= package.output.size();
  package = {};
}

void GoEventsReader::fail_package(std::string_view name, bool unbuilt, std::string_view output)
{
  const std::string_view what = unbuilt ? "the package does not compile" : "the package failed outside of its tests";
  const auto said = telling_line(output);
  row(name, k_main, TestStatus::error, 0, fmt::format("{}{}{}", what, said.empty() ? "" : ": ", said), output);
}

void GoEventsReader::row(std::string_view package, std::string_view test, TestStatus status, double duration_s,
                         std::string_view message, std::string_view output)
{
  const auto id = fmt::format("{}/{}/{}", m_suite, package, test);
  while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.remove_suffix(1);
  m_sink({id, m_suite, std::string_view(id).substr(id.size() - test.size()), status, 1, duration_s, message, output});
  ++m_result.tests;
}

ReadEnd GoEventsReader::finish()
{
  if (!m_last.empty()) problem(fmt::format("the file is cut: its last line is no whole event: {}", m_last));
  std::int64_t open = 0;
  for (auto& [name, package] : m_packages) {
    open += package.open ? 1 : 0;
    end_running(name, package);
  }
  for (const auto& [path, build] : m_builds) {
    if (build.failed && !build.told) fail_package(path, true, build.output);
  }
  if (open > 0) problem(fmt::format("the file is cut: {} packages began and did not end", open));
  if (m_events == 0) problem("the file holds no event of `go test -json`");
  if (m_others > 0) m_result.problems.push_back(fmt::format("{} lines are no events and were not read", m_others));
  return std::move(m_result);
}

ReadEnd read_go_events(std::string_view text, const std::string& suite, const RowSink& sink)
{
  GoEventsReader reader(suite, sink);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

} // namespace streamgate::parse_junit
