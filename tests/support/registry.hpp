// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "http/http.hpp"
#include "support/child.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace streamgate::test {

// A real image registry (Debian's docker-registry) on a free loopback port, for the life of a test.
class Registry {
public:
  explicit Registry(const TestFolder& folder)
  {
    const int port = free_port();
    m_host = "127.0.0.1:" + std::to_string(port);
    const auto config =
        folder.write("registry/config.yml", "version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: " +
                                                (folder.path() / "registry/store").string() +
                                                "}, delete: {enabled: true}}\nhttp: {addr: \"" + m_host + "\"}\n");
    m_child.emplace(std::vector<std::string>{"docker-registry", "serve", config.string()},
                    folder.path() / "registry/log");
    wait(folder);
  }
  // host:port
  const std::string& host() const { return m_host; }
  void stop() { m_child.reset(); }

private:
  // Registries tell nobody when they listen, so they are asked until they do.
  void wait(const TestFolder& folder) const
  {
    const Cancel cancel;
    http::Session session;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      http::Request request;
      request.url = "http://" + m_host + "/v2/";
      const auto answer = session.send(request, cancel);
      if (answer && answer->good()) return;
      static_cast<void>(cancel.sleep(Duration(20)));
    }
    ADD_FAILURE() << "the registry does not answer: " << folder.read("registry/log");
  }

  std::string m_host;
  std::optional<Child> m_child;
};

} // namespace streamgate::test
