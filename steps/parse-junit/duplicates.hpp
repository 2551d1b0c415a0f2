// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/pair_sorter.hpp"
#include "parse-junit/row_file.hpp"
#include "record/tests.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace streamgate::parse_junit {

// Finds the ids that several rows have and settles each by FlakeRule, in constant memory. Rows are found by a keyed
// hash of their id, so that nobody can choose ids that collide, and compared by the id itself.
class Duplicates {
public:
  // `folder`: for temporary files, made when they are needed.
  explicit Duplicates(const std::filesystem::path& folder);
  ~Duplicates();
  Duplicates(const Duplicates&) = delete;
  Duplicates& operator=(const Duplicates&) = delete;

  // Note that the row with this id begins at `offset`.
  void saw(std::string_view id, std::uint64_t offset);

  // Look for ids that were seen more than once, reading the rows from `fd`, and bring the counts in line. Return 0 or
  // an errno. Called once.
  int settle(int fd, record::TestCounts& counts);
  // True when `settle` found any.
  bool any() const { return m_any; }

  // What becomes of a row of an id that several have.
  struct Edit {
    std::uint64_t offset = 0; // of the row
    std::string row = {};     // what stands in its place, "" for nothing
  };
  // Pass all edits in the order of their rows, until the visitor returns other than 0, which is returned.
  int for_each_edit(const std::function<int(const Edit&)>& visit);

private:
  struct Group;

  int take(int fd, std::uint64_t offset, Group& group, record::TestCounts& counts);
  int close(Group& group, record::TestCounts& counts);

  std::uint64_t m_key[2];
  PairSorter m_ids;   // hash of the id, offset of the row
  PairSorter m_edits; // offset of the row, 0 or 1 + the place of what replaces it
  std::filesystem::path m_folder;
  int m_merged = -1; // file of the rows that replace others
  std::uint64_t m_merged_size = 0;
  bool m_any = false;
};

// Read a row as `append_row` writes it; nothing when it is damaged.
std::optional<record::TestResult> read_row(std::string_view text);

// Count a row, `by` 1 or -1 times.
void count(record::TestCounts& counts, record::TestStatus status, bool flaky, std::int64_t by = 1);

} // namespace streamgate::parse_junit
