// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/parse_junit.hpp"

#include "base/log.hpp"
#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "parse-junit/gauge_console.hpp"
#include "parse-junit/junit.hpp"
#include "parse-junit/results_file.hpp"
#include "parse-junit/sources.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_piece = std::size_t{64} << 10U;
constexpr std::size_t k_whole = std::size_t{1536} << 10U; // expat's buffer doubles: 2 MiB
constexpr std::size_t k_longest_line = std::size_t{64} << 10U;
constexpr std::size_t k_most_shown = 50;
constexpr auto k_progress_every = std::chrono::seconds(5);

// Reads a file piece by piece, looks whether the step is cancelled, and tells how far it is.
class Pieces {
public:
  Pieces(const Source& source, const Deps& deps)
      : m_source(source), m_deps(deps), m_fd(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
  {
    struct stat info {};
    if (m_fd < 0 || ::fstat(m_fd, &info) != 0) return;
    m_size = info.st_size;
    // A suite may leave anything under this name; a pipe says nothing, for ever.
    m_pipe = S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode);
  }
  ~Pieces()
  {
    if (m_fd >= 0) ::close(m_fd);
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  // Why it cannot be read; "" when it can.
  std::string problem() const
  {
    if (m_fd < 0) return fmt::format("cannot open it: {}", std::strerror(errno));
    return m_pipe ? "it is a pipe, not a file" : "";
  }
  // The file's size when it was opened.
  std::size_t size() const { return static_cast<std::size_t>(m_size); }
  // Read into `room`; 0 at the end. Errors: io, cancelled.
  Result<std::size_t> read(std::span<char> room)
  {
    SG_TRY(m_deps.cancel.check());
    ssize_t got = 0;
    do got = ::read(m_fd, room.data(), room.size());
    while (got < 0 && errno == EINTR);
    if (got < 0) return fail(ErrorCode::io, fmt::format("cannot read {}: {}", m_source.label, std::strerror(errno)));
    m_done += got;
    tell();
    return static_cast<std::size_t>(got);
  }

private:
  void tell()
  {
    const auto now = std::chrono::steady_clock::now();
    if (now - m_told < k_progress_every) return;
    m_told = now;
    log::info("read {} of {} MB of {}", m_done / 1000000, m_size / 1000000, m_source.label);
  }

  const Source& m_source;
  const Deps& m_deps;
  int m_fd;
  bool m_pipe = false;
  off_t m_size = 0;
  off_t m_done = 0;
  std::chrono::steady_clock::time_point m_told = std::chrono::steady_clock::now();
};

Result<ReadEnd> read_xml(Pieces& pieces, const Source& source, const RowSink& sink)
{
  JunitReader reader(source.suite, sink);
  // A small file in one piece; if it grows meanwhile, the rest comes in pieces.
  if (pieces.size() <= k_whole) {
    const auto room = reader.room(pieces.size() + 1);
    std::size_t size = 0;
    while (size < room.size()) {
      SG_TRY_ASSIGN(const std::size_t got, pieces.read(room.subspan(size)));
      if (got == 0) {
        reader.take_last(size);
        return reader.finish();
      }
      size += got;
    }
    if (!reader.take(size)) return reader.finish();
  }
  for (;;) {
    const auto room = reader.room(k_piece);
    if (room.empty()) break;
    SG_TRY_ASSIGN(const std::size_t got, pieces.read(room));
    if (got == 0 || !reader.take(got)) break;
  }
  return reader.finish();
}

Result<ReadEnd> read_console(Pieces& pieces, const Source& source, const Planned& planned, const RowSink& sink)
{
  GaugeConsoleReader reader(source.suite, planned);
  std::vector<char> room(k_piece);
  std::string line; // the part of a line that came so far
  for (;;) {
    SG_TRY_ASSIGN(const std::size_t got, pieces.read(room));
    if (got == 0) break;
    std::string_view rest(room.data(), got);
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      reader.line(line.append(rest.substr(0, end)));
      line.clear();
      rest.remove_prefix(end + 1);
    }
    if (line.size() < k_longest_line) line.append(rest);
  }
  if (!line.empty()) reader.line(line);
  return reader.finish(sink);
}

// The failed tests that are shown at the end: the first few, because memory must not grow with their number.
struct Shown {
  std::vector<std::string> lines;

  void see(const Row& row)
  {
    const bool bad = row.status != record::TestStatus::passed && row.status != record::TestStatus::skipped;
    if (!bad || lines.size() >= k_most_shown) return;
    lines.push_back(fmt::format("  {:<7} {}\n", name_of(row.status), row.id));
    if (!row.message.empty()) lines.back() += fmt::format("          {}\n", utf8::truncate(row.message, 200));
  }
};

// What `--output json` prints.
struct Summary {
  std::string file;
  record::TestCounts counts;
  std::vector<record::ResultSource> sources;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("file", self.file);
    visit("counts", self.counts);
    visit("sources", self.sources);
  }
};

