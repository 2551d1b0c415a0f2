// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/pair_sorter.hpp"

#include "parse-junit/row_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_merge_memory = std::size_t{64} << 10U; // pairs, of all runs together: 1 MiB
constexpr std::size_t k_least_read = 16;                       // pairs of one run

} // namespace

// Reads one run of the file, a few pairs at a time.
class PairSorter::RunReader {
public:
  RunReader(int fd, Run run, std::size_t room) : m_fd(fd), m_run(run), m_room(room) {}

  // The pair that is next; valid after `advance` has said so.
  Pair pair() const { return m_pairs[m_at]; }
  // Go to the next pair. Return false at the end, or on an error, which is put into `problem`.
  bool advance(int& problem)
  {
    if (++m_at < m_pairs.size()) return true;
    m_at = 0;
    m_pairs.resize(std::min<std::uint64_t>(m_room, m_run.end - m_run.begin));
    if (m_pairs.empty()) return false;
    problem = read_exactly(m_fd, m_pairs.data(), m_pairs.size() * sizeof(Pair), m_run.begin * sizeof(Pair));
    m_run.begin += m_pairs.size();
    return problem == 0;
  }

private:
  int m_fd;
  Run m_run;
  std::size_t m_room;
  std::size_t m_at = 0;
  std::vector<Pair> m_pairs;
};

PairSorter::PairSorter(std::filesystem::path folder, std::size_t run) : m_folder(std::move(folder)), m_run(run) {}

PairSorter::~PairSorter()
{
  if (m_fd >= 0) ::close(m_fd);
}

void PairSorter::add(Pair pair)
{
  if (m_batch.size() == m_run) spill();
  if (m_batch.capacity() == 0) m_batch.reserve(m_run);
  m_batch.push_back(pair);
}

void PairSorter::spill()
{
  std::ranges::sort(m_batch);
  if (m_fd < 0 && m_errno == 0) m_errno = open_nameless(m_folder, m_fd);
  if (m_errno == 0)
    m_errno = write_all(m_fd, {reinterpret_cast<const char*>(m_batch.data()), m_batch.size() * sizeof(Pair)});
  const auto begin = m_runs.empty() ? 0 : m_runs.back().end;
  m_runs.push_back({begin, begin + m_batch.size()});
  m_batch.clear();
}

int PairSorter::for_each(const std::function<int(Pair)>& visit)
{
  if (!m_runs.empty()) {
    spill();
    m_batch = {};
    return m_errno != 0 ? m_errno : merge(visit);
  }
  std::ranges::sort(m_batch);
  for (const auto& pair : m_batch) {
    if (const int problem = visit(pair); problem != 0) return problem;
  }
  return 0;
}

int PairSorter::merge(const std::function<int(Pair)>& visit)
{
  struct Head {
    Pair pair;
    RunReader* run;
  };
  const auto later = [](const Head& a, const Head& b) { return a.pair > b.pair; };
  int problem = 0;
  std::vector<RunReader> readers;
  readers.reserve(m_runs.size());
  std::vector<Head> heap;
  for (const auto& run : m_runs) {
    auto& reader = readers.emplace_back(m_fd, run, std::max(k_least_read, k_merge_memory / m_runs.size()));
    if (reader.advance(problem)) heap.push_back({reader.pair(), &reader});
  }
  std::ranges::make_heap(heap, later);
  while (!heap.empty() && problem == 0) {
    std::ranges::pop_heap(heap, later);
    auto& [pair, run] = heap.back();
    problem = visit(pair);
    if (problem != 0) break;
    if (run->advance(problem)) {
      pair = run->pair();
      std::ranges::push_heap(heap, later);
    } else {
      heap.pop_back();
    }
  }
  return problem;
}

} // namespace streamgate::parse_junit
