// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/ref_request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace streamgate::resolve_ref {
namespace {

TEST(ParseRef, KnowsTheKindByTheForm)
{
  const std::string full = "0123456789abcdef0123456789ABCDEF01234567";
  const std::vector<std::pair<std::string, RequestKind>> cases{
      {"", RequestKind::head},
      {"HEAD", RequestKind::head},
      {"pr/12", RequestKind::pull_request},
      {"pr/0", RequestKind::name},
      {"pr/012", RequestKind::name},
      {"pr/abc", RequestKind::name},
      {"pr/1234567890", RequestKind::name},
      {"refs/heads/main", RequestKind::full_name},
      {full, RequestKind::commit},
      {full.substr(0, 39), RequestKind::short_commit},
      {"abcdef0", RequestKind::short_commit},
      {"abcdef", RequestKind::name}, // too short for a commit
      {full + "0", RequestKind::name},
      {"v1.9.2", RequestKind::name},
      {"release-v0.68.x", RequestKind::name},
      {"feature/x@y", RequestKind::name},
      {"větev", RequestKind::name},
  };
  for (const auto& [text, kind] : cases) {
    const auto ref = parse_ref(text);
    ASSERT_TRUE(ref) << text << ": " << ref.error().text();
    EXPECT_EQ(ref->kind, kind) << text;
    EXPECT_EQ(ref->text, text.empty() ? "HEAD" : text);
  }
  EXPECT_EQ(parse_ref("pr/12")->number, "12");
}

TEST(ParseRef, RefusesWhatGitWouldNotTake)
{
  const std::vector<std::string> cases{"-x",
                                       "--upload-pack=x",
                                       "a..b",
                                       "a b",
                                       "a\nb",
                                       std::string("a\0b", 3),
                                       "a\x1b[31m",
                                       "a\x7f",
                                       "/a",
                                       "a/",
                                       "a//b",
                                       ".a",
                                       "a/.b",
                                       "a.",
                                       "a~1",
                                       "a^",
                                       "a:b",
                                       "a?",
                                       "a*",
                                       "a[b",
                                       "a\\b",
                                       "@",
                                       "a@{1}",
                                       "a.lock",
                                       "a.lock/b",
                                       "\xff",
                                       std::string(256, 'a')};
  for (const auto& text : cases) {
    const auto ref = parse_ref(text);
    ASSERT_FALSE(ref) << text;
    EXPECT_EQ(ref.error().code, ErrorCode::bad_input) << text;
    EXPECT_NE(ref.error().message.find("is not a git ref: it "), std::string::npos) << ref.error().message;
    EXPECT_EQ(ref.error().message.find_first_of("\n\x1b\x7f"), std::string::npos)
        << "an error must not steer a terminal";
  }
}

TEST(ParseComponents, TakesNamesWithAndWithoutRefs)
{
  const auto components = parse_components("pipeline:v1.9.2, triggers:pr/12,chains");
  ASSERT_TRUE(components) << components.error().text();
  ASSERT_EQ(components->size(), 3U);
  EXPECT_EQ((*components)[0].name, "pipeline");
  EXPECT_EQ((*components)[0].ref.text, "v1.9.2");
  EXPECT_EQ((*components)[1].name, "triggers");
  EXPECT_EQ((*components)[1].ref.kind, RequestKind::pull_request);
  EXPECT_EQ((*components)[2].ref.kind, RequestKind::head);
}

struct Bad {
  std::string text;
  ErrorCode code;
  std::string message;
};

TEST(ParseComponents, RefusesEachMalformation)
{
  const std::vector<Bad> cases{
      {"", ErrorCode::usage, "--components is empty"},
      {"  ", ErrorCode::usage, "--components is empty"},
      {"pipeline,", ErrorCode::bad_input, "--components: \"\" is not name[:ref]"},
      {",pipeline", ErrorCode::bad_input, "--components: \"\" is not name[:ref]"},
      {"pipeline,,chains", ErrorCode::bad_input, "--components: \"\" is not name[:ref]"},
      {":main", ErrorCode::bad_input, "--components: \":main\" is not name[:ref]"},
      {"Pipeline", ErrorCode::bad_input, "--components: \"Pipeline\" is not name[:ref]"},
      {"../x", ErrorCode::bad_input, "--components: \"../x\" is not name[:ref]"},
      {"a\x1b[1m", ErrorCode::bad_input, "--components: \"a?[1m\" is not name[:ref]"},
      {"pipeline:", ErrorCode::bad_input, "--components: no ref behind \"pipeline:\""},
      {"pipeline,pipeline:main", ErrorCode::bad_input, "--components: pipeline is given twice"},
      {"pipeline:a b", ErrorCode::bad_input, "\"a b\" is not a git ref: it holds a space or one of ~ ^ : ? * [ \\"},
  };
  for (const auto& [text, code, message] : cases) {
    const auto components = parse_components(text);
    ASSERT_FALSE(components) << text;
    EXPECT_EQ(components.error().code, code) << text;
    EXPECT_EQ(components.error().message, message) << text;
    EXPECT_FALSE(components.error().hint.empty()) << text;
  }
}

} // namespace
} // namespace streamgate::resolve_ref