std::string text_of(const Summary& summary, const Shown& shown)
{
  const auto& counts = summary.counts;
  const auto rows = counts.executed + counts.skipped + counts.missing;
  auto out = fmt::format("{} tests: {} passed, {} failed, {} error, {} skipped, {} missing", rows, counts.passed,
                         counts.failed, counts.error, counts.skipped, counts.missing);
  out += counts.planned > 0 ? fmt::format(" ({} planned)\n", counts.planned) : "\n";
  for (const auto& line : shown.lines) out += line;
  const auto bad = counts.failed + counts.error + counts.missing;
  if (bad > static_cast<std::int64_t>(k_most_shown))
    out += fmt::format("  ... and {} more\n", bad - static_cast<std::int64_t>(k_most_shown));
  for (const auto& source : summary.sources) {
    out += fmt::format("{}: {} tests{}\n", source.file, source.tests, source.complete ? "" : ", NOT COMPLETE");
    for (const auto& problem : source.problems) out += fmt::format("  {}\n", problem);
  }
  return out;
}

void add_missing(const Planned& planned, const RowSink& sink)
{
  for (const auto& [suite, id] : planned.unseen()) {
    const auto name = id.starts_with(suite + "/") ? id.substr(suite.size() + 1) : id;
    sink({id, suite, name, record::TestStatus::missing, 0, 0, "planned, and nothing was heard of it"});
  }
}

Result<record::ResultSource> read_source(const Source& source, const Planned& planned, const RowSink& sink,
                                         const Deps& deps)
{
  record::ResultSource out{source.label, 0, source.problems.empty(), source.problems};
  if (!source.readable) return out;
  Pieces pieces(source, deps);
  if (auto problem = pieces.problem(); !problem.empty()) {
    out.complete = false;
    out.problems.push_back(std::move(problem));
    return out;
  }
  const bool console = source.kind == SourceKind::gauge_console;
  SG_TRY_ASSIGN(const auto end, console ? read_console(pieces, source, planned, sink) : read_xml(pieces, source, sink));
  out.tests = end.tests;
  out.complete = out.complete && end.complete;
  out.problems.insert(out.problems.end(), end.problems.begin(), end.problems.end());
  return out;
}

Status judge(const Summary& summary)
{
  const auto broken = std::ranges::count(summary.sources, false, &record::ResultSource::complete);
  if (broken > 0) {
    const auto& first = *std::ranges::find(summary.sources, false, &record::ResultSource::complete);
    return fail(ErrorCode::bad_input,
                fmt::format("{} of {} sources of results are not complete; {}: {}", broken, summary.sources.size(),
                            first.file, first.problems.empty() ? "unknown" : first.problems.front()),
                "results.json holds what could be read; look at the end of the console log of the suite");
  }
  if (summary.counts.executed + summary.counts.skipped + summary.counts.missing == 0) {
    return fail(ErrorCode::no_tests, "the results hold no test",
                "look at the suite's console log and at its tags and patterns");
  }
  return {};
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "parse-junit",
      .summary = "Reads what the test suites left (JUnit XML, or Gauge's console output) and writes one row per test.",
      .reads = "raw/<suite>/run.json and the files of results that it names; raw/**/*.xml where there is none",
      .writes = "results.json",
      .results = {{"test-counts", "JSON object: planned, executed, passed, failed, error, skipped, missing"}},
      .example = "parse-junit --run-dir run raw/smoke/junit.xml",
  };
}

void Options::bind(Cli& cli)
{
  cli.rest("FILE", files, "JUnit files, or console logs of gauge (*.log), to read instead of what raw/ holds");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  auto sources = find_sources(run_dir, options.files);
  if (sources.files.empty()) {
    return fail(ErrorCode::no_tests, fmt::format("there are no results below {}", run_dir.path("raw").string()),
                "run-tests writes raw/<suite>/; or name the files on the command line");
  }
  SG_TRY_ASSIGN(auto file, ResultsFile::create(run_dir.path(record::Results::k_file)));
  Shown shown;
  const RowSink write = [&](const Row& row) {
    file.put(row);
    shown.see(row);
  };
  const RowSink sink = [&](const Row& row) {
    // Of files that no suite's list goes with, names stay as they are: to look at each takes a twentieth of all time.
    if (sources.planned.empty() || sources.planned.saw(row.id) || !redact::suspicious(row.id)) return write(row);
    const auto id = redact::clean(row.id);
    const auto name = redact::clean(row.name);
    sources.planned.saw(id);
    auto cleaned = row;
    cleaned.id = id;
    cleaned.name = name;
    write(cleaned);
  };
  Summary summary{record::Results::k_file, {}, {}};
  for (const auto& source : sources.files) {
    SG_TRY_ASSIGN(auto read, read_source(source, sources.planned, sink, deps));
    summary.sources.push_back(std::move(read));
  }
  add_missing(sources.planned, write);
  SG_TRY(file.finish(static_cast<std::int64_t>(sources.planned.size()), summary.sources));
  summary.counts = file.counts();
  deps.print(options.common.json_output ? to_pretty_json(summary) : text_of(summary, shown));
  SG_TRY(judge(summary));
  return Outcome{ExitStatus::passed, {{"test-counts", to_json(summary.counts)}}};
}

} // namespace streamgate::parse_junit
