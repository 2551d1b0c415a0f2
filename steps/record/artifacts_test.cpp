// SPDX-License-Identifier: Apache-2.0
#include "record/artifacts.hpp"

#include <gtest/gtest.h>

namespace streamgate::record {
namespace {

Facts gathered()
{
  Facts facts;
  facts.namespaces = {"arendelle-x7k2p", "arendelle-x7k2p-sub", "default", "test-2", "apps"};
  facts.files = {"artifacts/components/pods.json", "artifacts/namespaces/default/events.txt"};
  return facts;
}

std::string of(const Facts& facts, std::string message, std::string detail = "")
{
  TestResult test;
  test.message = std::move(message);
  test.detail = std::move(detail);
  return ArtifactFinder(facts).of(test);
}

struct Case {
  const char* message;
  const char* detail;
  const char* folder;
};

class Found : public testing::TestWithParam<Case> {};

TEST_P(Found, IsTheTestsOwnPart)
{
  const auto& [message, detail, folder] = GetParam();
  EXPECT_EQ(of(gathered(), message, detail), folder) << message << "\n" << detail;
}

constexpr auto k_components = "artifacts/components";

INSTANTIATE_TEST_SUITE_P(
    Table, Found,
    testing::Values(
        Case{"timed out in arendelle-x7k2p", "", "artifacts/namespaces/arendelle-x7k2p"},
        Case{"failed", "init_test.go:80: Create namespace arendelle-x7k2p to deploy to",
             "artifacts/namespaces/arendelle-x7k2p"},
        Case{"https://h/api/v1/namespaces/arendelle-x7k2p/pods: 404", "", "artifacts/namespaces/arendelle-x7k2p"},
        Case{"pod arendelle-x7k2p-sub, not arendelle-x7k2p", "", "artifacts/namespaces/arendelle-x7k2p-sub"},
        Case{"in test-2", "Namespace: arendelle-x7k2p", "artifacts/namespaces/test-2"}, // the message tells more
        Case{"pod arendelle-x7k2p-abc failed", "", k_components},                       // a part of another name
        Case{"ns_arendelle-x7k2p", "xarendelle-x7k2p", k_components},
        Case{"the default ServiceAccount of all apps", "", k_components}, // words of any text
        Case{"in namespace \"default\"", "", "artifacts/namespaces/default"},
        Case{"Namespace: default", "", "artifacts/namespaces/default"},
        Case{"kubectl get pods -n apps", "", "artifacts/namespaces/apps"},
        Case{"kubectl logs --tail=1 web-n apps", "", k_components}, Case{"", "", k_components}));

TEST(ArtifactFinder, HasNothingWhereNothingWasGathered)
{
  auto facts = gathered();
  facts.files.clear();
  EXPECT_EQ(of(facts, "failed"), "");
  EXPECT_EQ(of(facts, "in test-2"), "artifacts/namespaces/test-2");
  EXPECT_EQ(of({}, "in test-2"), "");
}

TEST(ArtifactFinder, TakesTheFirstOfTwoThatAreEquallyLong)
{
  Facts facts;
  facts.namespaces = {"arendelle-aaaaa", "arendelle-bbbbb"};
  EXPECT_EQ(of(facts, "arendelle-bbbbb then arendelle-aaaaa"), "artifacts/namespaces/arendelle-bbbbb");
}

TEST(ArtifactFinder, IsNotSlowWithManyNamespacesAndLongTexts)
{
  Facts facts;
  for (int i = 0; i < 100; ++i) facts.namespaces.push_back("arendelle-" + std::to_string(i));
  TestResult test;
  test.detail = std::string(16 << 10, 'a') + " in arendelle-99";
  const ArtifactFinder finder(facts);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(finder.of(test), "artifacts/namespaces/arendelle-99");
}

} // namespace
} // namespace streamgate::record
