// SPDX-License-Identifier: Apache-2.0
#include "notify/test_server.hpp"

#include "base/ascii.hpp"
#include "support/child.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <optional>
#include <thread>

namespace streamgate::notify::test {
namespace {

bool receive(int fd, std::string& buffer)
{
  std::array<char, 16384> piece{};
  const auto size = ::recv(fd, piece.data(), piece.size(), 0);
  if (size <= 0) return false;
  buffer.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

void send_all(int fd, std::string_view bytes)
{
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

Got parse(const std::string& head)
{
  Got out;
  const auto first = head.find(' ');
  const auto second = head.find(' ', first + 1);
  out.method = head.substr(0, first);
  out.path = head.substr(first + 1, second - first - 1);
  for (auto at = head.find("\r\n"); at != std::string::npos;) {
    const auto end = head.find("\r\n", at + 2);
    const auto line = head.substr(at + 2, end == std::string::npos ? end : end - at - 2);
    if (const auto colon = line.find(": "); colon != std::string::npos)
      out.headers[ascii::lower(line.substr(0, colon))] = line.substr(colon + 2);
    at = end;
  }
  return out;
}

std::optional<Got> read_request(int fd, std::string& buffer)
{
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!receive(fd, buffer)) return std::nullopt;
  }
  auto out = parse(buffer.substr(0, end));
  buffer.erase(0, end + 4);
  if (out.headers["expect"] == "100-continue") send_all(fd, "HTTP/1.1 100 Continue\r\n\r\n");
  const auto& length = out.headers["content-length"];
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (buffer.size() < size) {
    if (!receive(fd, buffer)) return std::nullopt;
  }
  out.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return out;
}

} // namespace

struct Server::Impl {
  Handler handler;
  int listener = -1;
  int port = 0;
  mutable std::mutex mutex;
  std::vector<Got> got;
  std::vector<int> connections;
  std::vector<std::thread> threads;
  std::thread acceptor;

  void serve(int fd)
  {
    std::string buffer;
    while (const auto request = read_request(fd, buffer)) {
      Answer answer;
      {
        const std::lock_guard lock(mutex);
        got.push_back(*request);
        answer = handler(*request);
      }
      if (answer.status < 0) {
        while (receive(fd, buffer)) {
        } // until the client gives up
        break;
      }
      if (answer.status == 0) break;
      send_all(fd, fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n{}", answer.status, answer.body.size(),
                               answer.headers, answer.body));
    }
    ::shutdown(fd, SHUT_RDWR);
  }

  void accept_all()
  {
    for (;;) {
      const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const std::lock_guard lock(mutex);
      connections.push_back(fd);
      threads.emplace_back([this, fd] { serve(fd); });
    }
  }
};

Server::Server(Handler handler) : m_impl(std::make_unique<Impl>())
{
  m_impl->handler = std::move(handler);
  m_impl->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  m_impl->port = streamgate::test::bind_loopback(m_impl->listener);
  ::listen(m_impl->listener, 64);
  m_impl->acceptor = std::thread([impl = m_impl.get()] { impl->accept_all(); });
}

Server::~Server()
{
  ::shutdown(m_impl->listener, SHUT_RDWR);
  m_impl->acceptor.join();
  ::close(m_impl->listener);
  for (const int fd : m_impl->connections) ::shutdown(fd, SHUT_RDWR);
  for (auto& thread : m_impl->threads) thread.join();
  for (const int fd : m_impl->connections) ::close(fd);
}

std::string Server::url() const
{
  return fmt::format("http://127.0.0.1:{}", m_impl->port);
}

std::vector<Got> Server::got() const
{
  const std::lock_guard lock(m_impl->mutex);
  return m_impl->got;
}

} // namespace streamgate::notify::test
