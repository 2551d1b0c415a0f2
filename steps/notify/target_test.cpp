// SPDX-License-Identifier: Apache-2.0
#include "notify/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::notify {
namespace {

constexpr auto k_commit = "0123456789012345678901234567890123456789";

record::PlannedComponent component(const std::string& name, const std::string& repository,
                                   const std::string& requested = "main")
{
  record::PlannedComponent out;
  out.name = name;
  out.repository = repository;
  out.requested_ref = requested;
  out.kind = requested.starts_with("pr/") ? record::RefKind::pull_request : record::RefKind::branch;
  out.commit = k_commit;
  return out;
}

record::Plan plan_of(std::vector<record::PlannedComponent> components)
{
  record::Plan out;
  out.components = std::move(components);
  return out;
}

TEST(Target, IsThePullRequestOfThePlan)
{
  const auto target =
      find_target({}, plan_of({component("triggers", "https://github.com/tektoncd/triggers"),
                               component("pipeline", "https://github.com/tektoncd/pipeline.git", "pr/12")}));
  ASSERT_TRUE(target) << target.error().text();
  EXPECT_EQ(target->kind, ForgeKind::github);
  EXPECT_EQ(target->api, "https://api.github.com");
  EXPECT_EQ(target->repository, "tektoncd/pipeline");
  EXPECT_EQ(target->commit, k_commit);
  EXPECT_EQ(target->pull, 12);
}

TEST(Target, EveryKindOfForge)
{
  struct Case {
    std::string repository;
    TargetOptions options;
    ForgeKind kind;
    std::string api, path;
  };
  const std::vector<Case> cases{
      {"https://gitlab.com/group/sub/project.git",
       {},
       ForgeKind::gitlab,
       "https://gitlab.com/api/v4",
       "group/sub/project"},
      {"https://codeberg.org/o/n/", {}, ForgeKind::gitea, "https://codeberg.org/api/v1", "o/n"},
      {"git@github.com:o/n.git", {}, ForgeKind::github, "https://api.github.com", "o/n"},
      {"ssh://git@git.example.com:2222/o/n",
       {.forge = "gitea", .url = "https://git.example.com/"},
       ForgeKind::gitea,
       "https://git.example.com/api/v1",
       "o/n"},
      {"https://GHE.example.com/o/n",
       {.forge = "github", .url = "https://ghe.example.com"},
       ForgeKind::github,
       "https://ghe.example.com/api/v3",
       "o/n"},
      {"https://example.com/gitlab/o/n",
       {.forge = "gitlab", .url = "https://example.com/gitlab"},
       ForgeKind::gitlab,
       "https://example.com/gitlab/api/v4",
       "o/n"},
  };
  for (const auto& each : cases) {
    const auto target = find_target(each.options, plan_of({component("a", each.repository)}));
    ASSERT_TRUE(target) << each.repository << ": " << target.error().text();
    EXPECT_EQ(target->kind, each.kind) << each.repository;
    EXPECT_EQ(target->api, each.api);
    EXPECT_EQ(target->repository, each.path);
    EXPECT_EQ(target->pull, 0);
  }
}

TEST(Target, TheTokenGoesToNoOtherHost)
{
  const auto refused = [](const TargetOptions& options, const std::string& repository) {
    const auto target = find_target(options, plan_of({component("a", repository)}));
    EXPECT_FALSE(target) << repository;
    return target ? "" : target.error().text();
  };
  EXPECT_THAT(refused({}, "https://evil.example.com/o/n"), testing::HasSubstr("not a forge that is known"));
  EXPECT_THAT(refused({}, "https://github.com.evil.example/o/n"), testing::HasSubstr("not a forge that is known"));
  EXPECT_THAT(refused({}, "https://github.com@evil.example/o/n"), testing::HasSubstr("not a forge that is known"));
  EXPECT_THAT(refused({.forge = "gitlab"}, "https://github.com/o/n"), testing::HasSubstr("not a forge that is known"));
  EXPECT_THAT(refused({.forge = "gitea", .url = "https://git.example.com"}, "https://github.com/o/n"),
              testing::HasSubstr("is not at"));
  EXPECT_THAT(refused({.forge = "gitea", .url = "http://git.example.com"}, "http://git.example.com/o/n"),
              testing::HasSubstr("in clear"));
  EXPECT_THAT(refused({.url = "https://git.example.com"}, "https://git.example.com/o/n"),
              testing::HasSubstr("kind of forge"));
  EXPECT_THAT(refused({}, "/tmp/repository"), testing::HasSubstr("not known on which forge"));
}

TEST(Target, OptionsWinOverThePlan)
{
  TargetOptions options{.forge = "github", .url = "https://github.com", .repository = "me/fork", .pull = 3};
  auto target = find_target(options, std::nullopt);
  ASSERT_TRUE(target) << target.error().text();
  EXPECT_EQ(target->repository, "me/fork");
  EXPECT_EQ(target->pull, 3);
  EXPECT_EQ(target->commit, "");
  EXPECT_EQ(target->api, "https://api.github.com");
  options = {.component = "b"};
  target = find_target(options,
                       plan_of({component("a", "https://github.com/o/a"), component("b", "https://github.com/o/b")}));
  ASSERT_TRUE(target) << target.error().text();
  EXPECT_EQ(target->repository, "o/b");
}

TEST(Target, WhatCannotBeKnownIsAnError)
{
  const auto two = plan_of({component("a", "https://github.com/o/a"), component("b", "https://github.com/o/b")});
  EXPECT_EQ(find_target({}, two).error().code, ErrorCode::ambiguous);
  EXPECT_EQ(find_target({}, std::nullopt).error().code, ErrorCode::not_found);
  for (const auto* url :
       {"git.example.com", "ssh://git.example.com", "https://user:pw@git.example.com", "https://x/?a"}) {
    const auto bad = find_target({.forge = "gitea", .url = url, .repository = "o/n", .pull = 1}, two);
    EXPECT_EQ(bad.error().code, ErrorCode::usage) << url;
  }
  EXPECT_EQ(find_target({.component = "c"}, two).error().code, ErrorCode::not_found);
  // Another repository has another commit.
  EXPECT_EQ(find_target({.component = "a", .repository = "o/other"}, two).error().code, ErrorCode::usage);
  EXPECT_EQ(
      find_target({.url = "https://github.com", .repository = "../../user", .commit = k_commit}, two).error().code,
      ErrorCode::bad_input);
  EXPECT_EQ(find_target({.url = "https://github.com", .repository = "o/n?x", .commit = k_commit}, two).error().code,
            ErrorCode::bad_input);
  EXPECT_EQ(find_target({.url = "https://github.com", .repository = "o/n", .commit = "main"}, two).error().code,
            ErrorCode::bad_input);
}

} // namespace
} // namespace streamgate::notify
