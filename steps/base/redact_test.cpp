// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/redact.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace streamgate {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

struct Redact : ::testing::Test {
  void TearDown() override { redact::forget_all(); }
};

// Well-known shapes of secrets are put together here, so that no scanner takes this file for a leak.
std::string github(char kind)
{
  return "gh"s + kind + "_" + std::string(36, 'a');
}
std::string jwt()
{
  return "eyJhbGciOiJSUzI1NiJ9"
         ".eyJzdWIiOiJzeXN0ZW06c2EifQ"
         ".c2lnbmF0dXJl_LQ";
}
std::string pem(std::string_view newline)
{
  std::string out = "-----BEGIN RSA "s + "PRIVATE KEY-----";
  for (const auto* line : {"MIIEowIBAAKCAQEA0123456789+/", "abcdefABCDEF0123456789=="})
    out.append(newline).append(line);
  return out.append(newline).append("-----END RSA "s + "PRIVATE KEY-----");
}

struct Case {
  std::string text;
  std::string clean;
};

TEST_F(Redact, HidesWhatHasTheShapeOfASecret)
{
  const std::vector<Case> cases{
      {"fetch https://user:hunter22@example.com/x.git", "fetch https://[redacted]@example.com/x.git"},
      {"https://user:p@ss@example.com/", "https://[redacted]@example.com/"},
      {"https://0123456789abcdef0123@example.com/", "https://[redacted]@example.com/"},
      {"postgres://u:pw@db:5432/x", "postgres://[redacted]@db:5432/x"},
      {"Authorization: Bearer abc", "Authorization: [redacted]"},
      {"> authorization: Basic dXNlcjpwdw==\r\n> accept: x", "> authorization: [redacted]\r\n> accept: x"},
      {"curl -H 'Authorization: token abc' x", "curl -H 'Authorization: [redacted]' x"},
      {"Proxy-Authorization: Basic abc", "Proxy-Authorization: [redacted]"},
      {"X-Api-Key: k", "X-Api-Key: [redacted]"},
      {"PRIVATE-TOKEN: abc", "PRIVATE-TOKEN: [redacted]"},
      {"sent bearer abcdefghij0123456789 there", "sent bearer [redacted] there"},
      {"Basic dXNlcjpwYXNzd29yZA== x", "Basic [redacted] x"},
      {"token " + github('p') + " end", "token [redacted] end"},
      {github('s'), "[redacted]"},
      {"x=" + github('o') + "&y", "x=[redacted]&y"},
      {"github_pat_" + std::string(40, 'b'), "[redacted]"},
      {"glpat-" + std::string(20, 'c'), "[redacted]"},
      {"xoxb-" + "1234567890-abc"s, "[redacted]"},
      {"https://hooks.slack.com/"
       "services/T00/B00/abc",
       "https://hooks.slack.com/[redacted]"},
      {"sha256~" + std::string(43, 'd'), "[redacted]"},
      {"AKIA" + "ABCDEFGHIJKLMNOP"s, "[redacted]"},
      {"(" + jwt() + ")", "([redacted])"},
      {"key:\n" + pem("\n") + "\nafter", "key:\n[redacted]\nafter"},
      {"password=hunter22", "password=[redacted]"},
      {"password: hunter22, user: x", "password: [redacted], user: x"},
      {"PASSWORD = 'hunter 22' x", "PASSWORD = '[redacted]' x"},
      {"--token=abcdef123 --x", "--token=[redacted] --x"},
      {"client_secret=abcdef&x=1", "client_secret=[redacted]&x=1"},
      {"access_token=abcdef;", "access_token=[redacted];"},
      {R"({"auth":"dXNlcjpwYXNz"})", R"({"auth":"[redacted]"})"},
      {R"({"identitytoken": "abcdefgh"})", R"({"identitytoken": "[redacted]"})"},
      {R"({"token":"opaque-value-1"})", R"({"token":"[redacted]"})"},
      {"{'password': 'hunter22'}", "{'password': '[redacted]'}"},
      {"client-key-data: LS0tLS1CRUdJTiBSU0E=", "client-key-data: [redacted]"},
      {".dockerconfigjson: eyJhdXRocyI6e319", ".dockerconfigjson: [redacted]"},
      {"LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo= x", "[redacted] x"},
      {"  token: abcdef.0123456789abcdef\n", "  token: [redacted]\n"},
      {"GITHUB_TOKEN: 0123456789abcdef0123", "GITHUB_TOKEN: [redacted]"},
      {"secret: s3cr3tS3cr3tS3cr3t", "secret: [redacted]"},
      {"auth: dXNlcjpwYXNzd29yZA==", "auth: [redacted]"},
      {"X-Auth-Token: abc", "X-Auth-Token: [redacted]"},
      {"aws_secret_access_key = abc/def+ghi", "aws_secret_access_key = [redacted]"},
      {"login --password Hunter22 x", "login --password [redacted] x"},
      {"--token opaque-1 x", "--token [redacted] x"},
      {"npm_" + std::string(36, 'e'), "[redacted]"},
      {"AIza" + std::string(35, 'f'), "[redacted]"},
      {"<failure>password=hunter22</failure>", "<failure>password=[redacted]</failure>"},
  };
  for (const auto& [text, clean] : cases) {
    EXPECT_EQ(redact::clean(text), clean);
    EXPECT_EQ(redact::clean(clean), clean) << "not the same when redacted again";
  }
}

