// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "kube/config.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const std::string k_pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

std::string config_text(const std::string& cluster, const std::string& user)
{
  return "apiVersion: v1\nkind: Config\ncurrent-context: one\n"
         "contexts: [{name: one, context: {cluster: c, user: u, namespace: tools}}]\n"
         "clusters: [{name: c, cluster: {" +
         cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n";
}

const std::string k_server = "server: 'https://api.example:6443/'";

class Kubeconfig : public testing::Test {
protected:
  Result<Config> read(const std::string& text, const std::string& context = {})
  {
    return read_kubeconfig({m_folder.write("config", text)}, context);
  }
  Result<Config> read_cluster(const std::string& cluster) { return read(config_text(cluster, "")); }
  Result<Config> read_user(const std::string& user) { return read(config_text(k_server, user)); }

  test::TestFolder m_folder;
};

TEST_F(Kubeconfig, ReadsAWholeOne)
{
  const auto config = read(config_text(k_server + ", certificate-authority-data: " + base64::encode(k_pem) +
                                           ", tls-server-name: inner, proxy-url: 'http://proxy:3128'",
                                       "token: abc, as: robot, as-groups: [a, b]"));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->server, "https://api.example:6443");
  EXPECT_EQ(config->ca, k_pem);
  EXPECT_EQ(config->tls_server_name, "inner");
  EXPECT_EQ(config->proxy, "http://proxy:3128");
  EXPECT_EQ(config->nspace, "tools");
  EXPECT_EQ(config->token, "abc");
  EXPECT_EQ(config->impersonate, "robot");
  EXPECT_THAT(config->impersonate_groups, ElementsAre("a", "b"));
  EXPECT_FALSE(config->insecure_skip_tls_verify);
}

TEST_F(Kubeconfig, FilesAreRelativeToTheKubeconfig)
{
  m_folder.write("pki/ca.pem", k_pem + "ca");
  m_folder.write("pki/me.pem", k_pem + "me");
  m_folder.write("pki/me.key", k_pem + "key");
  const auto config =
      read(config_text(k_server + ", certificate-authority: pki/ca.pem",
                       "client-certificate: pki/me.pem, client-key: " + (m_folder.path() / "pki/me.key").string() +
                           ", tokenFile: secrets/token"));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->ca, k_pem + "ca");
  EXPECT_EQ(config->client_certificate, k_pem + "me");
  EXPECT_EQ(config->client_key, k_pem + "key");
  EXPECT_EQ(config->token_file, m_folder.path() / "secrets/token");
}

TEST_F(Kubeconfig, DataWinsOverAFile)
{
  const auto config = read_cluster(
      k_server + ", certificate-authority: /nowhere, certificate-authority-data: " + base64::encode(k_pem));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->ca, k_pem);
}

TEST_F(Kubeconfig, ReadsAnExecPlugin)
{
  const auto config =
      read(config_text(k_server + ", extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]",
                       "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/login, args: [a, '1'], "
                       "provideClusterInfo: true, "
                       "interactiveMode: IfAvailable, installHint: get it, env: [{name: A, value: b}]}"));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->exec.api_version, "client.authentication.k8s.io/v1beta1");
  EXPECT_EQ(config->exec.command, (m_folder.path() / "./bin/login").string());
  EXPECT_THAT(config->exec.arguments, ElementsAre("a", "1"));
  EXPECT_THAT(config->exec.environment, ElementsAre(Pair("A", "b")));
  EXPECT_EQ(config->exec.install_hint, "get it");
  EXPECT_EQ(config->exec.cluster_config, R"({"audience":"x"})");
  EXPECT_TRUE(config->exec.provide_cluster_info);
}

TEST_F(Kubeconfig, NamespaceIsDefaultAndTheUserMayBeAbsent)
{
  const auto config =
      read("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {" +
           k_server + "}}]\n");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->nspace, "default");
  EXPECT_EQ(config->token, "");
}

TEST_F(Kubeconfig, ChoosesTheContextThatIsAskedFor)
{
  const std::string text =
      "current-context: a\n"
      "contexts: [{name: a, context: {cluster: c}}, {name: b, context: {cluster: d}}]\n"
      "clusters: [{name: c, cluster: {server: 'https://c'}}, {name: d, cluster: {server: 'https://d'}}]\n";
  EXPECT_EQ(read(text)->server, "https://c");
  EXPECT_EQ(read(text, "b")->server, "https://d");
  const auto unknown = read(text, "z");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_THAT(unknown.error().message, HasSubstr("no context named 'z'"));
  EXPECT_EQ(unknown.error().hint, "there are: a, b");
}

TEST_F(Kubeconfig, ListIsMergedAndTheFirstWins)
{
  const auto first = m_folder.write("1/config", "contexts: [{name: a, context: {cluster: c, user: u}}]\n"
                                                "users: [{name: u, user: {tokenFile: token}}]\n");
  const auto second = m_folder.write("2/config", "current-context: a\n"
                                                 "clusters: [{name: c, cluster: {server: 'https://c'}}]\n"
                                                 "users: [{name: u, user: {token: second}}]\n");
  const auto config = read_kubeconfig({m_folder.path() / "absent", first, second}, "");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->server, "https://c");
  EXPECT_EQ(config->token, "");
  EXPECT_EQ(config->token_file, m_folder.path() / "1/token");
}

