// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/row_writer.hpp"

#include "parse-junit/row_text.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace streamgate::parse_junit {
namespace {

constexpr std::size_t k_batch = std::size_t{32} << 10U;

auto texts_of(Row& row)
{
  return std::array{&row.id, &row.suite, &row.name, &row.message, &row.detail};
}

} // namespace

RowWriter::~RowWriter()
{
  stop();
}

void RowWriter::put(const Row& row)
{
  auto& item = m_open.items.emplace_back(Batch::Item{row, {}});
  std::size_t i = 0;
  for (const auto* text : texts_of(item.row)) {
    item.sizes[i++] = text->size();
    m_open.texts.append(*text);
  }
  if (m_open.texts.size() >= k_batch) hand_over();
}

void RowWriter::hand_over()
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

void RowWriter::write(Batch& batch)
{
  std::string_view rest = batch.texts;
  for (auto& item : batch.items) {
    std::size_t i = 0;
    for (auto* text : texts_of(item.row)) {
      *text = rest.substr(0, item.sizes[i]);
      rest.remove_prefix(item.sizes[i++]);
    }
    m_out.append(m_any ? ",\n" : "\n");
    m_any = true;
    append_row(m_out, item.row);
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