TEST_F(Redact, LeavesHarmlessTextAlone)
{
  for (const auto text :
       {""sv,
        "plain text"sv,
        "secret \"x\" not found"sv,
        "secrets \"pull-secret\" is forbidden: User cannot get"sv,
        "token: expired"sv,
        "secret: build-push-secret-x7k2p9"sv,
        "token: https://example.com/0123456789"sv,
        "the flag --token is required"sv,
        "pull-secret   kubernetes.io/dockerconfigjson   1   5d"sv,
        "--password --user=x"sv,
        "--token needs a value"sv,
        "the token is not valid"sv,
        "https://example.com/a:b@c"sv,
        "https://example.com/?q=a@b.c"sv,
        "git@github.com:org/repo.git"sv,
        "ssh://git@github.com/org/repo"sv,
        "https://example.com:8443/x"sv,
        "https://[::1]:6443/api"sv,
        "quay.io/org/image@sha256:0123456789012345678901234567890123456789012345678901234567890123"sv,
        "docker://quay.io/org/image:v1@sha256:0123456789012345678901234567890123456789012345678901234567890123"sv,
        "authorization failed: no such user"sv,
        "Authorization server metadata"sv,
        "basic authentication failed"sv,
        "Bearer authentication required"sv,
        "Bearer realm=\"https://quay.io/v2/auth\",service=\"quay.io\""sv,
        "password is wrong"sv,
        "no password given"sv,
        "secretName: pull-secret"sv,
        "tokenReview"sv,
        "passwords=no"sv,
        "token=abc"sv,
        "eyJ is how a JWT starts"sv,
        "xoxb-1"sv,
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"sv,
        "github.com/tektoncd/pipeline/pkg/secret=="sv,
        R"({"auth":{"x":1},"password":null,"token":""})"sv,
        R"({"auths":["registry.example.com"]})"sv,
        "author: somebody"sv,
        "ghp_short"sv,
        "AKIA"sv,
        "http://"sv,
        "://"sv,
        "password="sv,
        "C:\\new\\folder"sv}) {
    EXPECT_EQ(redact::clean(text), text);
  }
}

