// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/api_server.hpp"
#include "support/fault_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace streamgate::test {

// A test against the real API server of this binary, in a namespace of its own.
class KubeTest : public testing::Test {
protected:
  void SetUp() override;

  // A client of a user who may do all.
  kube::Client& admin() { return *m_admin; }
  ApiServer& server() { return *m_server; }
  const std::string& nspace() const { return m_nspace; }

  // Make or change a ConfigMap of this namespace with one value; a failure ends the test binary.
  void put(const std::string& name, const std::string& value);
  void put(const kube::Client& client, const std::string& name, const std::string& value);
  void remove(const std::string& name);

  // A misbehaving server before the real one, which does as `admin` whatever comes, and calls `before` with the path of
  // each request (in a thread of its own) before that goes on; and a client of it.
  std::unique_ptr<FaultServer> fault_server(std::function<void(const std::string& path)> before = {});
  kube::Client client_of(const FaultServer& faults, kube::ClientOptions options = quick());
  // Short back-off, so that tests are quick.
  static kube::ClientOptions quick();

  Cancel m_cancel;

private:
  ApiServer* m_server = nullptr;
  std::optional<kube::Client> m_admin;
  std::string m_nspace;
};

// Keeps what a watch of ConfigMaps tells: name -> value, and every call.
class Recorder : public kube::WatchHandler {
public:
  void on_reset() override;
  void on_object(kube::EventType type, const json::Value& object) override;
  void on_synced() override;

  std::map<std::string, std::string> state;
  std::vector<std::string> told; // "added a=1"; since the last reset
  int resets = 0;
  int synced = 0;
  std::function<void(const std::string& told)> hook;
};

} // namespace streamgate::test
