// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/row.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::parse_junit {

// How the reading of one file of results ended.
struct ReadEnd {
  std::int64_t tests = 0;            // rows given to the sink
  bool complete = true;              // false: cut, broken or not what it should be
  std::vector<std::string> problems; // for people; may hold notes on a complete file too
  std::int64_t repaired = 0;         // characters that were read as another
};

// Reads JUnit XML piece by piece in constant memory: what Surefire, pytest, gotestsum, gtest and Gauge write. A test's
// row goes to the sink at its end tag. Files that lie about what they are, are cut or want too much memory end as not
// complete with a problem; nothing makes the reader fail or stop silently.
class JunitReader {
public:
  // `suite` begins every id. The sink outlives the reader.
  JunitReader(std::string_view suite, const RowSink& sink);
  ~JunitReader();
  JunitReader(const JunitReader&) = delete;
  JunitReader& operator=(const JunitReader&) = delete;

  // Return room for the next `size` bytes of the file (at most 2 MiB).
  std::span<char> room(std::size_t size);
  // Take the first `size` bytes of the room. Return false when reading on is of no use.
  bool take(std::size_t size);
  // Take the last bytes of the file. After each piece but the last expat counts its lines, a fifth of all work: a file
  // in one piece is spared that.
  void take_last(std::size_t size);
  // Say that the file has ended.
  ReadEnd finish();

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// Read `text` in pieces of `piece` bytes. The whole of the reader behind one function, for tests and fuzzing.
ReadEnd read_junit(std::string_view text, const std::string& suite, const RowSink& sink,
                   std::size_t piece = std::size_t{64} << 10U);

} // namespace streamgate::parse_junit