// Records and `--output json` are redacted as JSON text: what comes out must be JSON with the same members.
TEST_F(Redact, JsonStaysJson)
{
  redact::remember("remembered-1");
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"message":"Authorization: Bearer abc\nnext"})", R"({"message":"Authorization: [redacted]\nnext"})"},
      {R"({"m":"{\"Authorization\":\"Bearer abc\"}","n":"x"})",
       R"({"m":"{\"Authorization\":\"[redacted]\"}","n":"x"})"},
      {R"({"m":"{\"password\":\"hunter22\",\"x\":1}"})", R"({"m":"{\"password\":\"[redacted]\",\"x\":1}"})"},
      {R"({"m":"{\\\"password\\\":\\\"hunter22\\\"}"})", R"({"m":"{\\\"password\\\":\\\"[redacted]\\\"}"})"},
      {R"({"m":"password=hunter22\"quoted\""})", R"({"m":"password=[redacted]\"quoted\""})"},
      {R"({"m":"password=hunter22\\"})", R"({"m":"password=[redacted]\\"})"},
      {R"({"password":"ends with \\","x":"y"})", R"({"password":"[redacted]","x":"y"})"},
      {R"({"password":"has \" inside","x":"y"})", R"({"password":"[redacted]","x":"y"})"},
      {R"({"password":"short\nlines","x":"y"})", R"({"password":"[redacted]","x":"y"})"},
      {R"({"password":12345678,"x":1})", R"({"password":"[redacted]","x":1})"},
      {R"({"password":{"secretName":"pull-secret"}})", R"({"password":{"secretName":"pull-secret"}})"},
      {R"({"kind":"password","value":"something"})", R"({"kind":"password","value":"something"})"},
      {R"({"message":"token=","hint":"abcdefgh"})", R"({"message":"token=","hint":"abcdefgh"})"},
      {R"({"message":"password: " , "hint":"abcdefgh"})", R"({"message":"password: " , "hint":"abcdefgh"})"},
      {R"(["password=","abcdefgh"])", R"(["password=","abcdefgh"])"},
      {R"({"password=":"abcdefgh"})", R"({"password=":"abcdefgh"})"},
      {R"({"a":"password=\\","b":"abcdefgh"})", R"({"a":"password=\\","b":"abcdefgh"})"},
      {R"({"m":"line\n)" + github('p') + R"(\tend"})", R"({"m":"line\n[redacted]\tend"})"},
      {R"({"m":"\u003c)" + github('p') + R"(\u003e"})", R"({"m":"\u003c[redacted]\u003e"})"},
      {R"({"m":"a\nBearer abcdefghij012345\nb"})", R"({"m":"a\nBearer [redacted]\nb"})"},
      {R"({"m":"a\npassword=hunter22\nb"})", R"({"m":"a\npassword=[redacted]\nb"})"},
      {R"({"m":"x )" + pem("\\n") + R"(\nafter","n":"z"})", R"({"m":"x [redacted]\nafter","n":"z"})"},
      {R"({"m":"cut -----BEGIN )"
       "PRIVATE KEY-----"
       R"(\nMII","n":"-----END x-----"})",
       R"({"m":"cut [redacted]","n":"-----END x-----"})"},
      {R"({"m":"cut -----BEGIN )"
       "PRIVATE KEY-----"
       R"(\nMII\"","n":"z"})",
       R"({"m":"cut [redacted]\"","n":"z"})"},
      {R"({"u":"https:\/\/user:hunter22@example.com\/"})", R"({"u":"https:\/\/[redacted]@example.com\/"})"},
      {R"({"m":"\u000AKIAABCDEFGHIJKLMNOP"})", R"({"m":"\u000AKIAABCDEFGHIJKLMNOP"})"},
      {R"({"m":"\nremembered-1"})", R"({"m":"\n[redacted]"})"},
  };
  for (const auto& [text, clean] : cases) {
    ASSERT_TRUE(json::parse(text, "case")) << text;
    EXPECT_EQ(redact::clean(text), clean);
    EXPECT_TRUE(json::parse(redact::clean(text), "result")) << redact::clean(text);
    EXPECT_EQ(redact::clean(clean), clean);
  }
}

// A secret whose letters happen to continue an escape, or to begin one.
TEST_F(Redact, RememberedValuesDoNotBreakEscapes)
{
  redact::remember("nothing-at-all");
  redact::remember("0e9abcdef");
  redact::remember("trailing\\");
  redact::remember("half\\u00");
  for (const auto* text : {R"({"m":"\nothing-at-all"})", R"({"m":"\u00e9abcdef \u00e9abcdefg"})",
                           R"({"m":"trailing\"x"})", R"({"m":"half\u00e9"})", R"({"m":"trailing\\"})"}) {
    ASSERT_TRUE(json::parse(text, "case")) << text;
    EXPECT_TRUE(json::parse(redact::clean(text), "result")) << redact::clean(text);
  }
}

