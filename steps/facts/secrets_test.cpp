// SPDX-License-Identifier: Apache-2.0
#include "facts/fixture.hpp"
#include "facts/secrets.hpp"

#include <gmock/gmock.h>

namespace streamgate::facts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(NamesSecret, KnowsTheUsualNames)
{
  for (const char* name : {"DB_PASSWORD", "githubToken", "clientSecret", "AWS_SECRET_ACCESS_KEY", "api_key", "SSH-KEY"})
    EXPECT_TRUE(names_secret(name)) << name;
  for (const char* name : {"IMAGE_PIPELINES_CONTROLLER", "VERSION", "keyboard", "MONKEY", "name", ""})
    EXPECT_FALSE(names_secret(name)) << name;
}

TEST(SecretValues, AreThoseOfNamedVariablesLongestFirst)
{
  const auto pod = document(R"({"spec":{"initContainers":[{"env":[{"name":"TOKEN","value":"abcdefgh"}]}],
    "containers":[{"env":[{"name":"PASSWORD","value":"abcdefgh-long"},{"name":"A","value":"ordinary text"},
    {"name":"SECRET","value":"true"},{"name":"FROM_TOKEN","valueFrom":{}}]},{"env":null},7]}})");
  EXPECT_THAT(secret_values(pod), ElementsAre("abcdefgh-long", "abcdefgh"));
  EXPECT_TRUE(secret_values(document("{}")).empty());
}

TEST(Scrub, TakesValuesAndShapesAway)
{
  const std::string token = "ghp_" + std::string(36, 'k');
  const auto text = scrub("pw correct-horse twice correct-horse\n" + token + "\nplain", {"correct-horse"});
  EXPECT_EQ(text, "pw [redacted] twice [redacted]\n[redacted]\nplain");
  EXPECT_EQ(scrub("redacted redacted", {"redacted"}), "[redacted] [redacted]");
}

TEST(Scrub, TakesTheRestOfAKeyWhoseBeginningWasCutOff)
{
  const std::string rest = "c2VjcmV0c2VjcmV0\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\nand on\n";
  EXPECT_EQ(scrub(rest), "\nand on\n");
  const std::string certificate = "line\nMIIB\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(scrub(certificate), certificate);
  const std::string whole = "first\n-----BEGIN RSA PRIVATE KEY-----\nc2Vj\n-----END RSA PRIVATE KEY-----\nlast\n";
  EXPECT_THAT(scrub(whole), testing::AllOf(HasSubstr("first"), HasSubstr("last"), Not(HasSubstr("c2Vj"))));
}

TEST(Scrub, GivesValidTextOfAnyBytes)
{
  EXPECT_EQ(scrub("a\xff"
                  "b"),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(SafeJson, LeavesSecretsAndRepetitionsOut)
{
  const auto out = safe_json(document(R"({"kind":"TektonConfig","metadata":{"name":"config","managedFields":[{"a":1}],
    "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"x\":\"hidden\"}","note":"kept"}},
    "spec":{"hub":{"token":"abcdefgh-ijkl"},"require-git-ssh-secret-known-hosts":"false",
    "env":[{"name":"API_TOKEN","value":"mnopqrst"},{"name":"LEVEL","value":"debugging"}],
    "inner":{"kind":"Secret","data":{"k":"dmFsdWU="},"stringData":{"k":"in the open"}}}})"));
  for (const char* gone : {"managedFields", "hidden", "abcdefgh-ijkl", "mnopqrst", "dmFsdWU=", "in the open"})
    EXPECT_THAT(out, Not(HasSubstr(gone)));
  for (const char* kept : {"\"note\": \"kept\"", "\"require-git-ssh-secret-known-hosts\": \"false\"", "debugging"})
    EXPECT_THAT(out, HasSubstr(kept));
}

TEST(SafeJson, IsBoundedInDepthLengthAndNumber)
{
  std::string deep = "1";
  for (int i = 0; i < 150; ++i) deep = R"({"a":)" + deep + "}";
  std::string many = "1";
  for (int i = 0; i < 5000; ++i) many += ",1";
  const auto out = safe_json(
      document(R"({"deep":)" + deep + R"(,"many":[)" + many + R"(],"long":")" + std::string(1 << 20, 'x') + R"("})"));
  EXPECT_LT(out.size(), 10'000U);
  EXPECT_TRUE(json::parse(out, "out"));
}

} // namespace
} // namespace streamgate::facts
