// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/gauge_console.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_most_problems = 20;
constexpr std::size_t k_most_scenarios = 100000;
constexpr std::string_view k_error_message = "Error Message: ";

// Remove ANSI colour sequences.
std::string without_colours(std::string_view line)
{
  std::string out;
  while (!line.empty()) {
    const auto escape = std::min(line.find('\x1b'), line.size());
    out.append(line.substr(0, escape));
    line.remove_prefix(escape);
    if (line.empty()) break;
    line.remove_prefix(1);
    if (!line.starts_with('[')) continue;
    const auto end = line.find_first_not_of("0123456789;", 1);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return out;
}

// Take a leading number; -1 when there is none.
int take_number(std::string_view& text)
{
  int value = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{}) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::size_t indent_of(std::string_view line)
{
  return std::min(line.find_first_not_of(' '), line.size());
}

void append_line(std::string& out, std::string_view line)
{
  if (out.size() > k_detail_limit) return;
  if (!out.empty()) out += '\n';
  out.append(line);
}

} // namespace

GaugeConsoleReader::GaugeConsoleReader(std::string_view suite, const Planned& planned)
    : m_suite(utf8::repair(suite)), m_planned(planned), m_listed(planned.lists(m_suite))
{
}

void GaugeConsoleReader::problem(std::string text)
{
  m_result.complete = false;
  if (m_result.problems.size() < k_most_problems) m_result.problems.push_back(std::move(text));
}

void GaugeConsoleReader::line(std::string_view raw)
{
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  const bool coloured = raw.find("\x1b[0;3") < raw.find('#');
  const auto plain = without_colours(raw);
  std::string_view line = plain;
  bool prefixed = false;
  auto& stream = stream_of(line, prefixed);
  if (report(line) || closing(line) || heading(stream, line, coloured) || table(stream, line)) return;
  if (more(stream, line) || failure(stream, line)) return;
  // In parallel, what has no prefix may be the output of a step of another stream.
  const bool own = prefixed || m_streams.size() == 1;
  if (own && indent_of(line) < line.size()) stream.table.clear();
}

GaugeConsoleReader::Stream& GaugeConsoleReader::stream_of(std::string_view& line, bool& prefixed)
{
  constexpr std::string_view k_prefix = "[runner:";
  if (line.starts_with(k_prefix)) {
    auto rest = line.substr(k_prefix.size());
    rest.remove_prefix(indent_of(rest));
    const int number = take_number(rest);
    if (number >= 0 && rest.starts_with("] ")) {
      line = rest.substr(2);
      m_last_stream = number;
      prefixed = true;
    }
  }
  return m_streams[m_last_stream];
}

// Gauge goes on without a spec that it cannot parse and a scenario whose steps have no code.
bool GaugeConsoleReader::report(std::string_view line)
{
  if (!line.starts_with("[ParseError] ") && !line.starts_with("[ValidationError] ")) return false;
  problem("gauge left something out: " + utf8::truncate(utf8::repair(line), 400));
  return true;
}

bool GaugeConsoleReader::closing(std::string_view line)
{
  constexpr std::string_view k_start = "Scenarios:";
  if (!line.starts_with(k_start)) return false;
  auto rest = line.substr(k_start.size());
  Closing read;
  const std::array<std::pair<std::string_view, std::int64_t*>, 4> words{{{" executed", &read.executed},
                                                                         {" passed", &read.passed},
                                                                         {" failed", &read.failed},
                                                                         {" skipped", &read.skipped}}};
  for (const auto& [word, to] : words) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    *to = take_number(rest);
    if (*to < 0 || !rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
  }
  if (!m_closing) m_closing = Closing{};
  m_closing->executed += read.executed;
  m_closing->passed += read.passed;
  m_closing->failed += read.failed;
  m_closing->skipped += read.skipped;
  return true;
}

bool GaugeConsoleReader::heading(Stream& stream, std::string_view line, bool coloured)
{
  const bool spec = line.starts_with("# ");
  if (!spec && !line.starts_with("  ## ")) return false;
  if (m_coloured && *m_coloured != coloured) return false;
  auto name = line.substr(spec ? 2 : 5);
  name = name.substr(0, name.find('\t'));
  name = name.substr(0, name.find_last_not_of(' ') + 1);
  const auto id = utf8::repair(fmt::format("{}/{}", spec ? m_suite : m_suite + "/" + stream.spec, name));
  if ((!spec && stream.spec.empty()) || (m_listed && !m_planned.has(id))) {
    ++m_refused;
    return false;
  }
  m_coloured = coloured;
  if (spec) open_spec(stream, name);
  else open_scenario(stream, name);
  return true;
}

void GaugeConsoleReader::open_spec(Stream& stream, std::string_view name)
{
  stream = Stream{};
  stream.spec = utf8::repair(name);
}

void GaugeConsoleReader::open_scenario(Stream& stream, std::string_view name)
{
  stream.block = Block::none;
  stream.scenario = 0;
  auto shown = utf8::repair(name);
  const auto base = fmt::format("{}/{}/{}", m_suite, stream.spec, shown);
  const auto key = base + "\n" + stream.table;
  const auto known = m_index.find(key);
  if (known != m_index.end()) {
    auto& again = m_scenarios[known->second];
    ++again.attempts;
    again.failed_before = again.failed_before || again.status == record::TestStatus::failed;
    again.status = record::TestStatus::passed;
    stream.scenario = known->second + 1;
  } else if (m_scenarios.size() == k_most_scenarios) {
    problem(fmt::format("the log has more than {} scenarios", k_most_scenarios));
  } else {
    if (!stream.table.empty()) shown += fmt::format(" {}", ++m_table_rows[base]);
    m_scenarios.push_back({fmt::format("{}/{}/{}", m_suite, stream.spec, shown), base, shown, stream.table});
    m_index.emplace(key, m_scenarios.size() - 1);
    stream.scenario = m_scenarios.size();
  }
  stream.table.clear();
}

