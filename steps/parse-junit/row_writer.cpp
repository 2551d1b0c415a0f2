// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/row_writer.hpp"

#include "parse-junit/row_text.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_batch = std::size_t{64} << 10U;
// What a batch is as text, as a rule.
constexpr std::size_t k_most_out = std::size_t{256} << 10U;

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

RowWriter::~RowWriter()
{
  stop();
}

void RowWriter::put(const Row& row)
{
  const Batch::Item item{size_of(row.id),
                         size_of(row.message),
                         size_of(row.detail),
                         size_of(row.suite),
                         size_of(row.name),
                         row.id.starts_with(row.suite),
                         row.id.ends_with(row.name),
                         row.status,
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

void RowWriter::hand_over()
{
  if (!m_thread.joinable()) {
    m_out.reserve(k_most_out); // not in the thread, which would need a heap of its own for it
    m_thread = std::thread([this] { work(); });
  }
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

void RowWriter::work()
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
    write(batch);
  }
}

void RowWriter::stop()
{
  if (!m_thread.joinable()) return;
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
  }
  m_changed.notify_all();
  m_thread.join();
}

void RowWriter::write(const Batch& batch)
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
    row.attempts = item.attempts;
    row.duration_s = item.duration_s;
    m_out.append(m_any ? ",\n" : "\n");
    m_any = true;
    append_row(m_out, row);
  }
  write(m_out);
  m_out.clear();
}

void RowWriter::write(std::string_view text)
{
  while (!text.empty() && m_errno == 0) {
    const auto written = ::write(m_fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) m_errno = errno;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

int RowWriter::finish(std::string_view tail)
{
  stop();
  write(m_open);
  write(tail);
  return m_errno;
}

} // namespace streamgate::parse_junit
