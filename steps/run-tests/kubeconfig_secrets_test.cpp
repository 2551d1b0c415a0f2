// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "kubeconfig_secrets.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace streamgate::run_tests {
namespace {

class KubeconfigSecrets : public ::testing::Test {
protected:
  void TearDown() override { redact::forget_all(); }
  // The words that are secrets once `kubeconfig` was seen.
  static std::vector<std::string> secret(const std::string& kubeconfig, const std::vector<std::string>& words)
  {
    redact::forget_all();
    remember_kubeconfig_secrets(kubeconfig);
    std::vector<std::string> out;
    for (const auto& word : words) {
      if (redact::clean("it says " + word + " now") == "it says [redacted] now") out.push_back(word);
    }
    return out;
  }
};

TEST_F(KubeconfigSecrets, InEveryStyle)
{
  const std::vector<std::string> words{"tok3n-value", "pass-w0rd", "a2V5IGRhdGE", "Y2VydCBkYXRh"};
  for (const std::string kubeconfig :
       {"users:\n- name: x\n  user:\n    token: tok3n-value\n    password: 'pass-w0rd'\n    client-key-data: "
        "a2V5IGRhdGE\n"
        "    client-certificate-data: Y2VydCBkYXRh\n",
        R"({"users": [{"name": "x", "user": {"token": "tok3n-value", "password": "pass-w0rd",
            "client-key-data": "a2V5IGRhdGE", "client-certificate-data": "Y2VydCBkYXRh"}}]})",
        "users: [{name: x, user: {password: pass-w0rd, token:\n  tok3n-value,\n client-key-data: \"a2V5IGRhdGE\", "
        "client-certificate-data: Y2VydCBkYXRh}}]\n",
        "users:\n- user:\n    token: >-\n      tok3n-value\n    password: &p pass-w0rd\n    client-key-data: |-\n"
        "      a2V5IGRhdGE\n    client-certificate-data: Y2VydCBkYXRh\n"}) {
    EXPECT_EQ(secret(kubeconfig, words), words) << kubeconfig;
  }
}

TEST_F(KubeconfigSecrets, OfPlugins)
{
  const std::vector<std::string> words{"id-t0ken-value", "refresh-value", "cl1ent-value", "env-v4lue"};
  EXPECT_EQ(secret(R"({"users": [{"user": {"auth-provider": {"name": "oidc", "config": {"id-token": "id-t0ken-value",
      "refresh-token": "refresh-value", "client-secret": "cl1ent-value", "client-id": "someone"}}}},
      {"user": {"exec": {"command": "helper", "env": [{"name": "HELPER_PASSWORD", "value": "env-v4lue"},
      {"name": "HELPER_PROFILE", "value": "default"}]}}}]})",
                   {"id-t0ken-value", "refresh-value", "cl1ent-value", "env-v4lue", "someone", "default", "helper"}),
            words);
}

TEST_F(KubeconfigSecrets, NumbersAndPathsAreWhatTheyAre)
{
  EXPECT_EQ(secret("users:\n- user: {password: 12345678, tokenFile: /var/run/token, client-key: /etc/key.pem}\n",
                   {"12345678", "/var/run/token", "/etc/key.pem"}),
            std::vector<std::string>{"12345678"});
}

TEST_F(KubeconfigSecrets, OfWhatDoesNotParse)
{
  EXPECT_EQ(secret("users:\n- user:\n    token: tok3n-value\n    token: \"0ther-value\"\n\t}\n",
                   {"tok3n-value", "0ther-value"}),
            (std::vector<std::string>{"tok3n-value", "0ther-value"}));
  EXPECT_EQ(secret("{\"user\": {\"token\": \"tok3n-value\",", {"tok3n-value"}),
            std::vector<std::string>{"tok3n-value"});
}

} // namespace
} // namespace streamgate::run_tests
