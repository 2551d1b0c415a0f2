// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "kube/client.hpp"
#include "support/kube_fixture.hpp"

#include <fmt/format.h>

// Who is let in by a real API server, and how.
namespace streamgate::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Resource k_service_accounts{"", "v1", "serviceaccounts", "ServiceAccount"};
constexpr Resource k_account_token{"", "v1", "serviceaccounts/gate/token", "TokenRequest"};
constexpr Resource k_roles{"rbac.authorization.k8s.io", "v1", "roles", "Role"};
constexpr Resource k_role_bindings{"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"};

class Access : public test::KubeTest {
protected:
  Client client(const Config& config) { return std::move(*Client::make(config, m_cancel, quick())); }
  // Try to read with a config.
  Status reads(const Config& config)
  {
    auto list = client(config).list(k_config_maps, nspace());
    if (!list) return std::unexpected(std::move(list.error()));
    return {};
  }
  ErrorCode code(const Status& status) const { return status ? ErrorCode::internal : status.error().code; }

  std::string account_token()
  {
    EXPECT_TRUE(admin().create(k_service_accounts, nspace(), R"({"metadata":{"name":"gate"}})"));
    const auto token = admin().create(k_account_token, nspace(), R"({"spec":{"expirationSeconds":600}})");
    EXPECT_TRUE(token) << token.error().text();
    return std::string(json::text(*token, {"status", "token"}));
  }
  void allow_account()
  {
    const auto role = admin().create(k_roles, nspace(), R"({"metadata":{"name":"gate"},
      "rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}]})");
    ASSERT_TRUE(role) << role.error().text();
    const auto binding = admin().create(
        k_role_bindings, nspace(),
        fmt::format(
            R"({{"metadata":{{"name":"gate"}},"roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"gate"}},
        "subjects":[{{"kind":"ServiceAccount","name":"gate","namespace":"{}"}}]}})",
            nspace()));
    ASSERT_TRUE(binding) << binding.error().text();
  }
  // A shell script that answers as a credential plugin with what the file `credential` holds, and counts its calls.
  Config with_plugin(const std::string& version = "v1")
  {
    auto config = server().anonymous();
    const auto folder = server().folder() / nspace();
    config.exec.api_version = "client.authentication.k8s.io/" + version;
    config.exec.command = folder / "plugin";
    EXPECT_TRUE(file::write_atomic(
        config.exec.command,
        fmt::format("#!/bin/sh\necho called >> {0}/calls\nexec cat {0}/credential\n", folder.string())));
    std::filesystem::permissions(config.exec.command, std::filesystem::perms::owner_all);
    return config;
  }
  void plugin_gives(const std::string& status, const std::string& version = "v1")
  {
    EXPECT_TRUE(file::write_atomic(
        server().folder() / nspace() / "credential",
        fmt::format(R"({{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/{}","status":{{{}}}}})",
                    version, status)));
  }
  std::size_t plugin_calls() { return file::read(server().folder() / nspace() / "calls").value_or("").size() / 7; }
};

TEST_F(Access, ClientCertificateOfAKubeconfig)
{
  const auto config = load_config({.kubeconfig = server().write_kubeconfig(server().admin(), "admin.kubeconfig")});
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_TRUE(reads(*config));
}

TEST_F(Access, UnknownTokenIsUnauthorized)
{
  const auto status = reads(server().token_user("wrong-token"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::unauthorized);
  EXPECT_THAT(status.error().hint, HasSubstr("credentials"));
}

TEST_F(Access, AnonymousUserIsForbidden)
{
  EXPECT_EQ(code(reads(server().anonymous())), ErrorCode::forbidden);
}

TEST_F(Access, ServiceAccountMayOnlyWhatItIsAllowed)
{
  const auto token = account_token();
  ASSERT_NE(token, "");
  const auto config = server().token_user(token);
  const auto status = reads(config);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::forbidden);
  EXPECT_THAT(status.error().message, HasSubstr("system:serviceaccount:" + nspace() + ":gate"));
  EXPECT_THAT(status.error().hint, HasSubstr("RBAC"));
  allow_account();
  // The authorizer hears of the binding by a watch of its own.
  auto allowed = reads(config);
  for (int i = 0; i < 100 && !allowed; ++i) {
    ASSERT_TRUE(m_cancel.sleep(50ms));
    allowed = reads(config);
  }
  EXPECT_TRUE(allowed) << allowed.error().text();
  const auto write = client(config).create(k_config_maps, nspace(), R"({"metadata":{"name":"a"}})");
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().code, ErrorCode::forbidden);
}

