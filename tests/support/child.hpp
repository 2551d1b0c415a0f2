// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace streamgate::test {

// A process that a test leaves running: killed with the thread that started it, its output in a file.
class Child {
public:
  Child() = default;
  // Start `argv` (looked up in PATH); throws std::runtime_error when it cannot be started.
  Child(const std::vector<std::string>& argv, const std::filesystem::path& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  bool running();
  // Send a signal. After SIGKILL, wait for the end.
  void signal(int number);
  pid_t id() const { return m_id; }

private:
  pid_t m_id = -1;
};

// Bind a socket to a port of 127.0.0.1 that is free; the port. Throws std::system_error.
int bind_loopback(int socket);

// A TCP port of 127.0.0.1 that is free now.
int free_port();

} // namespace streamgate::test