// Random cuts and joins of what redaction looks at, inside JSON strings: whatever it finds, JSON stays JSON.
// A value that is no UTF-8 may begin or end inside of a character.
TEST_F(Redact, RememberedValuesDoNotBreakCharacters)
{
  redact::remember("\x8B"
                   "binary");
  redact::remember("binary!\xC3");
  EXPECT_EQ(redact::clean("{\"m\":\"a\xEF\xBF\x8B"
                          "binary\"}"),
            R"({"m":"a[redacted]"})");
  EXPECT_EQ(redact::clean("{\"m\":\"binary!\xC3\xA9z\"}"), R"({"m":"[redacted]z"})");
}

// What begins and ends inside of escapes has nothing between them that could go alone.
TEST_F(Redact, ARememberedValueInsideOfEscapesGoesWithThem)
{
  redact::remember("u00e9\\");
  EXPECT_EQ(redact::clean(R"({"text":"caf\u00e9\n"})"), R"({"text":"caf[redacted]"})");
  // No JSON: the second escape is cut, and the value is in the third again.
  EXPECT_EQ(redact::clean(R"(caf\u00e9\u00e\u00e9\n)"), "caf[redacted][redacted]");
  EXPECT_EQ(redact::clean(R"(caf\u00e9\)"), "caf[redacted]");
}

TEST_F(Redact, NoJsonTextIsEverBroken)
{
  redact::remember("nested secret");
  const std::vector<std::string> pieces{"password",
                                        "token",
                                        "=",
                                        ": ",
                                        ":",
                                        "\"",
                                        "'",
                                        "\\",
                                        "\n",
                                        "\t",
                                        "https://",
                                        "u:p@h",
                                        "@",
                                        " ",
                                        "Authorization",
                                        "Bearer ",
                                        "abcdefgh01234567",
                                        "-----BEGIN ",
                                        "PRIVATE KEY-----",
                                        "-----END ",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        "auth",
                                        "\xC3\xA9",
                                        "\x01",
                                        "eyJhbGciOiJSUzI1",
                                        ".",
                                        "nested secret",
                                        "/",
                                        "<",
                                        "&",
                                        "u00e9",
                                        "n",
                                        github('p'),
                                        "AKIAABCDEFGHIJKLMNOP",
                                        "true",
                                        "12345678"};
  std::uint32_t state = 20260301;
  const auto next = [&](std::size_t below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<std::size_t>(state >> 8U) % below;
  };
  const auto sentence = [&](std::size_t most) {
    std::string out;
    for (std::size_t i = next(most); i > 0; --i) out += pieces[next(pieces.size())];
    return out;
  };
  for (int round = 0; round < 20'000; ++round) {
    const auto inner = "{" + json::quote(sentence(4)) + ":" + json::quote(sentence(8)) + "}";
    std::string text = "{" + json::quote(sentence(4)) + ":" + json::quote(sentence(10)) +
                       (round % 2 == 0 ? " ,\n" : ",") + json::quote(sentence(3)) + ": [" + json::quote(inner) + "," +
                       json::quote(json::quote(inner)) + ",12345678]}";
    const auto clean = redact::clean(text);
    const auto parsed = json::parse(clean, "result");
    ASSERT_TRUE(parsed) << text << "\n" << clean;
    ASSERT_EQ(parsed->MemberCount(), 2U) << text << "\n" << clean;
  }
}