TEST_F(Access, InClusterAccountOfFiles)
{
  const auto folder = server().folder() / nspace();
  ASSERT_TRUE(file::write_atomic(folder / "token", "root-token-1\n"));
  ASSERT_TRUE(file::write_atomic(folder / "ca.crt", server().ca()));
  ASSERT_TRUE(file::write_atomic(folder / "namespace", nspace()));
  ::setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1", 1);
  ::setenv("KUBERNETES_SERVICE_PORT", server().url().substr(server().url().rfind(':') + 1).c_str(), 1);
  ::unsetenv("KUBECONFIG");
  const auto config = load_config({.service_account = folder});
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->nspace, nspace());
  EXPECT_TRUE(reads(*config));
}

TEST_F(Access, AnAccountCanAskWhatItMayDo)
{
  const auto account = client(server().token_user(account_token()));
  const auto may = [](const Client& who, const Right& right) {
    const auto answer = who.may(right);
    EXPECT_TRUE(answer) << answer.error().text();
    return answer && *answer;
  };
  EXPECT_FALSE(may(account, {"list", k_config_maps, {nspace(), ""}}));
  EXPECT_TRUE(may(admin(), {"list", k_config_maps, {nspace(), ""}}));
  allow_account();
  // The authorizer hears of the binding by a watch of its own.
  for (int i = 0; i < 100 && !may(account, {"list", k_config_maps, {nspace(), ""}}); ++i)
    ASSERT_TRUE(m_cancel.sleep(50ms));
  EXPECT_TRUE(may(account, {"get", k_config_maps, {nspace(), "one"}}));
  EXPECT_FALSE(may(account, {"delete", k_config_maps, {nspace(), ""}}));
  EXPECT_FALSE(may(account, {"list", k_config_maps}));
  EXPECT_FALSE(may(account, {"list", k_deployments, {nspace(), ""}}));
}

TEST_F(Access, UnknownAuthorityIsATlsError)
{
  auto config = server().admin();
  config.ca = test::Authority("other").certificate();
  const auto status = reads(config);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::tls);
  EXPECT_NE(status.error().hint, "");
  config.ca = "";
  EXPECT_EQ(code(reads(config)), ErrorCode::tls) << "the system's authorities do not know this server";
  config.insecure_skip_tls_verify = true;
  EXPECT_TRUE(reads(config));
}

TEST_F(Access, ServerNameIsVerifiedAndCanBeGiven)
{
  auto config = server().admin();
  config.tls_server_name = "kubernetes.default.svc";
  EXPECT_TRUE(reads(config));
  config.tls_server_name = "another.example";
  EXPECT_EQ(code(reads(config)), ErrorCode::tls);
}

TEST_F(Access, CertificateOfAnotherAuthorityIsUnauthorized)
{
  auto config = server().admin();
  const auto other = test::Authority("other").issue_client("admin", "system:masters");
  config.client_certificate = other.certificate;
  config.client_key = other.key;
  EXPECT_EQ(code(reads(config)), ErrorCode::unauthorized);
}

TEST_F(Access, NobodyThereIsUnavailable)
{
  auto config = server().admin();
  config.server = "https://127.0.0.1:" + std::to_string(test::free_port());
  const auto status = reads(config);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::unavailable);
  EXPECT_THAT(status.error().message, HasSubstr(config.server));
}

