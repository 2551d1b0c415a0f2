// SPDX-License-Identifier: Apache-2.0
#include "kube/config.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

namespace streamgate::kube {
namespace {

using testing::HasSubstr;

const std::string k_pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

std::string config_of(const std::string& server)
{
  return "current-context: one\ncontexts: [{name: one, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: "
         "'" +
         server + "'}}]\n";
}

class Environment {
public:
  void set(const std::string& name, const std::string& value)
  {
    const char* before = std::getenv(name.c_str());
    m_before.emplace(name, before == nullptr ? std::optional<std::string>() : std::string(before));
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment()
  {
    for (const auto& [name, value] : m_before) {
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
      else ::unsetenv(name.c_str());
    }
  }

private:
  std::map<std::string, std::optional<std::string>> m_before;
};

class LoadConfig : public testing::Test {
protected:
  LoadConfig()
  {
    m_environment.set("HOME", m_folder.path());
    m_environment.set("KUBECONFIG", "");
    m_environment.set("KUBERNETES_SERVICE_HOST", "");
    m_environment.set("KUBERNETES_SERVICE_PORT", "443");
    m_source.service_account = m_folder.path() / "account";
  }
  void mount_account()
  {
    m_folder.write("account/token", "pod-token\n");
    m_folder.write("account/ca.crt", k_pem);
    m_folder.write("account/namespace", "gate\n");
    m_environment.set("KUBERNETES_SERVICE_HOST", "fd00::1");
  }

  test::TestFolder m_folder;
  Environment m_environment;
  ConfigSource m_source;
};

TEST_F(LoadConfig, ReadsTheServiceAccountOfThePod)
{
  mount_account();
  m_folder.write(".kube/config", config_of("https://home"));
  const auto config = load_config(m_source);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->server, "https://[fd00::1]:443");
  EXPECT_EQ(config->ca, k_pem);
  EXPECT_EQ(config->token_file, m_folder.path() / "account/token");
  EXPECT_EQ(config->nspace, "gate");
}

TEST_F(LoadConfig, AnAccountWithoutAnAuthorityIsAnError)
{
  mount_account();
  std::filesystem::remove(m_folder.path() / "account/ca.crt");
  const auto config = load_config(m_source);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
  EXPECT_THAT(config.error().text(), HasSubstr("service account"));
}

TEST_F(LoadConfig, KubeconfigOfTheEnvironmentWinsOverTheAccountAndTheGivenOneOverBoth)
{
  mount_account();
  m_environment.set("KUBECONFIG", ":" + m_folder.write("env", config_of("https://env")).string() + ":/nowhere");
  EXPECT_EQ(load_config(m_source)->server, "https://env");
  m_source.kubeconfig = m_folder.write("given", config_of("https://given"));
  EXPECT_EQ(load_config(m_source)->server, "https://given");
}

TEST_F(LoadConfig, LastIsTheOneAtHome)
{
  m_folder.write(".kube/config", config_of("https://home"));
  EXPECT_EQ(load_config(m_source)->server, "https://home");
}

TEST_F(LoadConfig, NothingAnywhereIsNotFound)
{
  const auto config = load_config(m_source);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
  EXPECT_THAT(config.error().hint, HasSubstr("KUBECONFIG"));
}

TEST_F(LoadConfig, AGivenFileThatIsAbsentIsNotFoundWithItsName)
{
  m_source.kubeconfig = "/nowhere/config";
  const auto config = load_config(m_source);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
  EXPECT_THAT(config.error().text(), HasSubstr("/nowhere/config"));
}

} // namespace
} // namespace streamgate::kube