TEST_F(Redact, RemembersAValueAndItsOtherForms)
{
  redact::remember("p@ss \"word\"\\1\n");
  EXPECT_EQ(redact::clean("a p@ss \"word\"\\1 b"), "a [redacted] b");
  EXPECT_EQ(redact::clean(R"({"m":"a p@ss \"word\"\\1 b"})"), R"({"m":"a [redacted] b"})");
  EXPECT_EQ(redact::clean("a p%40ss%20%22word%22%5C1 b"), "a [redacted] b");
  EXPECT_EQ(redact::clean("p%40ss%20%22word%22%5c1"), "[redacted]");
  const auto coded = base64::encode("p@ss \"word\"\\1");
  EXPECT_EQ(redact::clean("a " + coded + " b").find(coded.substr(0, 8)), std::string::npos);
  redact::remember("a<b>c&d");
  EXPECT_EQ(redact::clean(R"("a\u003cb\u003ec\u0026d")"), R"("[redacted]")");
  redact::forget_all();
  EXPECT_EQ(redact::clean("a p@ss \"word\"\\1 b"), "a p@ss \"word\"\\1 b");
}

TEST_F(Redact, ShortValuesAreNotRemembered)
{
  redact::remember("");
  redact::remember("12345");
  redact::remember("1234\n\n");
  EXPECT_EQ(redact::clean("12345 1234"), "12345 1234");
  redact::remember("123456");
  EXPECT_EQ(redact::clean("123456"), "[redacted]");
}

TEST_F(Redact, AValueThatHoldsAnotherGoesAsAWhole)
{
  redact::remember("secret1");
  redact::remember("secret1secret2");
  redact::remember("redacted");
  EXPECT_EQ(redact::clean("x secret1secret2 y secret1 z"), "x [redacted] y [redacted] z");
}

TEST_F(Redact, APartLeftOfAPairGoesToo)
{
  redact::remember("known1");
  EXPECT_EQ(redact::clean("password=known1-and-more"), "password=[redacted]");
}

// Processor time: the machine may be busy.
double seconds_used()
{
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t k_all_together = 1'000'000;
#else
constexpr std::size_t k_all_together = 10'000'000;
#endif

// What is asked of each of many names.
TEST_F(Redact, TellsFromAFarWhatIsPlain)
{
  redact::remember("s3cret-value");
  for (const auto* plain : {"", "a", "example.test/pkg/TestPipelineRun/with_a_name", "schön", "TestS3cretValue"}) {
    EXPECT_FALSE(redact::suspicious(plain)) << plain;
    EXPECT_EQ(redact::clean(plain), plain);
  }
  for (const auto& text : {"x s3cret-value y"s, "Test" + github('p'), "token=hunter22"s, "a " + jwt()})
    EXPECT_TRUE(redact::suspicious(text)) << text;
}

// 500 kB each of what would be slow if any search began again and again, and 10 MB of all together: eight times the
// text may take some eight times the time, not 64 times.
TEST_F(Redact, IsLinearOnHostileText)
{
  redact::remember("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
  redact::remember("hunter2");
  const std::vector<std::string> pieces{"a",
                                        "-eyJ",
                                        "_eyJ",
                                        "eyJ.",
                                        "eyJaaaaaaaaaa.",
                                        "ghp_",
                                        "-----BEGIN ",
                                        "-----BEGIN PRIVATE KEY",
                                        "password",
                                        "password=[redacted]",
                                        "password=",
                                        "password:\"",
                                        "password=\\",
                                        "\\",
                                        "\"",
                                        "://",
                                        "://a",
                                        "@",
                                        "authorization",
                                        "authorization:",
                                        "Bearer ",
                                        "token=a ",
                                        "hunter2",
                                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                        "\"auth\":",
                                        "secret ",
                                        "LS0tLS1CRUdJTi",
                                        "password=\"",
                                        "password='a"};
  std::vector<std::string> texts(pieces.size() + 1);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    while (texts[i].size() < 500'000) texts[i] += pieces[i];
  }
  for (std::size_t i = 0; texts.back().size() < k_all_together; ++i) texts.back() += pieces[i * i % 31 % pieces.size()];
  const auto seconds_for = [](std::string_view text) {
    const auto begin = seconds_used();
    EXPECT_FALSE(redact::clean(text).empty());
    return seconds_used() - begin;
  };
  for (const auto& text : texts) {
    const auto part = seconds_for(std::string_view(text).substr(0, text.size() / 8));
    EXPECT_LT(seconds_for(text), 24 * part + 0.3) << text.substr(0, 40);
  }
}

} // namespace
} // namespace streamgate
