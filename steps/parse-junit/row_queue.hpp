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

// Hands rows to a thread that works beside the parser: reading XML costs more than writing JSON, so that on two cores
// the second is free. Holds two batches of rows at most; a short report never starts a thread.
class RowQueue {
public:
  // `sink` gets the rows in their order, in the thread or in `finish`, never in both at once.
  explicit RowQueue(RowSink sink) : m_sink(std::move(sink)) {}
  // Rows that were not handed on yet are lost.
  ~RowQueue();
  RowQueue(const RowQueue&) = delete;
  RowQueue& operator=(const RowQueue&) = delete;

  // Take a copy of a row. Waits while the thread is a batch behind.
  void put(const Row& row);
  // Return when the sink has had all rows; nothing may be put after.
  void finish();

private:
  // Rows whose texts lie one behind the other in `texts`. What is a part of the id, as a rule the suite and the name,
  // is not copied again: copying is a tenth of the parser's time.
  struct Batch {
    struct Item {
      std::uint32_t id, message, detail; // sizes
      std::uint32_t suite, name;         // sizes
      bool suite_in_id, name_in_id;      // at its begin, at its end
      record::TestStatus status;
      bool flaky;
      std::int64_t attempts;
      double duration_s;
    };
    std::string texts;
    std::vector<Item> items;
  };

  void hand_over();
  void work();
  void stop();
  void pass(const Batch& batch);

  RowSink m_sink;
  Batch m_open;

  std::thread m_thread;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  Batch m_waiting;
  bool m_full = false; // m_waiting holds rows
  bool m_stop = false;
};

} // namespace streamgate::parse_junit
