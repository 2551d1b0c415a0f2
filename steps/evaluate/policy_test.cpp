// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "evaluate/policy.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::evaluate {
namespace {

using testing::HasSubstr;

const std::string k_ours = std::string(STREAMGATE_SOURCE_DIR) + "/config/gates/midstream.yaml";

Policy parsed(std::string_view yaml)
{
  auto out = Policy::parse(yaml, "gate.yaml");
  EXPECT_TRUE(out) << out.error().text();
  return out ? *out : Policy();
}

TEST(Policy, OfTheMidstreamGateIsWhatRulesWithoutOne)
{
  const auto ours = Policy::find(k_ours, {});
  ASSERT_TRUE(ours) << ours.error().text();
  EXPECT_EQ(to_json(ours->file()), to_json(Policy().file()));
}

TEST(Policy, FirstLineThatFitsASuiteDecides)
{
  const auto policy = parsed("schema_version: 1\nname: x\nsuites:\n"
                             "  - {match: 'perf-*', role: informing, owner: perf people, channel: '#perf'}\n"
                             "  - {match: '*-slow-*', role: informing}\n"
                             "  - {match: 'e2e*', role: blocking}\n");
  EXPECT_FALSE(policy.blocks("perf-pipeline"));
  EXPECT_EQ(policy.suite("perf-").owner, "perf people");
  EXPECT_FALSE(policy.blocks("e2e-slow-x"));
  EXPECT_TRUE(policy.blocks("e2e-slow")); // no second '-'
  EXPECT_TRUE(policy.blocks("e2e"));
  EXPECT_TRUE(policy.blocks("something else"));
  EXPECT_TRUE(policy.blocks(""));
}

TEST(Policy, StarsDoNotTakeForever)
{
  const auto policy = parsed("schema_version: 1\nname: x\nsuites:\n  - {match: '*a*a*a*a*a*a*a*a*b', role: informing}\n"
                             "  - {match: '*', role: blocking}\n");
  EXPECT_TRUE(policy.blocks(std::string(100'000, 'a')));
  EXPECT_FALSE(policy.blocks(std::string(100'000, 'a') + "b"));
}

TEST(Policy, NeedsAsManySuitesAsItSays)
{
  const std::string head = "schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\npass: ";
  EXPECT_EQ(parsed(head + "all").needed(3), 3);
  EXPECT_EQ(parsed(head + "any").needed(3), 1);
  EXPECT_EQ(parsed(head + "at-least 2").needed(3), 2);
}

TEST(Policy, PatternsAreSearchedForInIds)
{
  const auto policy = parsed("schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\n"
                             "informing_tests: ['/Chains/', 'slow$']\nmass_failure: {key_tests: ['^s/install']}\n"
                             "transient: [Throttled]\n");
  EXPECT_TRUE(policy.only_informs("s/Chains/signs"));
  EXPECT_TRUE(policy.only_informs("s/x is slow"));
  EXPECT_FALSE(policy.only_informs("s/chains"));
  EXPECT_TRUE(policy.is_key_test("s/install it"));
  EXPECT_FALSE(policy.is_key_test("t/s/install it"));
  EXPECT_TRUE(policy.is_transient("Throttled"));
  EXPECT_FALSE(policy.is_transient("Throttle"));
}

struct Bad {
  const char* yaml;
  const char* says;
};

class BadPolicy : public testing::TestWithParam<Bad> {};

TEST_P(BadPolicy, IsRefusedWithItsPlace)
{
  const auto policy = Policy::parse(GetParam().yaml, "gate.yaml");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().code, ErrorCode::bad_input);
  EXPECT_THAT(policy.error().text(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Ones, BadPolicy,
    testing::Values(
        Bad{"", "gate.yaml"},
        Bad{"schema_version: 2\nname: x\nsuites: [{match: '*', role: blocking}]\n", "/schema_version"},
        Bad{"schema_version: 1\nname: x\nsuites: []\n", "/suites"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: optional}]\n", "/suites/0/role"},
        Bad{"schema_version: 1\nname: 'X Y'\nsuites: [{match: '*', role: blocking}]\n", "/name"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\npass: most\n", "/pass"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\npass: at-least 0\n", "/pass"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\nflaky: pass\n", "flaky"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: informing}]\n", "no suite blocks"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: a, role: blocking}, {match: b, role: informing}]\npass: "
            "at-least 2\n",
            "only 1 suites block"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\ninforming_tests: ['(']\n",
            "'(' is not a pattern of RE2"},
        Bad{"schema_version: 1\nname: x\nsuites: [{match: '*', role: blocking}]\nmass_failure: {percent: 101}\n",
            "/mass_failure/percent"}));

TEST(Policy, IsFoundByNameInTheFirstFolderThatHasIt)
{
  const test::TestFolder folder;
  const auto write = [&](const std::string& name, const std::string& gate) {
    const auto text = "schema_version: 1\nname: " + gate + "\nsuites: [{match: '*', role: blocking}]\n";
    ASSERT_TRUE(file::write_atomic(folder.path() / name, text));
  };
  write("site/nightly.yaml", "nightly");
  write("ours/nightly.yaml", "ours");
  write("ours/copy.yaml", "weekly");
  write("ours/weekly.yaml", "weekly");
  const std::vector<std::filesystem::path> folders{folder.path() / "site", folder.path() / "ours"};
  EXPECT_EQ(Policy::find("nightly", folders)->file().name, "nightly");
  const auto copy = Policy::find("copy", folders);
  ASSERT_FALSE(copy);
  EXPECT_THAT(copy.error().text(), HasSubstr("ours/copy.yaml: its name is 'weekly', not 'copy'"));
  EXPECT_EQ(Policy::find("weekly", folders)->file().name, "weekly");
  EXPECT_EQ(Policy::find((folder.path() / "ours/nightly.yaml").string(), {})->file().name, "ours");
  const auto none = Policy::find("hourly", folders);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_THAT(none.error().text(), HasSubstr("site/hourly.yaml, "));
}

} // namespace
} // namespace streamgate::evaluate
