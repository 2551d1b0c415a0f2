// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace streamgate::parse_junit {

// Sorts pairs of numbers in constant memory (3 MiB), however many: sorted runs go to a file without a name and are
// merged at the end. Fewer than a run never touch the disk.
class PairSorter {
public:
  struct Pair {
    std::uint64_t key = 0;
    std::uint64_t value = 0;

    friend auto operator<=>(const Pair&, const Pair&) = default;
  };

  // `folder`: where the file is made when one is needed; `run`: so many pairs are sorted at a time.
  explicit PairSorter(std::filesystem::path folder, std::size_t run = std::size_t{128} << 10U);
  ~PairSorter();
  PairSorter(const PairSorter&) = delete;
  PairSorter& operator=(const PairSorter&) = delete;

  // Take a pair. What fails is told by `for_each`.
  void add(Pair pair);
  // Pass all pairs by key and then value, until the visitor returns other than 0, which is returned. Else 0, or the
  // errno of a failed write or read. Nothing may be added after.
  int for_each(const std::function<int(Pair)>& visit);

private:
  struct Run {
    std::uint64_t begin, end; // in the file, in pairs
  };
  class RunReader;

  void spill();
  int merge(const std::function<int(Pair)>& visit);

  std::filesystem::path m_folder;
  std::size_t m_run;
  std::vector<Pair> m_batch;
  std::vector<Run> m_runs;
  int m_fd = -1;
  int m_errno = 0;
};

} // namespace streamgate::parse_junit
