// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/suite_options.hpp"

#include <gtest/gtest.h>

#include <string>

namespace streamgate::resolve_ref {
namespace {

TEST(Suite, DefaultIsTheOpenShiftSuite)
{
  const auto request = parse_suite({});
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->source, SuiteSource::repository);
  EXPECT_EQ(request->where, "https://github.com/openshift-pipelines/release-tests");
  EXPECT_EQ(request->suite.name, "release-tests");
  EXPECT_EQ(request->suite.runner, record::Runner::gauge);
  EXPECT_EQ(request->suite.tags, "e2e");
}

TEST(Suite, ACopyOfTheOpenShiftSuiteHasItsTagToo)
{
  const auto tags = [](const std::string& url, const std::string& given) {
    SuiteOptions options;
    options.url = url;
    options.tags = given;
    const auto request = parse_suite(options);
    return request ? request->suite.tags : "error: " + request.error().message;
  };
  EXPECT_EQ(tags("https://git.example/mirror/release-tests.git", ""), "e2e");
  EXPECT_EQ(tags("https://git.example/mirror/release-tests", "sanity"), "sanity");
  EXPECT_EQ(tags("https://git.example/o/other-tests", ""), "");
}

TEST(Suite, NamesComeFromTheAddress)
{
  const auto name = [](const std::string& url) {
    SuiteOptions options;
    options.url = url;
    const auto request = parse_suite(options);
    return request ? request->suite.name : "error: " + request.error().message;
  };
  EXPECT_EQ(name("https://host/o/My_Tests.git/"), "my-tests");
  EXPECT_EQ(name("git@host:tests"), "tests");
  EXPECT_EQ(name("component:pipeline"), "pipeline");
  EXPECT_EQ(name("image:/suites/smoke"), "smoke");
  EXPECT_EQ(name("https://host/--"), "suite");
}

TEST(Suite, MayBeAComponentOrAFolderOfTheImage)
{
  SuiteOptions options;
  options.runner = "go-test";
  options.url = "component:pipeline";
  options.package = "github.com/tektoncd/pipeline/test";
  options.pattern = "TestX";
  options.skip = "TestY";
  options.environment = {"A=1", "B=x=y", "C="};
  const auto component = parse_suite(options);
  ASSERT_TRUE(component) << component.error().text();
  EXPECT_EQ(component->source, SuiteSource::component);
  EXPECT_EQ(component->where, "pipeline");
  EXPECT_EQ(component->suite.environment, (std::map<std::string, std::string>{{"A", "1"}, {"B", "x=y"}, {"C", ""}}));
  SuiteOptions in_image;
  in_image.url = "image:/suites/smoke";
  const auto image = parse_suite(in_image);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->source, SuiteSource::image);
  EXPECT_EQ(image->suite.folder, "/suites/smoke");
}

std::string why_not(const SuiteOptions& options, ErrorCode code)
{
  const auto request = parse_suite(options);
  if (request) return "accepted";
  EXPECT_EQ(request.error().code, code) << request.error().message;
  return request.error().message;
}

TEST(Suite, OptionsThatMeanNothingAreRefused)
{
  EXPECT_EQ(why_not({.package = "x"}, ErrorCode::usage), "--package means nothing to --runner gauge");
  EXPECT_EQ(why_not({.skip = "x"}, ErrorCode::usage), "--skip means nothing to --runner gauge");
  EXPECT_EQ(why_not({.runner = "go-test", .package = "x", .specs = {"a"}}, ErrorCode::usage),
            "--specs means nothing to --runner go-test");
  EXPECT_EQ(why_not({.runner = "go-test"}, ErrorCode::usage), "--runner go-test needs --package");
  EXPECT_EQ(why_not({.url = "component:pipeline", .ref = "main"}, ErrorCode::usage),
            "--release-tests-ref means nothing to --suite-url component:pipeline");
}

TEST(Suite, BadValuesAreRefused)
{
  const auto bad = ErrorCode::bad_input;
  EXPECT_EQ(why_not({.url = "component:"}, bad), "--suite-url \"component:\" names nothing");
  EXPECT_EQ(why_not({.folder = "../x"}, bad), "--suite-folder \"../x\" does not stay in the suite's checkout");
  EXPECT_EQ(why_not({.folder = "/etc"}, bad), "--suite-folder \"/etc\" does not stay in the suite's checkout");
  EXPECT_EQ(why_not({.folder = "a/../../x"}, bad),
            "--suite-folder \"a/../../x\" does not stay in the suite's checkout");
  EXPECT_EQ(why_not({.specs = {"--env=x"}}, bad), "--specs \"--env=x\" does not stay in the suite's checkout");
  EXPECT_EQ(why_not({.runner = "go-test", .package = "-exec=x"}, bad), "--package begins with -");
  EXPECT_EQ(why_not({.name = "A b"}, bad), "--suite-name \"A b\" is not of lower-case letters, digits and -");
  EXPECT_EQ(why_not({.environment = {"X"}}, bad), "--suite-env \"X\" is not NAME=VALUE");
  EXPECT_EQ(why_not({.environment = {"1X=2"}}, bad), "--suite-env \"1X=2\" is not NAME=VALUE");
  EXPECT_EQ(why_not({.environment = {"X=1", "X=2"}}, bad), "--suite-env: X is given twice");
}

// In plan.json the runner would find "[redacted]".
TEST(Suite, WhatLooksLikeASecretIsRefusedAndNotRepeated)
{
  const std::string token = "ghp_" + std::string(36, 'x');
  for (const auto& why :
       {why_not({.environment = {"GITHUB=" + token}}, ErrorCode::bad_input),
        why_not({.arguments = {"--token=" + token}}, ErrorCode::bad_input),
        why_not({.tags = token}, ErrorCode::bad_input), why_not({.specs = {token}}, ErrorCode::bad_input),
        why_not({.pattern = token}, ErrorCode::bad_input)}) {
    EXPECT_NE(why.find("holds what looks like a secret"), std::string::npos) << why;
    EXPECT_EQ(why.find(token), std::string::npos) << why;
  }
}

} // namespace
} // namespace streamgate::resolve_ref
