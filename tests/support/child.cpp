// SPDX-License-Identifier: Apache-2.0
#include "support/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>

namespace streamgate::test {

Child::Child(const std::vector<std::string>& argv, const std::filesystem::path& log)
{
  std::vector<char*> pointers;
  for (const auto& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  m_id = ::fork();
  if (m_id == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  ::close(out);
  if (m_id < 0) throw std::runtime_error("cannot start " + argv[0]);
}

Child::Child(Child&& other) noexcept : m_id(std::exchange(other.m_id, -1)) {}

Child& Child::operator=(Child&& other) noexcept
{
  std::swap(m_id, other.m_id);
  return *this;
}

Child::~Child()
{
  if (m_id > 0) signal(SIGKILL);
}

bool Child::running()
{
  if (m_id > 0 && ::waitpid(m_id, nullptr, WNOHANG) == m_id) m_id = -1;
  return m_id > 0;
}

void Child::signal(int number)
{
  if (m_id <= 0) return;
  ::kill(m_id, number);
  if (number != SIGKILL) return;
  ::waitpid(m_id, nullptr, 0);
  m_id = -1;
}

int bind_loopback(int socket)
{
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, plain, size) != 0 || ::getsockname(socket, plain, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "no port on loopback");
  }
  return ntohs(address.sin_port);
}

int free_port()
{
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int port = bind_loopback(fd);
  ::close(fd);
  return port;
}

} // namespace streamgate::test
