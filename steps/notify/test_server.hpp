// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

// A small HTTP server on loopback for tests: what it answers is said by a function, or it cuts the connection.
namespace streamgate::notify::test {

struct Got {
  std::string method;
  std::string path;                           // with its query
  std::map<std::string, std::string> headers; // names in lower case
  std::string body;
};

struct Answer {
  int status = 200; // 0 to cut the connection without one, -1 to never answer
  std::string body = {};
  std::string headers = {}; // lines with CRLF
};

class Server {
public:
  using Handler = std::function<Answer(const Got&)>;

  explicit Server(Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url() const; // http://127.0.0.1:PORT
  // What came, in its order.
  std::vector<Got> got() const;

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::notify::test
