// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/row_queue.hpp"

#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_batch = std::size_t{64} << 10U;

// A row's texts are bounded far below 4 GiB by the XML reader's memory limit.
std::uint32_t size_of(std::string_view text)
{
  return static_cast<std::uint32_t>(text.size());
}

// Takes one text after the other.
struct Rest {
  std::string_view text;

  std::string_view take(std::size_t size)
  {
    const auto out = text.substr(0, size);
    text.remove_prefix(size);
    return out;
  }
};

} // namespace

RowQueue::~RowQueue()
{
  stop();
}

void RowQueue::put(const Row& row)
{
  const Batch::Item item{size_of(row.id),
                         size_of(row.message),
                         size_of(row.detail),
                         size_of(row.suite),
                         size_of(row.name),
                         row.id.starts_with(row.suite),
                         row.id.ends_with(row.name),
                         row.status,
                         row.flaky,
                         row.attempts,
                         row.duration_s};
  m_open.items.push_back(item);
  auto& texts = m_open.texts;
  texts.append(row.id);
  if (!item.suite_in_id) texts.append(row.suite);
  if (!item.name_in_id) texts.append(row.name);
  if (item.message != 0) texts.append(row.message);
  if (item.detail != 0) texts.append(row.detail);
  if (m_open.texts.size() >= k_batch) hand_over();
}

void RowQueue::hand_over()
{
  if (!m_thread.joinable()) m_thread = std::thread([this] { work(); });
  {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_full; });
    std::swap(m_open, m_waiting);
    m_full = true;
  }
  m_changed.notify_all();
  m_open.texts.clear();
  m_open.items.clear();
}

void RowQueue::work()
{
  Batch batch;
  for (;;) {
    {
      std::unique_lock lock(m_mutex);
      m_changed.wait(lock, [this] { return m_full || m_stop; });
      if (!m_full) return;
      std::swap(batch, m_waiting);
      m_full = false;
    }
    m_changed.notify_all();
    pass(batch);
  }
}

void RowQueue::stop()
{
  if (!m_thread.joinable()) return;
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
  }
  m_changed.notify_all();
  m_thread.join();
}

void RowQueue::pass(const Batch& batch)
{
  Rest rest{batch.texts};
  for (const auto& item : batch.items) {
    Row row;
    row.id = rest.take(item.id);
    row.suite = item.suite_in_id ? row.id.substr(0, item.suite) : rest.take(item.suite);
    row.name = item.name_in_id ? row.id.substr(item.id - item.name) : rest.take(item.name);
    row.message = rest.take(item.message);
    row.detail = rest.take(item.detail);
    row.status = item.status;
    row.flaky = item.flaky;
    row.attempts = item.attempts;
    row.duration_s = item.duration_s;
    m_sink(row);
  }
}

void RowQueue::finish()
{
  stop();
  pass(m_open);
}

} // namespace streamgate::parse_junit
