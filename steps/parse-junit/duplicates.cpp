// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/duplicates.hpp"

#include "base/codec.hpp"
#include "base/json.hpp"
#include "parse-junit/flake_rule.hpp"
#include "parse-junit/id_hash.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace streamgate::parse_junit {
namespace {

// Most rows are shorter; each of them is read by itself.
constexpr std::size_t k_row_piece = std::size_t{2} << 10U;

} // namespace

std::optional<record::TestResult> read_row(std::string_view text)
{
  const auto document = json::parse(text, "a row");
  if (!document) return std::nullopt;
  auto row = from_json<record::TestResult>(*document, "a row");
  if (!row) return std::nullopt;
  return std::move(*row);
}

void count(record::TestCounts& counts, record::TestStatus status, bool flaky, std::int64_t by)
{
  using record::TestStatus;
  switch (status) {
  case TestStatus::passed:
    counts.passed += by;
    if (flaky) counts.flaky += by;
    break;
  case TestStatus::failed:
    counts.failed += by;
    break;
  case TestStatus::error:
    counts.error += by;
    break;
  case TestStatus::skipped:
    counts.skipped += by;
    return;
  case TestStatus::missing:
    counts.missing += by;
    return;
  }
  counts.executed += by;
}

// The rows with one hash: of one id, unless the hash collides.
struct Duplicates::Group {
  struct Id {
    std::string id;
    std::uint64_t first; // offset of the first row
    FlakeRule rule;
    std::int64_t rows = 0;
  };
  std::uint64_t key = 0;
  std::uint64_t first = 0; // offset of the only row so far, which was not read yet
  std::int64_t rows = 0;
  std::vector<Id> ids;
};

Duplicates::Duplicates(const std::filesystem::path& folder) : m_ids(folder), m_edits(folder), m_folder(folder)
{
  // Without a key the hash would still be right, only not secret; getrandom does not fail for so few bytes.
  m_key[0] = m_key[1] = 0;
  (void)::getrandom(m_key, sizeof m_key, 0);
}

Duplicates::~Duplicates()
{
  if (m_merged >= 0) ::close(m_merged);
}

void Duplicates::saw(std::string_view id, std::uint64_t offset)
{
  m_ids.add({keyed_hash(m_key, id), offset});
}

int Duplicates::settle(int fd, record::TestCounts& counts)
{
  Group group;
  const auto problem = m_ids.for_each([&](PairSorter::Pair pair) {
    if (group.rows > 0 && pair.key == group.key) {
      if (group.rows++ == 1) {
        if (const int failed = take(fd, group.first, group, counts); failed != 0) return failed;
      }
      return take(fd, pair.value, group, counts);
    }
    if (const int failed = close(group, counts); failed != 0) return failed;
    group.key = pair.key;
    group.first = pair.value;
    group.rows = 1;
    return 0;
  });
  return problem != 0 ? problem : close(group, counts);
}

int Duplicates::take(int fd, std::uint64_t offset, Group& group, record::TestCounts& counts)
{
  RowReader reader(fd, offset, k_row_piece);
  int problem = 0;
  if (!reader.next(problem)) return problem != 0 ? problem : EIO;
  auto row = read_row(reader.row());
  if (!row) return EIO; // our own text was damaged on the disk
  auto same = std::ranges::find(group.ids, row->id, &Group::Id::id);
  if (same == group.ids.end()) same = group.ids.insert(same, Group::Id{row->id, offset, {}, 0});
  else m_edits.add({offset, 0});
  ++same->rows;
  count(counts, row->status, row->flaky, -1);
  same->rule.add(std::move(*row));
  return 0;
}

int Duplicates::close(Group& group, record::TestCounts& counts)
{
  for (const auto& id : std::exchange(group.ids, {})) {
    const auto row = id.rule.settled();
    count(counts, row.status, row.flaky);
    if (id.rows == 1) continue;
    m_any = true;
    if (m_merged < 0) {
      if (const int problem = open_nameless(m_folder, m_merged); problem != 0) return problem;
    }
    const auto text = to_json(row) + "\n";
    if (const int problem = write_all(m_merged, text); problem != 0) return problem;
    m_edits.add({id.first, 1 + m_merged_size});
    m_merged_size += text.size();
  }
  return 0;
}

int Duplicates::for_each_edit(const std::function<int(const Edit&)>& visit)
{
  return m_edits.for_each([&](PairSorter::Pair pair) {
    Edit edit{pair.key};
    if (pair.value > 0) {
      RowReader reader(m_merged, pair.value - 1, k_row_piece);
      int problem = 0;
      if (!reader.next(problem)) return problem != 0 ? problem : EIO;
      edit.row = reader.row();
    }
    return visit(edit);
  });
}

} // namespace streamgate::parse_junit
