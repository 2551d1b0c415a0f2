// SPDX-License-Identifier: Apache-2.0
#include "support/fault_server.hpp"

#include "support/child.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace streamgate::test {
namespace {

struct Connection {
  explicit Connection(int with) : fd(with) {}
  ~Connection() { ::close(fd); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd;
  std::atomic<bool> frozen = false;
  Cancel cancel;
  std::string buffer;

  bool send(std::string_view bytes)
  {
    while (!frozen && !bytes.empty()) {
      const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool receive()
  {
    std::array<char, 16384> piece{};
    const auto got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    buffer.append(piece.data(), static_cast<std::size_t>(got));
    return true;
  }
  void cut()
  {
    cancel.request();
    ::shutdown(fd, SHUT_RDWR);
  }
};

struct Incoming {
  std::string method, path, head, body;
};

std::string header_of(const std::string& head, std::string_view name)
{
  std::size_t at = 0;
  while ((at = head.find("\r\n", at)) != std::string::npos) {
    at += 2;
    if (head.size() - at <= name.size() || head[at + name.size()] != ':') continue;
    if (::strncasecmp(head.data() + at, name.data(), name.size()) != 0) continue;
    const auto end = head.find("\r\n", at);
    return head.substr(at + name.size() + 2, end - at - name.size() - 2);
  }
  return {};
}

std::optional<Incoming> read_request(Connection& connection)
{
  std::size_t end = 0;
  while ((end = connection.buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!connection.receive()) return std::nullopt;
  }
  Incoming incoming;
  incoming.head = connection.buffer.substr(0, end + 2);
  const auto first = incoming.head.find(' ');
  incoming.method = incoming.head.substr(0, first);
  incoming.path = incoming.head.substr(first + 1, incoming.head.find(' ', first + 1) - first - 1);
  const auto length = header_of(incoming.head, "Content-Length");
  const std::size_t whole = end + 4 + (length.empty() ? 0 : std::stoul(length));
  while (connection.buffer.size() < whole) {
    if (!connection.receive()) return std::nullopt;
  }
  incoming.body = connection.buffer.substr(end + 4, whole - end - 4);
  connection.buffer.erase(0, whole);
  return incoming;
}

// Pass a request on; a good answer streams back in chunks. Returns false when the connection must end.
bool forward(Connection& connection, const Incoming& incoming, const FaultServer::Upstream& upstream)
{
  http::Session session;
  auto request = upstream(incoming.method, incoming.path);
  request.body = incoming.body;
  request.timeout = Duration(0);
  request.idempotent = http::Idempotent::no;
  if (const auto type = header_of(incoming.head, "Content-Type"); !type.empty())
    request.headers.add("Content-Type", type);
  bool started = false;
  request.sink = [&](std::string_view piece) {
    std::string out;
    if (!std::exchange(started, true))
      out = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    out += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    return connection.send(out);
  };
  const auto outcome = session.send(request, connection.cancel);
  if (!outcome) return false;
  if (started) return connection.send("0\r\n\r\n");
  return connection.send(http_answer(outcome->status, outcome->body));
}

} // namespace

std::string http_answer(int status, const std::string& body, const std::string& more_headers)
{
  return fmt::format("HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     body.size(), more_headers, body);
}

struct FaultServer::Impl {
  Upstream upstream;
  int listener = -1;
  int port = 0;
  mutable std::mutex mutex;
  std::vector<Fault> faults;
  std::vector<std::string> seen;
  std::string last;
  int accepted = 0;
  std::vector<std::shared_ptr<Connection>> connections;
  std::vector<std::thread> threads;
  std::thread acceptor;

  std::optional<Fault> take_fault(const Incoming& incoming)
  {
    const std::lock_guard lock(mutex);
    seen.push_back(incoming.method + " " + incoming.path);
    last = incoming.head + "\r\n" + incoming.body;
    const auto it = std::ranges::find_if(faults, [&](const Fault& fault) {
      return fault.times > 0 && (fault.method.empty() || fault.method == incoming.method) &&
             incoming.path.find(fault.path) != std::string::npos;
    });
    if (it == faults.end()) return std::nullopt;
    --it->times;
    return *it;
  }

  void serve(Connection& connection)
  {
    while (const auto incoming = read_request(connection)) {
      if (const auto fault = take_fault(*incoming)) {
        if (fault->answer.empty() || !connection.send(fault->answer)) break;
      } else if (!upstream) {
        connection.send(http_answer(404, ""));
      } else if (!forward(connection, *incoming, upstream)) {
        break;
      }
    }
    connection.cut();
  }

  void accept_all()
  {
    for (;;) {
      const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      auto connection = std::make_shared<Connection>(fd);
      const std::lock_guard lock(mutex);
      ++accepted;
      connections.push_back(connection);
      threads.emplace_back([this, connection] { serve(*connection); });
    }
  }
};

FaultServer::FaultServer(Upstream upstream) : m_impl(std::make_unique<Impl>())
{
  m_impl->upstream = std::move(upstream);
  m_impl->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  m_impl->port = bind_loopback(m_impl->listener);
  ::listen(m_impl->listener, 64);
  m_impl->acceptor = std::thread([impl = m_impl.get()] { impl->accept_all(); });
}

FaultServer::~FaultServer()
{
  ::shutdown(m_impl->listener, SHUT_RDWR);
  m_impl->acceptor.join();
  ::close(m_impl->listener);
  cut();
  for (auto& thread : m_impl->threads) thread.join();
}

std::string FaultServer::url() const
{
  return "http://127.0.0.1:" + std::to_string(m_impl->port);
}

void FaultServer::add(Fault fault)
{
  const std::lock_guard lock(m_impl->mutex);
  m_impl->faults.push_back(std::move(fault));
}

void FaultServer::cut()
{
  const std::lock_guard lock(m_impl->mutex);
  for (const auto& connection : m_impl->connections) connection->cut();
}

void FaultServer::freeze()
{
  const std::lock_guard lock(m_impl->mutex);
  for (const auto& connection : m_impl->connections) connection->frozen = true;
}

std::vector<std::string> FaultServer::seen() const
{
  const std::lock_guard lock(m_impl->mutex);
  return m_impl->seen;
}

std::size_t FaultServer::count(const std::string& part) const
{
  const auto all = seen();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const auto& one) { return one.find(part) != std::string::npos; }));
}

std::string FaultServer::last_request() const
{
  const std::lock_guard lock(m_impl->mutex);
  return m_impl->last;
}

int FaultServer::connections() const
{
  const std::lock_guard lock(m_impl->mutex);
  return m_impl->accepted;
}

} // namespace streamgate::test
