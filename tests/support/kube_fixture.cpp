// SPDX-License-Identifier: Apache-2.0
#include "support/kube_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace streamgate::test {
namespace {

void must(const Status& status)
{
  if (status) return;
  fmt::print(stderr, "cannot prepare the test: {}\n", status.error().text());
  std::abort();
}

} // namespace

void KubeTest::SetUp()
{
  static std::atomic<int> count = 0;
  const auto server = ApiServer::shared();
  ASSERT_TRUE(server) << server.error().text();
  m_server = *server;
  m_admin.emplace(m_server->client(m_cancel));
  m_nspace = "test-" + std::to_string(++count);
  const auto made = m_admin->create(kube::k_namespaces, "", fmt::format(R"({{"metadata":{{"name":"{}"}}}})", m_nspace));
  ASSERT_TRUE(made) << made.error().text();
}

void KubeTest::put(const std::string& name, const std::string& value)
{
  put(admin(), name, value);
}

void KubeTest::put(const kube::Client& client, const std::string& name, const std::string& value)
{
  const auto body = fmt::format(
      R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}},"data":{{"value":"{}"}}}})", name, value);
  const auto put = client.apply(kube::k_config_maps, {m_nspace, name}, "test", body, true);
  must(put ? Status() : std::unexpected(put.error()));
}

void KubeTest::remove(const std::string& name)
{
  must(admin().remove(kube::k_config_maps, {m_nspace, name}));
}

std::unique_ptr<FaultServer> KubeTest::fault_server(std::function<void(const std::string& path)> before)
{
  const auto config = m_server->admin();
  return std::make_unique<FaultServer>(
      [config, before = std::move(before)](const std::string& method, const std::string& path) {
        if (before) before(path);
        http::Request request;
        request.method = method;
        request.url = config.server + path;
        request.tls = {.ca = config.ca, .certificate = config.client_certificate, .key = config.client_key};
        return request;
      });
}

kube::Client KubeTest::client_of(const FaultServer& faults, kube::ClientOptions options)
{
  kube::Config config;
  config.server = faults.url();
  return std::move(*kube::Client::make(config, m_cancel, options));
}

kube::ClientOptions KubeTest::quick()
{
  return {.timeout = std::chrono::seconds(20),
          .retry = {.tries = 4, .first = std::chrono::milliseconds(5), .longest = std::chrono::seconds(2)}};
}

void Recorder::on_reset()
{
  ++resets;
  state.clear();
  told.clear();
}

void Recorder::on_object(kube::EventType type, const json::Value& object)
{
  const std::string name(json::text(object, {"metadata", "name"}));
  const std::string value(json::text(object, {"data", "value"}));
  if (type == kube::EventType::deleted) state.erase(name);
  else state[name] = value;
  constexpr std::array k_words = {"added", "modified", "deleted"};
  told.push_back(fmt::format("{} {}={}", k_words.at(static_cast<std::size_t>(type)), name, value));
  if (hook) hook(told.back());
}

void Recorder::on_synced()
{
  ++synced;
}

} // namespace streamgate::test
