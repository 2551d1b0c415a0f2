// SPDX-License-Identifier: Apache-2.0
#include "analysis/normalise.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <random>

namespace streamgate::analysis {
namespace {

struct Golden {
  std::string_view name;
  std::string_view text;
  std::string_view normal;
};

class Normalise : public testing::TestWithParam<Golden> {};

TEST_P(Normalise, Golden)
{
  EXPECT_EQ(normalise(GetParam().text), GetParam().normal);
  EXPECT_EQ(normalise(GetParam().normal), GetParam().normal);
}

INSTANTIATE_TEST_SUITE_P(Times, Normalise,
                         testing::Values(Golden{"Rfc3339", "at 2026-11-22T13:44:27.123Z and 2026-11-22T13:44:27+01:00",
                                                "at TIME and TIME"},
                                         Golden{"GoTime", "since 2009-11-10 23:00:00.1 +0000 UTC it", "since TIME it"},
                                         Golden{"Rfc1123", "on Mon, 02 Jan 2006 15:04:05 GMT it", "on TIME it"},
                                         Golden{"Ansic", "on Mon Jan 2 15:04:05 2006 it", "on TIME it"},
                                         Golden{"Klog", "E1122 13:44:27.123456   12345 reflector.go:158] failed",
                                                "TIME UNIQ1 reflector.go] failed"},
                                         Golden{"GoLog", "2026/11/22 13:44:27 it", "TIME it"},
                                         Golden{"Durations", "after 10m, 1m30.5s (12.34s) and 250\xC2\xB5s",
                                                "after TIME, TIME (TIME) and TIME"},
                                         Golden{"Compact", "backup-20261122T134427Z", "backup-UNIQ1"},
                                         Golden{"NoTime", "3 of 5, v1beta1, 2d-array", "3 of 5, v1beta1, 2d-array"}),
                         [](const auto& each) { return std::string(each.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Values, Normalise,
    testing::Values(
        Golden{"Uuid", "uid 4cd9a6f2-1111-2222-3333-444455556666 is not 4cd9a6f2-1111-2222-3333-444455556667",
               "uid UNIQ1 is not UNIQ2"},
        Golden{"EqualStaysEqual", "0xc000123456 0xc000654321 0xc000123456", "UNIQ1 UNIQ2 UNIQ1"},
        Golden{"Digest", "registry.example/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
               "registry.example/app@sha256:UNIQ1"},
        Golden{"Commit", "commit 4cd9a6f of main", "commit UNIQ1 of main"},
        Golden{"HexWords", "deadbeef decade facade", "deadbeef decade facade"},
        Golden{"Addresses", "dial tcp 10.0.0.1:443, [fd00::1]:8443, ::1", "dial tcp UNIQ1, [UNIQ2]:8443, UNIQ3"},
        Golden{"Url", "Get \"https://10.96.0.1:443/api/v1/pods?timeout=30s\": EOF",
               "Get \"https://UNIQ1/api/v1/pods?timeout=TIME\": EOF"},
        Golden{"ApiPath", "/api/v1/namespaces/e2e/pods/worker/log", "/api/v1/namespaces/UNIQ1/pods/UNIQ2/log"},
        Golden{"BigNumbers", "resourceVersion 123456, port 8080", "resourceVersion UNIQ1, port 8080"},
        Golden{"Goroutine", "goroutine 17 [running]:", "goroutine UNIQ1 [running]:"},
        Golden{"Temporary", "open /tmp/TestX123/001/kubeconfig: no such file",
               "open /tmp/UNIQ1/001/kubeconfig: no such file"},
        Golden{"Position", "parser/a.yaml:12:3: bad, at b.go:7", "parser/a.yaml: bad, at b.go"},
        Golden{"GoTestLocation", "    init_test.go:35: no kind", "no kind"},
        Golden{"Literal", "UNIQ7 and UNIQ7 and UNIQ2", "UNIQ1 and UNIQ1 and UNIQ2"},
        Golden{
            "Data",
            std::string_view(
                "key LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJmRENDQVNLZ0F3SUJBZ0lCQURBS0JnZ3Foa2pPUFFRREFqQW1NU1F3"
                "SWdZRFZRUUREQnR5YTJVeUxYTmxjblpsY2kxallVQXhOekkx end"),
            "key UNIQ1 end"}),
    [](const auto& each) { return std::string(each.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Names, Normalise,
    testing::Values(Golden{"ReplicaSet", "tekton-chains-controller-7d9f6c5b4-x2x9z crashed",
                           "tekton-chains-controller-UNIQ1 crashed"},
                    Golden{"GenerateName", "smoke-run-x7b2k-build-pod failed", "smoke-run-UNIQ1-build-pod failed"},
                    Golden{"Knative", "task sidecar-lkwqzjgx not found", "task sidecar-UNIQ1 not found"},
                    Golden{"Namespaces", "in arendelle-bdf5k/default and releasetest-abcde",
                           "in arendelle-UNIQ1/default and releasetest-UNIQ2"},
                    Golden{"Instances", R"(pods "web" and TaskRun "ns-1/clone" and pipelinerun/my-run: bad)",
                           R"(pods "UNIQ1" and TaskRun "UNIQ2/UNIQ3" and pipelinerun/UNIQ4: bad)"},
                    Golden{"SystemNames",
                           R"(pod "tekton-pipelines-webhook-6b9f7d8c5-zzxwv" of namespace "openshift-pipelines")",
                           R"(pod "tekton-pipelines-webhook-UNIQ1" of namespace "openshift-pipelines")"},
                    Golden{"Account", "system:serviceaccount:build-1:pipeline cannot",
                           "system:serviceaccount:UNIQ1:pipeline cannot"},
                    Golden{"Definitions",
                           R"(secrets "regcred" and tasks "git-clone" and deployment "tekton-chains-controller")",
                           R"(secrets "regcred" and tasks "git-clone" and deployment "tekton-chains-controller")"},
                    Golden{"Subresource", R"(cannot get resource "pods/log", pods/exec)",
                           R"(cannot get resource "pods/log", pods/exec)"},
                    Golden{"Words", "tekton-https manual-approval-gate git-clone web-tests",
                           "tekton-https manual-approval-gate git-clone web-tests"}),
    [](const auto& each) { return std::string(each.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Layout, Normalise,
    testing::Values(Golden{"Colours", "\x1b[1;31mError:\x1b[0m \x1b]0;title\x07no", "Error: no"},
                    Golden{"Blanks", "  a \t b  \n\n \r\n\xC2\xA0 c\x01 ", "a b\nc"},
                    Golden{"EscapedQuotes", R"(kind \"Task\" in \\\"x\\\")", R"(kind "Task" in "x")"},
                    Golden{"Rules", "==========\n----------", "==="},
                    Golden{"RepeatedLines", "want 3 got 2\npod a-x2x9z gone\nwant 3 got 1\npod a-z9x2x gone",
                           "want 3 got 2\npod UNIQ1 gone"},
                    Golden{"Maps", "map[b:map[d:1 c:2] a:[2 1]] [b a]", "map[a:[2 1] b:map[c:2 d:1]] [b a]"},
                    Golden{"MapsWithBlanks", "map[reason:Bad pull message:rpc error: code = NotFound] x",
                           "map[message:rpc error: code = NotFound reason:Bad pull] x"},
                    Golden{"MapsOfValues", "map[b:0xff2 a:0xff1]", "map[a:UNIQ1 b:UNIQ2]"},
                    Golden{"Bytes", "bad \xFF\xC3 end", "bad \xEF\xBF\xBD\xEF\xBF\xBD end"}, Golden{"Empty", "", ""}),
    [](const auto& each) { return std::string(each.param.name); });

void expect_promises(const std::string& text)
{
  const auto normal = normalise(text);
  ASSERT_TRUE(utf8::valid(normal));
  ASSERT_LE(normal.size(), k_longest_normal);
  ASSERT_EQ(normalise(normal), normal) << text;
}

TEST(NormaliseLong, LosesItsMiddle)
{
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += fmt::format("line{} says x{}y\n", static_cast<char>('a' + i % 26), i);
  const auto normal = normalise(lines);
  EXPECT_TRUE(normal.starts_with("linea says x0y\nlineb says x1y\n"));
  EXPECT_TRUE(normal.ends_with("\nlinel says x999y"));
  EXPECT_NE(normal.find("\n\xE2\x80\xA6\n"), std::string::npos);
  EXPECT_GT(normal.size(), k_longest_normal / 2);
  expect_promises(lines);
  std::string words;
  for (int i = 0; i < 1000; ++i) words += fmt::format("word{}x ", i);
  const auto line = normalise(words);
  EXPECT_TRUE(line.starts_with("word0x word1x "));
  EXPECT_TRUE(line.ends_with(" word998x word999x"));
  EXPECT_LT(line.size(), 500U);
}

// Pieces that the rules are about, put together at random.
TEST(NormaliseProperty, IsItsOwnNormalFormValidAndBounded)
{
  constexpr auto pieces = std::to_array<std::string_view>({"a",          "pod",
                                                           "TaskRun",    "\"",
                                                           " ",          " ",
                                                           "\n",         "-",
                                                           ".",          ":",
                                                           "/",          "[",
                                                           "]",          "map[",
                                                           "UNIQ1",      "UNIQ22",
                                                           "TIME",       "10.0.0.1",
                                                           "::1",        "1m",
                                                           "13:44:27",   "Jan",
                                                           "12",         "2026",
                                                           "UTC",        "x2x9z",
                                                           "7d9f6c5b4",  "wqvrfiet",
                                                           "arendelle-", "4cd9a6f2-1111-2222-3333-444455556666",
                                                           "0xc000123",  "a.go:",
                                                           "12:",        "goroutine",
                                                           "line",       "/tmp/",
                                                           "\\",         "\x1b[31m",
                                                           "\xC3\xA9",   "\xE2\x80\xA6",
                                                           "\xFF",       "tekton-",
                                                           "123456",     "=",
                                                           ", ",         "@",
                                                           "E1122",      "system:serviceaccount:",
                                                           "(",          "%"});
  std::mt19937 random(42);
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    const auto most = round % 10 == 0 ? 3000U : 40U;
    for (auto left = random() % most; left > 0; --left) text += pieces[random() % pieces.size()];
    expect_promises(text);
  }
}

TEST(NormaliseProperty, HostileTextsTakeLinearTime)
{
  constexpr std::size_t k_size = 20 << 10U;
  constexpr auto pieces = std::to_array<std::string_view>(
      {"a",  "0", "f",     "-",    ":",  "/",    "[",     "map[", "]",  "\"",  "\\",     "\x1b",  "\x1b[", "\xFF",
       "\n", " ", "TIME ", "Jan ", "1 ", "pod/", "UNIQ1", "a-",   "1.", "a\n", "x2x9z-", "\x1b]", "1s",    "map[a "});
  for (const auto piece : pieces) {
    std::string text;
    while (text.size() < k_size) text += piece;
    const auto begin = std::chrono::steady_clock::now();
    expect_promises(text);
    // A thousand times what it takes: only a quadratic one is slower.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << piece;
  }
}

} // namespace
} // namespace streamgate::analysis
