// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "kube/exec_plugin.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view k_v1 = "client.authentication.k8s.io/v1";

std::string credential(const std::string& status, std::string_view version = k_v1)
{
  return R"({"kind":"ExecCredential","apiVersion":")" + std::string(version) + R"(","status":{)" + status + "}}";
}

TEST(ExecCredential, ReadsTokenCertificateAndExpiry)
{
  const auto got = parse_exec_credential(
      credential(
          R"("token":"t","clientCertificateData":"c","clientKeyData":"k","expirationTimestamp":"2026-03-01T09:30:00Z")"),
      k_v1);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->token, "t");
  EXPECT_EQ(got->certificate, "c");
  EXPECT_EQ(got->key, "k");
  EXPECT_EQ(got->expires, *parse_rfc3339("2026-03-01T09:30:00Z"));
  EXPECT_FALSE(parse_exec_credential(credential(R"("token":"t")"), k_v1)->expires);
}

struct Malformation {
  std::string name, printed, says;
};

class MalformedCredential : public testing::TestWithParam<Malformation> {};

TEST_P(MalformedCredential, IsUnauthorized)
{
  const auto got = parse_exec_credential(GetParam().printed, k_v1);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unauthorized);
  EXPECT_THAT(got.error().message, HasSubstr(GetParam().says));
  EXPECT_NE(got.error().hint, "");
}

INSTANTIATE_TEST_SUITE_P(
    Each, MalformedCredential,
    testing::Values(Malformation{"NotJson", "token=abc", "printed no JSON"},
                    Malformation{"Empty", "", "printed no JSON"},
                    Malformation{"OtherKind", R"({"kind":"Pod","apiVersion":"v1"})", "did not print an ExecCredential"},
                    Malformation{"OtherVersion", credential(R"("token":"t")", "client.authentication.k8s.io/v1beta1"),
                                 "and not as"},
                    Malformation{"NoStatus",
                                 R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
                                 "neither"},
                    Malformation{"EmptyToken", credential(R"("token":"")"), "neither"},
                    Malformation{"CertificateWithoutKey", credential(R"("clientCertificateData":"c")"), "only one of"},
                    Malformation{"BadExpiry", credential(R"("token":"t","expirationTimestamp":"tomorrow")"),
                                 "expirationTimestamp"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ExecInfo, TellsOfTheClusterOnlyWhenAsked)
{
  Config config;
  config.server = "https://x";
  config.ca = "-----BEGIN";
  config.exec.api_version = k_v1;
  config.exec.cluster_config = R"({"a":1})";
  auto info = json::parse(exec_info(config), "info");
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(json::text(*info, {"apiVersion"}), k_v1);
  EXPECT_EQ(json::text(*info, {"kind"}), "ExecCredential");
  EXPECT_NE(json::find(*info, {"spec", "interactive"}), nullptr);
  EXPECT_EQ(json::find(*info, {"spec", "cluster"}), nullptr);
  config.exec.provide_cluster_info = true;
  info = json::parse(exec_info(config), "info");
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(json::text(*info, {"spec", "cluster", "server"}), "https://x");
  EXPECT_EQ(json::text(*info, {"spec", "cluster", "certificate-authority-data"}), "LS0tLS1CRUdJTg==");
  EXPECT_EQ(json::integer(*info, {"spec", "cluster", "config", "a"}), 1);
}

class RunExecPlugin : public testing::Test {
protected:
  Config script(const std::string& text)
  {
    Config config;
    config.server = "https://x";
    config.exec.api_version = k_v1;
    config.exec.command = m_folder.write("plugin", "#!/bin/sh\n" + text);
    std::filesystem::permissions(config.exec.command, std::filesystem::perms::owner_all);
    return config;
  }
  test::TestFolder m_folder;
  Cancel m_cancel;
};

TEST_F(RunExecPlugin, GivesItArgumentsAndEnvironment)
{
  auto config = script("case $KUBERNETES_EXEC_INFO in *ExecCredential*) three=yes;; esac\n"
                       "printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
                       "\"status\":{\"token\":\"%s-%s-%s\"}}' \"$1\" \"$EXTRA\" \"$three\"\n");
  config.exec.arguments = {"one"};
  config.exec.environment = {{"EXTRA", "two"}};
  const auto good = run_exec_plugin(config, 20s, m_cancel);
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(good->token, "one-two-yes");
}

TEST_F(RunExecPlugin, AFailureIsUnauthorizedAndSaysWhatThePluginSaid)
{
  const auto got = run_exec_plugin(script("echo please log in >&2\nexit 3\n"), 20s, m_cancel);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unauthorized);
  EXPECT_THAT(got.error().text(), HasSubstr("please log in"));
}

TEST_F(RunExecPlugin, AnAbsentPluginIsUnauthorizedAndNotNotFound)
{
  Config config;
  config.exec.api_version = k_v1;
  config.exec.command = "/nowhere/login";
  const auto got = run_exec_plugin(config, 20s, m_cancel);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unauthorized);
  EXPECT_THAT(got.error().text(), HasSubstr("/nowhere/login"));
}

TEST_F(RunExecPlugin, OneThatHangsIsEnded)
{
  const auto begin = std::chrono::steady_clock::now();
  const auto got = run_exec_plugin(script("echo waits for a browser >&2\nsleep 60\n"), 200ms, m_cancel);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::timeout);
  EXPECT_THAT(got.error().text(), HasSubstr("waits for a browser"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

} // namespace
} // namespace streamgate::kube
