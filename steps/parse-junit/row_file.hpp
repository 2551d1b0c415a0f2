// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

// Files that are written row by row, and looked into again. Problems are told as errno, 0 for none.
namespace streamgate::parse_junit {

// Open a new file without a name in `folder`, for writing and reading.
int open_nameless(const std::filesystem::path& folder, int& fd);
// Write all of `text`.
int write_all(int fd, std::string_view text);
// Read exactly `size` bytes at `offset`; EIO when the file ends before.
int read_exactly(int fd, void* to, std::size_t size, std::uint64_t offset);

// A list of rows in JSON: one row a line with commas between. Written to a temporary file beside its place and renamed
// in the end; without that nothing stays behind.
class RowFile {
public:
  RowFile() = default;
  ~RowFile();
  RowFile(RowFile&& other) noexcept;
  RowFile& operator=(RowFile&& other) noexcept;

  // Make the temporary file and write `head`, which opens the list.
  int create(const std::filesystem::path& path, std::string_view head);

  // Begin a row: its text is appended to what is returned, before the next call of any other member.
  std::string& row();
  // Where the row that was begun last stands in the file.
  std::uint64_t row_begin() const { return m_row_begin; }
  // Write `tail`, which closes the list, and all that waits. Tells what failed since `create`.
  int finish(std::string_view tail);
  // Give the file its name, readable by all.
  int put_in_place();

  int fd() const { return m_fd; }

private:
  void flush();

  int m_fd = -1;
  std::string m_path;
  std::string m_temporary; // "" once renamed
  std::string m_out;       // not yet written
  std::uint64_t m_written = 0;
  std::uint64_t m_row_begin = 0;
  bool m_any = false; // a row was begun
  int m_errno = 0;
};

// Reads such a file again line by line, as long as its list goes on.
class RowReader {
public:
  // `offset`: where a row begins. The file is read in pieces of `piece` bytes.
  explicit RowReader(int fd, std::uint64_t offset, std::size_t piece = std::size_t{64} << 10U)
      : m_fd(fd), m_offset(offset), m_piece(piece)
  {
  }

  // Go to the next row. Return false at the end, or on an error, which is put into `problem`.
  bool next(int& problem);
  // The row's text, until the next call.
  std::string_view row() const { return m_row; }
  // Where it stands in the file.
  std::uint64_t begin() const { return m_begin; }

private:
  bool fill(int& problem);

  int m_fd;
  std::uint64_t m_offset; // of what is read next
  std::size_t m_piece;
  std::string m_text; // read, from m_at on not yet passed
  std::size_t m_at = 0;
  std::uint64_t m_begin = 0;
  std::string_view m_row;
};

} // namespace streamgate::parse_junit
