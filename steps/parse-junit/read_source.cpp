// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/read_source.hpp"

#include "base/log.hpp"
#include "base/redact.hpp"
#include "parse-junit/gauge_console.hpp"
#include "parse-junit/gauge_result.hpp"
#include "parse-junit/go_events.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_piece = std::size_t{64} << 10U;
constexpr std::size_t k_whole = std::size_t{1536} << 10U; // expat's buffer doubles: 2 MiB
constexpr std::size_t k_longest_line = std::size_t{64} << 10U;
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

// Call `take` with each line of the file, of one longer than `longest` bytes with its begin and true.
template <class Take>
Status read_lines(Pieces& pieces, std::size_t longest, Take&& take)
{
  std::vector<char> room(k_piece);
  std::string line; // the part of a line that came so far
  bool cut = false;
  const auto add = [&](std::string_view text) {
    cut = cut || text.size() > longest - line.size();
    line.append(text.substr(0, longest - line.size()));
  };
  for (;;) {
    SG_TRY_ASSIGN(const std::size_t got, pieces.read(room));
    if (got == 0) break;
    std::string_view rest(room.data(), got);
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      add(rest.substr(0, end));
      take(std::string_view(line), cut);
      line.clear();
      cut = false;
      rest.remove_prefix(end + 1);
    }
    add(rest);
  }
  if (!line.empty()) take(std::string_view(line), cut);
  return {};
}

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
  SG_TRY(read_lines(pieces, k_longest_line, [&](std::string_view line, bool) { reader.line(line); }));
  return reader.finish(sink);
}

// Its form has lengths in front, so that it must be there whole; it holds some kB a scenario.
Result<ReadEnd> read_result(Pieces& pieces, const Source& source, const RowSink& sink)
{
  constexpr std::size_t k_largest = std::size_t{64} << 20U;
  if (pieces.size() > k_largest) return ReadEnd{0, false, {fmt::format("it is larger than {} MiB", k_largest >> 20U)}};
  std::string text(pieces.size(), '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    SG_TRY_ASSIGN(const std::size_t got, pieces.read(std::span(text).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  return read_gauge_result(std::string_view(text).substr(0, size), source.suite, sink);
}

Result<ReadEnd> read_events(Pieces& pieces, const Source& source, const RowSink& sink)
{
  // run-tests joins the output of a test in one event, so that a line may be long.
  constexpr std::size_t k_longest_event = std::size_t{4} << 20U;
  GoEventsReader reader(source.suite, sink);
  SG_TRY(read_lines(pieces, k_longest_event, [&](std::string_view line, bool cut) { reader.line(line, cut); }));
  return reader.finish();
}

// True when `id` is a subtest, or a row of a data table, of one of the tests.
bool covers(const std::set<std::string, std::less<>>& tests, std::string_view id)
{
  if (const auto last = id.find_last_not_of("0123456789"); last != std::string_view::npos && id[last] == ' ') {
    if (tests.contains(id.substr(0, last))) return true;
  }
  for (auto end = id.rfind('/'); end != std::string_view::npos && end > 0; end = id.rfind('/', end - 1)) {
    if (tests.contains(id.substr(0, end))) return true;
  }
  return false;
}

Result<ReadEnd> read_by_kind(Pieces& pieces, const Source& source, const Planned& planned, const RowSink& sink)
{
  switch (source.kind) {
  case SourceKind::gauge_console:
    return read_console(pieces, source, planned, sink);
  case SourceKind::gauge_result:
    return read_result(pieces, source, sink);
  case SourceKind::go_events:
    return read_events(pieces, source, sink);
  case SourceKind::junit:
    break;
  }
  return read_xml(pieces, source, sink);
}

} // namespace

Result<record::ResultSource> read_source(const Source& source, const Planned& planned, const RowSink& sink,
                                         const Deps& deps)
{
  record::ResultSource out{source.label, 0, source.problems.empty(), source.problems};
  out.complete = out.complete || source.second.has_value();
  if (!source.readable) return out;
  Pieces pieces(source, deps);
  if (auto problem = pieces.problem(); !problem.empty()) {
    out.complete = source.second.has_value();
    out.problems.push_back(std::move(problem));
    return out;
  }
  std::int64_t strangers = 0;
  std::int64_t passes = 0;
  const RowSink only_its_tests = [&](const Row& row) {
    const auto id = redact::clean(row.id);
    if (row.status == record::TestStatus::passed) ++passes;
    if (source.second->tests.contains(id) || covers(source.second->tests, id)) return sink(row);
    ++strangers;
  };
  SG_TRY_ASSIGN(const auto end, read_by_kind(pieces, source, planned, source.second ? only_its_tests : sink));
  out.tests = end.tests - strangers;
  out.repaired = end.repaired;
  out.complete = out.complete && end.complete;
  out.problems.insert(out.problems.end(), end.problems.begin(), end.problems.end());
  if (!source.second) return out;
  // What a second run did not say leaves its tests failed as they were: that is no hole in the results. But where a
  // pass is to excuse a failure, the file must be whole: another failure may have been lost.
  out.complete = strangers == 0 && (end.complete || passes == 0);
  if (strangers > 0) {
    out.problems.insert(out.problems.begin(),
                        fmt::format("{} results of a second run are of tests that it was not to run", strangers));
  }
  return out;
}

} // namespace streamgate::parse_junit
