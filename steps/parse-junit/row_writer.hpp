// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/row.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace streamgate::parse_junit {

// Turns rows into text and writes them to a descriptor beside the parser: reading XML and writing JSON cost about the
// same, so that on two cores the second is free. Holds two batches of rows at most; a short report never starts a
// thread.
class RowWriter {
public:
  // Takes `fd` for writing; does not close it.
  explicit RowWriter(int fd) : m_fd(fd) {}
  // Rows that were not written yet are lost.
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  // Take a copy of a row. Waits while the thread is a batch behind.
  void put(const Row& row);
  // Write all rows that were put, then `tail`. Return 0, or the errno of the first write that failed; nothing may be
  // put after.
  int finish(std::string_view tail);

private:
  // Rows whose texts lie one behind the other in `texts`. What is a part of the id, as a rule the suite and the name,
  // is not copied again: copying is a tenth of the parser's time.
  struct Batch {
    struct Item {
      std::uint32_t id, message, detail; // sizes
      std::uint32_t suite, name;         // sizes
      bool suite_in_id, name_in_id;      // at its begin, at its end
      record::TestStatus status;
      std::int64_t attempts;
      double duration_s;
    };
    std::string texts;
    std::vector<Item> items;
  };

  void hand_over();
  void work();
  void stop();
  void write(const Batch& batch);
  void write(std::string_view text);

  int m_fd;
  Batch m_open;
  bool m_any = false; // a row was written
  int m_errno = 0;
  std::string m_out;

  std::thread m_thread;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  Batch m_waiting;
  bool m_full = false; // m_waiting holds rows
  bool m_stop = false;
};

} // namespace streamgate::parse_junit
