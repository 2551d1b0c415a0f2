// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/process.hpp"

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace streamgate {

// Takes a command's output in pieces and hands it on in whole lines, redacted, so that a secret cut in two by the
// pieces is still seen: to stderr, to a log file, and to `on_line`. The lines of a PEM private key stay together.
class Tee {
public:
  // Make the log file anew, with the folders on its way. Error: io.
  static Result<Tee> open(const std::filesystem::path& log);
  Tee(Tee&& other) noexcept;
  Tee& operator=(Tee&&) = delete;
  ~Tee();

  // Called with each line, redacted and without its end.
  std::function<void(process::Stream, std::string_view)> on_line = {};

  void write(process::Stream stream, std::string_view piece);
  // Hand on what has no line's end yet. Error: io when any of the log could not be written.
  Status flush();
  // A sink for process::run that writes here; this object must outlive it.
  process::Sink sink();

private:
  explicit Tee(int fd) : m_fd(fd) {}
  void emit(process::Stream stream, std::string_view text);

  int m_fd;
  bool m_failed = false;
  std::array<std::string, 2> m_pending; // by stream
};

} // namespace streamgate
