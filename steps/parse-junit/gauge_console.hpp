// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/junit.hpp"
#include "parse-junit/planned.hpp"
#include "parse-junit/row.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streamgate::parse_junit {

// Reads what `gauge run` prints, for suites that left no XML: coloured, with --simple-console, with --verbose and with
// --parallel ("[runner: 2] " in front). A scenario whose output shows no failure has passed, so that only the closing
// line "Scenarios: N executed M passed K failed S skipped" makes a log complete, and only when it agrees.
//
// A scenario with a data table gives a row for each row of the table, named "<scenario> <number>" as by Gauge's XML
// plugin. The same scenario again with the same table row is another attempt (--max-retries-count): the last one
// counts.
class GaugeConsoleReader {
public:
  // `planned` tells headings from test output that looks like one, where the suite was listed. It outlives the reader.
  GaugeConsoleReader(std::string_view suite, const Planned& planned);

  // Take one line without its line end.
  void line(std::string_view line);
  // Say that the log has ended: the rows go to `sink`.
  ReadEnd finish(const RowSink& sink);

private:
  enum class Block { none, message, trace };

  struct Scenario {
    std::string id;
    std::string base; // the id without the number of a table row
    std::string name;
    std::string table; // the table row that it ran with, "" for none
    record::TestStatus status = record::TestStatus::passed;
    std::int64_t attempts = 1;
    bool failed_before = false; // in an earlier attempt
    std::string message = {};
    std::string detail = {};
  };
  // One of gauge's parallel streams; without --parallel there is only stream 0.
  struct Stream {
    std::string spec;
    std::string table; // printed last, belongs to the next scenario
    std::string lead;  // the failed step and its place, which come before its message
    Block block = Block::none;
    std::size_t indent = 0;   // of the block
    std::size_t scenario = 0; // index + 1 into m_scenarios; 0: none
  };
  struct Closing {
    std::int64_t executed = 0, passed = 0, failed = 0, skipped = 0;
  };

  Stream& stream_of(std::string_view& line, bool& prefixed);
  bool report(std::string_view line);
  bool heading(Stream& stream, std::string_view line, bool coloured);
  void open_spec(Stream& stream, std::string_view name);
  void open_scenario(Stream& stream, std::string_view name);
  bool failure(Stream& stream, std::string_view line);
  bool more(Stream& stream, std::string_view line);
  bool table(Stream& stream, std::string_view line);
  bool closing(std::string_view line);
  using Count = std::pair<std::int64_t, std::int64_t>; // executed, failed
  bool may_count(const Count& says) const;
  void compare();
  void problem(std::string text);

  std::string m_suite;
  const Planned& m_planned;
  bool m_listed;
  std::map<int, Stream> m_streams;
  int m_last_stream = 0;
  std::optional<bool> m_coloured; // as the first heading was; test output that looks like a heading is not
  std::vector<Scenario> m_scenarios;
  std::map<std::string, std::size_t> m_index; // id and table -> index
  std::map<std::string, int> m_table_rows;    // id without row number -> rows so far
  std::optional<Closing> m_closing;           // the sum, if a log holds several runs
  std::int64_t m_refused = 0;                 // headings that no planned test has
  ReadEnd m_result;
};

// Read a whole log. For tests and small files.
ReadEnd read_gauge_console(std::string_view text, const std::string& suite, const Planned& planned,
                           const RowSink& sink);

} // namespace streamgate::parse_junit
