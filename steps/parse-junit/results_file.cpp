// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/results_file.hpp"

#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "parse-junit/duplicates.hpp"
#include "parse-junit/row_file.hpp"
#include "parse-junit/row_queue.hpp"
#include "parse-junit/row_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::string_view k_head = "{\"schema_version\":1,\"tests\":[";

std::unexpected<Error> cannot_write(const std::filesystem::path& path, int number)
{
  return fail(ErrorCode::io, fmt::format("cannot write {}: {}", path.string(), std::strerror(number)),
              "look for free space and for the right to write in the run directory");
}

std::string cleaned(std::string_view text, std::size_t limit)
{
  return text.empty() ? "" : utf8::truncate(redact::clean(text), limit);
}

// In a row's text a quote within a value always has a backslash in front: these can only be the members themselves.
bool worth_telling(std::string_view row)
{
  const bool good = row.contains("\"status\":\"passed\"") || row.contains("\"status\":\"skipped\"");
  return !good || row.contains("\"flaky\":true");
}

record::TestResult owned(const Row& row)
{
  return {std::string(row.id), std::string(row.suite),   std::string(row.name),   row.status, row.attempts,
          row.duration_s,      std::string(row.message), std::string(row.detail), row.flaky};
}

Row borrowed(const record::TestResult& row)
{
  return {row.id, row.suite, row.name, row.status, row.attempts, row.duration_s, row.message, row.detail, row.flaky};
}

// Both files, with the same rows in the same order.
struct Pair {
  RowFile results;
  RowFile ctrf;

  int create(const std::filesystem::path& path)
  {
    const int problem = results.create(path, k_head);
    return problem != 0 ? problem : ctrf.create(path.parent_path() / k_ctrf_file, ctrf_head());
  }
  void put(const Row& row)
  {
    append_row(results.row(), row);
    append_ctrf(ctrf.row(), row);
  }
};

} // namespace

struct ResultsFile::Impl {
  explicit Impl(std::filesystem::path final_path)
      : path(std::move(final_path)), duplicates(path.parent_path()), queue([this](const Row& row) { take(row); })
  {
  }

  void take(const Row& row);
  int settle();
  int rewrite();

  std::filesystem::path path;
  Pair files;
  record::TestCounts counts;
  Told told;
  Duplicates duplicates;
  RowQueue queue; // behind all that its thread uses
};

// In the queue's thread.
void ResultsFile::Impl::take(const Row& given)
{
  auto row = given;
  const auto message = cleaned(given.message, k_message_limit);
  const auto detail = cleaned(given.detail, k_detail_limit);
  row.message = message;
  row.detail = detail;
  std::string id;
  std::string name;
  if (redact::suspicious(given.id)) {
    row.id = id = redact::clean(given.id);
    row.name = name = redact::clean(given.name);
  }
  count(counts, row.status, row.flaky);
  if (auto* place = told.place_for(row.status, row.flaky)) place->push_back(owned(row));
  files.put(row);
  // Two ids that differ in what was redacted would answer for each other, and so would tests without a name.
  if (row.name != k_unnamed && !row.id.contains("[redacted]")) duplicates.saw(row.id, files.results.row_begin());
}

int ResultsFile::Impl::settle()
{
  queue.finish();
  if (const int problem = files.results.finish(""); problem != 0) return problem;
  if (const int problem = duplicates.settle(files.results.fd(), counts); problem != 0) return problem;
  return duplicates.any() ? rewrite() : 0;
}

// Copy both files row by row, with one row in the place of several.
int ResultsFile::Impl::rewrite()
{
  Pair to;
  int problem = files.ctrf.finish("");
  if (problem == 0) problem = to.create(path);
  if (problem != 0) return problem;
  told = {};
  const auto tell = [&](std::string_view text) {
    const bool full = told.bad.size() == Told::k_most_bad && told.flaky.size() == Told::k_most_flaky;
    if (full || !worth_telling(text)) return;
    auto row = read_row(text);
    if (!row) return;
    if (auto* place = told.place_for(row->status, row->flaky)) place->push_back(std::move(*row));
  };
  RowReader results(files.results.fd(), k_head.size() + 1);
  RowReader ctrf(files.ctrf.fd(), ctrf_head().size() + 1);
  bool more = results.next(problem) && ctrf.next(problem);
  const auto copy = [&] {
    to.results.row().append(results.row());
    to.ctrf.row().append(ctrf.row());
    tell(results.row());
  };
  const auto step = [&] { more = results.next(problem) && ctrf.next(problem); };
  const int edited = duplicates.for_each_edit([&](const Duplicates::Edit& edit) {
    for (; more && results.begin() < edit.offset; step()) copy();
    if (problem != 0 || !more || results.begin() != edit.offset) return problem != 0 ? problem : EIO;
    if (!edit.row.empty()) {
      const auto row = read_row(edit.row);
      if (!row) return EIO;
      to.put(borrowed(*row));
      tell(edit.row);
    }
    step();
    return problem;
  });
  if (edited != 0) return edited;
  for (; more; step()) copy();
  if (problem == 0) files = std::move(to);
  return problem;
}

std::vector<record::TestResult>* Told::place_for(record::TestStatus status, bool is_flaky)
{
  if (is_flaky) return flaky.size() < k_most_flaky ? &flaky : nullptr;
  const bool good = status == record::TestStatus::passed || status == record::TestStatus::skipped;
  return !good && bad.size() < k_most_bad ? &bad : nullptr;
}

ResultsFile::ResultsFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ResultsFile::ResultsFile(ResultsFile&& other) noexcept = default;
ResultsFile::~ResultsFile() = default;

Result<ResultsFile> ResultsFile::create(const std::filesystem::path& path)
{
  std::error_code problem;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) return cannot_write(path, problem.value());
  auto impl = std::make_unique<Impl>(path);
  if (const int failed = impl->files.create(path); failed != 0) return cannot_write(path, failed);
  // From here on those of an earlier reading say nothing: were this one killed, they would be taken for its own.
  for (const auto& old : {path, path.parent_path() / k_ctrf_file}) {
    std::filesystem::remove(old, problem);
    if (problem) return cannot_write(old, problem.value());
  }
  return ResultsFile(std::move(impl));
}

void ResultsFile::put(const Row& row)
{
  m_impl->queue.put(row);
}

const record::TestCounts& ResultsFile::counts() const
{
  return m_impl->counts;
}

const Told& ResultsFile::told() const
{
  return m_impl->told;
}

Status ResultsFile::finish(std::int64_t planned, const std::vector<record::ResultSource>& sources, RunTimes times)
{
  if (const int problem = m_impl->settle(); problem != 0) return cannot_write(m_impl->path, problem);
  m_impl->counts.planned = planned;
  auto& [results, ctrf] = m_impl->files;
  const auto tail =
      fmt::format("\n],\n\"counts\":{},\n\"sources\":{}}}\n", to_json(m_impl->counts), redact::clean(to_json(sources)));
  int problem = results.finish(tail);
  if (problem == 0) problem = ctrf.finish(ctrf_tail(m_impl->counts, times));
  if (problem == 0) problem = ctrf.put_in_place();
  if (problem == 0) problem = results.put_in_place(); // last: who finds it finds the other
  if (problem != 0) return cannot_write(m_impl->path, problem);
  return {};
}

} // namespace streamgate::parse_junit