// Gauge prints the head and one row of a data table in front of the scenario that runs with it.
bool GaugeConsoleReader::table(Stream& stream, std::string_view line)
{
  if (!line.starts_with("   |")) return false;
  append_line(stream.table, line);
  return true;
}

// A failure's message and trace go on over all lines that keep the block's indentation.
bool GaugeConsoleReader::more(Stream& stream, std::string_view line)
{
  if (stream.block == Block::none) return false;
  const bool inside = indent_of(line) >= stream.indent && line.size() >= stream.indent;
  if (!inside || line.substr(stream.indent).starts_with("Failed Step: ")) {
    stream.block = Block::none;
    return false;
  }
  const auto text = line.substr(stream.indent);
  if (text.starts_with("Stacktrace:")) stream.block = Block::trace;
  append_line(m_scenarios[stream.scenario - 1].detail, text);
  return true;
}

bool GaugeConsoleReader::failure(Stream& stream, std::string_view line)
{
  const auto indent = indent_of(line);
  const auto text = line.substr(indent);
  if (indent >= 4 && (text.starts_with("Failed Step: ") || text.starts_with("Specification: "))) {
    append_line(stream.lead, text);
    return true;
  }
  if (indent < 2 || !text.starts_with(k_error_message)) return false;
  const auto message = text.substr(k_error_message.size());
  // Hooks of a scenario and of its steps are indented further than those of a spec or the suite.
  if (indent < 4 || stream.scenario == 0) {
    problem("a hook failed outside of any scenario: " + utf8::truncate(utf8::repair(message), 400));
    return true;
  }
  auto& scenario = m_scenarios[stream.scenario - 1];
  if (scenario.status != record::TestStatus::failed) {
    scenario.status = record::TestStatus::failed;
    scenario.message.assign(message);
    scenario.detail.clear();
  }
  if (!stream.lead.empty()) append_line(scenario.detail, std::exchange(stream.lead, {}));
  append_line(scenario.detail, text);
  stream.block = Block::message;
  stream.indent = indent;
  return true;
}

// Gauge counts each row of a spec's data table, but a scenario with a data table of its own only once, and prints both
// alike: each scenario with rows may count as its rows or as one. Return whether (executed, failed) can come of that.
bool GaugeConsoleReader::may_count(const Count& says) const
{
  struct Rows {
    std::int64_t executed = 0, failed = 0;
    bool table = false;
  };
  std::map<std::string, Rows> by_scenario;
  for (const auto& scenario : m_scenarios) {
    auto& rows = by_scenario[scenario.base];
    ++rows.executed;
    rows.failed += scenario.status == record::TestStatus::failed ? 1 : 0;
    rows.table = rows.table || !scenario.table.empty();
  }
  // By how much the sums may be less than all rows: with many tables there are too many ways to look at each.
  constexpr std::size_t k_most_ways = 2048;
  Count all, least;
  std::set<Count> less{{0, 0}};
  for (const auto& [base, rows] : by_scenario) {
    all = {all.first + rows.executed, all.second + rows.failed};
    const Count saved{rows.executed - 1, std::max<std::int64_t>(rows.failed - 1, 0)};
    if (!rows.table || saved.first == 0) continue;
    least = {least.first + saved.first, least.second + saved.second};
    if (less.size() > k_most_ways) continue;
    std::vector<Count> more;
    for (const auto& [executed, failed] : less) more.emplace_back(executed + saved.first, failed + saved.second);
    less.insert(more.begin(), more.end());
  }
  const Count wanted{all.first - says.first, all.second - says.second};
  if (less.size() <= k_most_ways) return less.contains(wanted);
  return wanted.first >= 0 && wanted.second >= 0 && wanted.first <= least.first && wanted.second <= least.second;
}

void GaugeConsoleReader::compare()
{
  if (!m_closing) return problem("the log is cut: gauge's closing line (\"Scenarios: ...\") is missing");
  const bool sound = m_closing->executed == m_closing->passed + m_closing->failed;
  if (sound && may_count({m_closing->executed, m_closing->failed})) return;
  const auto failed = std::ranges::count(m_scenarios, record::TestStatus::failed, &Scenario::status);
  problem(fmt::format(
      "the log shows {} scenarios, {} of them failed, but its closing line says {} executed, {} passed, {} failed",
      m_scenarios.size(), failed, m_closing->executed, m_closing->passed, m_closing->failed));
  if (m_refused > 0) problem(fmt::format("{} headings of the log name no planned test", m_refused));
}

ReadEnd GaugeConsoleReader::finish(const RowSink& sink)
{
  compare();
  if (m_closing && m_closing->skipped > 0) {
    problem(fmt::format("gauge skipped {} scenarios, which its log does not name", m_closing->skipped));
  }
  for (const auto& scenario : m_scenarios) {
    const auto message = utf8::repair(scenario.message);
    const auto detail = utf8::repair(scenario.detail);
    const bool flaky = scenario.failed_before && scenario.status == record::TestStatus::passed;
    sink({scenario.id, m_suite, scenario.name, scenario.status, scenario.attempts, 0, message, detail, flaky});
  }
  m_result.tests = static_cast<std::int64_t>(m_scenarios.size());
  return std::move(m_result);
}

ReadEnd read_gauge_console(std::string_view text, const std::string& suite, const Planned& planned, const RowSink& sink)
{
  GaugeConsoleReader reader(suite, planned);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish(sink);
}

} // namespace streamgate::parse_junit