TEST_F(Access, TokenFileIsReadAgainWhenItIsReplaced)
{
  const auto path = server().folder() / nspace() / "token";
  auto config = server().anonymous();
  config.token_file = path;
  EXPECT_EQ(code(reads(config)), ErrorCode::unauthorized) << "no file at all";
  ASSERT_TRUE(file::write_atomic(path, "nobody-token-1\n"));
  const auto user = client(config);
  EXPECT_EQ(user.list(k_config_maps, nspace()).error().code, ErrorCode::forbidden);
  ASSERT_TRUE(file::write_atomic(path, "root-token-1\n"));
  EXPECT_TRUE(user.list(k_config_maps, nspace()));
  std::filesystem::remove(path);
  EXPECT_TRUE(user.list(k_config_maps, nspace())) << "the last token is used on";
}

TEST_F(Access, WatchGoesOnWithAReplacedToken)
{
  const auto path = server().folder() / nspace() / "token";
  ASSERT_TRUE(file::write_atomic(path, "root-token-1"));
  auto config = server().anonymous();
  config.token_file = path;
  const auto user = client(config);
  test::Recorder recorder;
  Loop loop(user, m_cancel, {.idle = 100ms, .doubt = 0ms});
  loop.watch(k_config_maps, nspace(), {}, recorder);
  ASSERT_TRUE(loop.run(std::chrono::steady_clock::now() + 10s, [] { return true; }));
  ASSERT_TRUE(file::write_atomic(path, "wrong-token"));
  const auto status = loop.run(std::chrono::steady_clock::now() + 10s, [] { return false; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::unauthorized);
}

TEST_F(Access, PluginIsAskedOnceUntilItsCredentialExpires)
{
  for (const std::string version : {"v1", "v1beta1"}) {
    const auto before = plugin_calls();
    const auto user = client(with_plugin(version));
    plugin_gives(R"("token":"root-token-1","expirationTimestamp":")" + to_rfc3339(wall_now() + 1h) + "\"", version);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(user.list(k_config_maps, nspace()));
    EXPECT_EQ(plugin_calls() - before, 1U);
  }
  const auto before = plugin_calls();
  const auto user = client(with_plugin());
  plugin_gives(R"("token":"root-token-1","expirationTimestamp":")" + to_rfc3339(wall_now() + 5s) + "\"");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(user.list(k_config_maps, nspace()));
  EXPECT_EQ(plugin_calls() - before, 3U) << "what expires soon is asked for again";
}

TEST_F(Access, PluginIsAskedAgainWhenItsTokenIsRefused)
{
  const auto user = client(with_plugin());
  plugin_gives(R"("token":"root-token-1")");
  ASSERT_TRUE(user.list(k_config_maps, nspace()));
  plugin_gives(R"("token":"nobody-token-1")");
  ASSERT_TRUE(user.list(k_config_maps, nspace())) << "a good credential is kept";
  const auto wrong = client(with_plugin());
  plugin_gives(R"("token":"wrong-token")");
  const auto before = plugin_calls();
  EXPECT_EQ(wrong.list(k_config_maps, nspace()).error().code, ErrorCode::unauthorized);
  EXPECT_EQ(plugin_calls() - before, 2U);
}

TEST_F(Access, PluginMayGiveACertificate)
{
  const auto user = client(with_plugin());
  const auto admin_config = server().admin();
  plugin_gives(R"("clientCertificateData":)" + json::quote(admin_config.client_certificate) + R"(,"clientKeyData":)" +
               json::quote(admin_config.client_key));
  const auto list = user.list(k_config_maps, nspace());
  EXPECT_TRUE(list) << list.error().text();
}

TEST_F(Access, ImpersonatedUserHasOnlyItsOwnRights)
{
  auto config = server().admin();
  config.impersonate = "somebody";
  config.impersonate_groups = {"people"};
  const auto status = reads(config);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::forbidden);
  EXPECT_THAT(status.error().message, HasSubstr("somebody"));
}

TEST_F(Access, ProxyOfTheKubeconfigIsUsed)
{
  test::FaultServer proxy;
  proxy.add({.answer = test::http_answer(200, R"({"items":[],"metadata":{"resourceVersion":"1"}})")});
  auto config = server().anonymous();
  config.server = "http://api.invalid:8080";
  config.proxy = proxy.url();
  EXPECT_TRUE(reads(config));
  EXPECT_THAT(proxy.seen().at(0), HasSubstr("GET http://api.invalid:8080/api/v1/"));
}

} // namespace
} // namespace streamgate::kube