TEST_F(Kubeconfig, EmptyFileInAListIsPassedOver)
{
  const auto config =
      read_kubeconfig({m_folder.write("empty", ""), m_folder.write("config", config_text(k_server, "token: t"))}, "");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->token, "t");
}

struct Malformation {
  std::string name, text;
  ErrorCode code;
  std::string says;
};

class MalformedKubeconfig : public testing::TestWithParam<Malformation> {};

TEST_P(MalformedKubeconfig, IsAClearError)
{
  const test::TestFolder folder;
  const auto config = read_kubeconfig({folder.write("config", GetParam().text)}, "");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, GetParam().code) << config.error().text();
  EXPECT_THAT(config.error().text(), HasSubstr(GetParam().says));
  EXPECT_THAT(config.error().text(), HasSubstr("config"));
}

Malformation cluster(const std::string& name, const std::string& cluster, const std::string& says)
{
  return {name, config_text(cluster, ""), ErrorCode::bad_input, says};
}

Malformation user(const std::string& name, const std::string& user, const std::string& says)
{
  return {name, config_text(k_server, user), ErrorCode::bad_input, says};
}

Malformation file(const std::string& name, const std::string& text, const std::string& says,
                  ErrorCode code = ErrorCode::bad_input)
{
  return {name, text, code, says};
}

const std::string k_exec = "apiVersion: client.authentication.k8s.io/v1, command: x";

INSTANTIATE_TEST_SUITE_P(
    Each, MalformedKubeconfig,
    testing::Values(
        file("NotYaml", "a: [", "config"), file("NotAMapping", "- a\n", "is not a mapping"),
        file("Empty", "", "has no current-context"), file("OtherKind", "kind: Pod\n", ".kind is not Config"),
        file("OtherVersion", "apiVersion: v2\n", ".apiVersion is not v1"),
        file("ClustersNotAList", "clusters: {a: b}\n", ".clusters is not a list"),
        file("EntryWithoutName", "users: [{user: {}}]\n", ".users has an entry without a name"),
        file("EntryWithoutValue", "users: [{name: u}]\n", "users[u].user is not a mapping"),
        file("CurrentContextNotAString", "current-context: [a]\n", ".current-context is not a string"),
        file("NoSuchContext", "current-context: a\n", "no context named 'a'", ErrorCode::not_found),
        file("ContextWithoutCluster", "current-context: a\ncontexts: [{name: a, context: {}}]\n",
             "contexts[a].context.cluster is missing"),
        file("NoSuchCluster", "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n",
             "no cluster named 'c'", ErrorCode::not_found),
        file("NoSuchUser",
             "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: "
             "{" +
                 k_server + "}}]\n",
             "no user named 'u'", ErrorCode::not_found),
        cluster("NoServer", "", "clusters[c].cluster.server is missing"),
        cluster("ServerOfAnotherScheme", "server: 'tcp://x'", "server is not an http or https URL"),
        cluster("AuthorityDataNotBase64", k_server + ", certificate-authority-data: '%%%'",
                "certificate-authority-data"),
        cluster("AuthorityDataNotPem",
                k_server + ", certificate-authority-data: aGVsbG8=", "certificate-authority-data holds no PEM"),
        cluster("AuthorityAndInsecure",
                k_server + ", insecure-skip-tls-verify: true, certificate-authority-data: " + base64::encode(k_pem),
                "exclude each other"),
        cluster("InsecureNotABoolean", k_server + ", insecure-skip-tls-verify: maybe",
                "insecure-skip-tls-verify is not true or false"),
        user("TokenNotAString", "token: 12345", "users[u].user.token is not a string"),
        user("CertificateWithoutKey", "client-certificate-data: " + base64::encode(k_pem),
             "only one of client-certificate and client-key"),
        user("GroupsNotAList", "as-groups: x", "as-groups is not a list"),
        user("GroupNotAString", "as-groups: [1]", "as-groups holds what is not a string"),
        user("AuthProvider", "auth-provider: {name: gcp}", "auth-provider is not supported"),
        user("ExecNotAMapping", "exec: x", ".exec is not a mapping"),
        user("ExecWithoutCommand", "exec: {apiVersion: client.authentication.k8s.io/v1}", "exec.command is missing"),
        user("ExecOfAnotherVersion", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
             "exec.apiVersion is neither"),
        user("ExecInteractive", "exec: {" + k_exec + ", interactiveMode: Always}", "nobody can be asked"),
        user("ExecEnvironmentNotAList", "exec: {" + k_exec + ", env: x}", "exec.env is not a list"),
        user("ExecEnvironmentWithoutName", "exec: {" + k_exec + ", env: [{value: x}]}",
             "exec.env has an entry without a name"),
        user("ExecEnvironmentItemNotAMapping", "exec: {" + k_exec + ", env: [x]}",
             "exec.env has an entry without a name"),
        file("AuthorityFileAbsent", config_text(k_server + ", certificate-authority: nowhere.pem", ""),
             "clusters[c].cluster.certificate-authority", ErrorCode::not_found),
        file("KeyFileAbsent", config_text(k_server, "client-key: nowhere.key"), "users[u].user.client-key",
             ErrorCode::not_found)),
    [](const auto& param_info) { return param_info.param.name; });

} // namespace
} // namespace streamgate::kube
