// SPDX-License-Identifier: Apache-2.0
#include "support/api_server.hpp"

#include "base/base64.hpp"
#include "base/process.hpp"
#include "http/http.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace streamgate::test {
namespace {

constexpr auto k_longest_start = std::chrono::seconds(90);
constexpr auto k_poll = std::chrono::milliseconds(50);

std::string last_part(const std::string& text)
{
  return text.size() > 800 ? text.substr(text.size() - 800) : text;
}

std::string loopback(int port)
{
  return "127.0.0.1:" + std::to_string(port);
}

} // namespace

Result<ApiServer*> ApiServer::shared()
{
  static std::unique_ptr<ApiServer> server;
  static Status status;
  if (!server) {
    server = std::make_unique<ApiServer>();
    status = server->prepare();
  }
  if (!status) return std::unexpected(status.error());
  return server.get();
}

ApiServer::ApiServer()
    : m_folder(*file::TemporaryFolder::make("streamgate-api")),
      m_admin(m_authority.issue_client("admin", "system:masters")), m_port(free_port())
{
  m_url = "https://" + loopback(m_port);
}

ApiServer::~ApiServer() = default;

Status ApiServer::prepare()
{
  const char* folder = std::getenv("STREAMGATE_KUBE_BIN");
  if (folder == nullptr || !std::filesystem::exists(std::filesystem::path(folder) / "kube-apiserver")) {
    return fail(ErrorCode::not_found,
                "component tests need a kube-apiserver: set STREAMGATE_KUBE_BIN to the folder that holds it");
  }
  m_program = std::filesystem::path(folder) / "kube-apiserver";
  const auto server = m_authority.issue_server("IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc");
  const auto at = [this](const char* name) { return m_folder.path() / name; };
  SG_TRY(file::write_atomic(at("ca.crt"), ca()));
  SG_TRY(file::write_atomic(at("server.crt"), server.certificate));
  SG_TRY(file::write_atomic(at("server.key"), server.key));
  SG_TRY(file::write_atomic(at("accounts.key"), make_key()));
  // token, user, uid, groups
  SG_TRY(
      file::write_atomic(at("tokens.csv"), "nobody-token-1,nobody,1,powerless\nroot-token-1,root,2,system:masters\n"));
  SG_TRY(start_etcd());
  return start();
}

Status ApiServer::start_etcd()
{
  const auto url = "http://" + loopback(free_port());
  const auto peer = "http://" + loopback(free_port());
  m_etcd_url = url;
  const auto log = m_folder.path() / "etcd.log";
  m_etcd = Child({"etcd", "--data-dir", m_folder.path() / "etcd", "--listen-client-urls", url,
                  "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                  "--initial-cluster", "default=" + peer},
                 log);
  http::Request request;
  request.url = url + "/health";
  return during(wait_ready(m_etcd, request, log), "starting etcd (Debian package etcd-server) for component tests");
}

Status ApiServer::start()
{
  const auto at = [this](const char* name) { return (m_folder.path() / name).string(); };
  const auto log = m_folder.path() / "kube-apiserver.log";
  m_server = Child(
      {m_program, "--etcd-servers=" + m_etcd_url, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
       "--secure-port=" + std::to_string(m_port), "--tls-cert-file=" + at("server.crt"),
       "--tls-private-key-file=" + at("server.key"), "--client-ca-file=" + at("ca.crt"), "--cert-dir=" + at("certs"),
       "--token-auth-file=" + at("tokens.csv"), "--service-account-issuer=https://kubernetes.default.svc",
       "--service-account-key-file=" + at("accounts.key"), "--service-account-signing-key-file=" + at("accounts.key"),
       "--service-cluster-ip-range=10.96.0.0/24", "--authorization-mode=RBAC",
       "--disable-admission-plugins=ServiceAccount", "--endpoint-reconciler-type=none", "--allow-privileged=true",
       "--v=1"},
      log);
  http::Request request;
  request.url = m_url + "/readyz";
  request.tls = {.ca = ca(), .certificate = m_admin.certificate, .key = m_admin.key};
  return during(wait_ready(m_server, request, log), "starting kube-apiserver for component tests");
}

Status ApiServer::wait_ready(Child& child, const http::Request& request, const std::string& log) const
{
  const Cancel cancel;
  http::Session session;
  const auto until = std::chrono::steady_clock::now() + k_longest_start;
  while (std::chrono::steady_clock::now() < until && child.running()) {
    const auto outcome = session.send(request, cancel);
    if (outcome && outcome->good()) return {};
    SG_TRY(cancel.sleep(k_poll));
  }
  const auto text = file::read(log);
  return fail(ErrorCode::unavailable,
              fmt::format("it {}; its log ends with:\n{}", child.running() ? "did not get ready" : "ended",
                          last_part(text.value_or(""))));
}

kube::Config ApiServer::anonymous() const
{
  kube::Config config;
  config.server = m_url;
  config.ca = ca();
  config.nspace = "default";
  return config;
}

kube::Config ApiServer::admin() const
{
  auto config = anonymous();
  config.client_certificate = m_admin.certificate;
  config.client_key = m_admin.key;
  return config;
}

kube::Config ApiServer::token_user(const std::string& token) const
{
  auto config = anonymous();
  config.token = token;
  return config;
}

kube::Client ApiServer::client(const Cancel& cancel, kube::ClientOptions options) const
{
  return std::move(*kube::Client::make(admin(), cancel, options));
}

Status ApiServer::compact() const
{
  const Cancel cancel;
  const process::Command status{
      .argv = {"etcdctl", "--endpoints", m_etcd_url, "endpoint", "status", "--write-out=json"},
      .environment = {{"ETCDCTL_API", "3"}},
  };
  SG_TRY_ASSIGN(const auto printed, process::output(status, cancel));
  SG_TRY_ASSIGN(const auto parsed, json::parse(printed, "what etcdctl printed"));
  const auto revision = json::integer(parsed[0], {"Status", "header", "revision"}).value_or(0);
  const process::Command compact{
      .argv = {"etcdctl", "--endpoints", m_etcd_url, "compact", std::to_string(revision)},
      .environment = {{"ETCDCTL_API", "3"}},
  };
  SG_TRY(process::output(compact, cancel));
  return {};
}

std::filesystem::path ApiServer::write_kubeconfig(const kube::Config& config, const std::string& name) const
{
  std::string user = "{}";
  if (!config.client_certificate.empty()) {
    user = fmt::format("{{client-certificate-data: {}, client-key-data: {}}}",
                       base64::encode(config.client_certificate), base64::encode(config.client_key));
  } else if (!config.token.empty()) {
    user = fmt::format("{{token: {}}}", json::quote(config.token));
  }
  const auto text = fmt::format(R"(apiVersion: v1
kind: Config
current-context: test
clusters: [{{name: test, cluster: {{server: "{}", certificate-authority-data: {}}}}}]
contexts: [{{name: test, context: {{cluster: test, user: test, namespace: {}}}}}]
users: [{{name: test, user: {}}}]
)",
                                config.server, base64::encode(config.ca), config.nspace, user);
  const auto path = m_folder.path() / name;
  if (const auto status = file::write_atomic(path, text); !status) std::abort();
  return path;
}

} // namespace streamgate::test
