// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace streamgate::test {

// What a FaultServer does with requests that fit instead of passing them on.
struct Fault {
  std::string method = {}; // "" for all
  std::string path = {};   // part of the path with its query; "" for all
  std::string answer = {}; // the whole HTTP answer as bytes; "" to read the request and cut the connection
  int times = 1;           // how often; then the fault is over
};

// An HTTP server on loopback that stands before a real one (or alone) and misbehaves as told.
class FaultServer {
public:
  // Gives the request that goes on upstream, for a method and a path; without it every request without a fault is 404.
  using Upstream = std::function<http::Request(const std::string& method, const std::string& path)>;

  explicit FaultServer(Upstream upstream = {});
  ~FaultServer();
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  std::string url() const;
  void add(Fault fault);
  // Cut all connections there are.
  void cut();
  // From now on pass nothing on from the server, on connections there are, but keep them open.
  void freeze();
  // "GET /api/v1/pods?limit=7", in order of arrival.
  std::vector<std::string> seen() const;
  // How many of `seen` contain `part`.
  std::size_t count(const std::string& part) const;
  // Head and body of the last request.
  std::string last_request() const;
  // How many connections were accepted.
  int connections() const;

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// An answer of this status with a body and its length.
std::string http_answer(int status, const std::string& body, const std::string& more_headers = {});

} // namespace streamgate::test
