// SPDX-License-Identifier: Apache-2.0
#include "analysis/cause.hpp"

#include <gtest/gtest.h>

namespace streamgate::analysis {
namespace {

constexpr auto k_detail = R"(=== RUN   TestTaskRun
    init_test.go:35: creating namespace arendelle-x2x9z
    taskrun_test.go:61: Failed to create TaskRun: no matches for kind "TaskRun" in version "tekton.dev/v1"
    /go/src/example.test/x.go:12 +0x1d5
--- FAIL: TestTaskRun (12.34s)
FAIL)";

TEST(Cause, AMessageThatSaysSomethingIsTheCause)
{
  EXPECT_EQ(cause_of(R"(no matches for kind "Task" in version "tekton.dev/v1")", k_detail),
            R"(no matches for kind "Task" in version "tekton.dev/v1")");
  EXPECT_EQ(cause_of("secrets \"regcred\" not found", "error: other"), "secrets \"regcred\" not found");
}

TEST(Cause, AMessageThatSaysNothingIsFollowedByTheErrorsOfTheDetail)
{
  constexpr auto error = R"(Failed to create TaskRun: no matches for kind "TaskRun" in version "tekton.dev/v1")";
  EXPECT_EQ(cause_of("Failed", k_detail), std::string("Failed\n") + error);
  EXPECT_EQ(cause_of("", k_detail), error);
  EXPECT_EQ(cause_of("timed out waiting for the condition", k_detail),
            std::string("timed out waiting for the condition\n") + error);
}

TEST(Cause, ADetailWithoutErrorsIsTakenAsItIs)
{
  EXPECT_EQ(cause_of("Failed", "=== RUN TestA\nthe light is green\n--- FAIL: TestA"), "Failed\nthe light is green");
  EXPECT_EQ(cause_of("", ""), "");
  EXPECT_EQ(cause_of("Failed", ""), "Failed");
}

TEST(Cause, APanicIsToldByItsFrame)
{
  EXPECT_EQ(cause_of("Failed", R"(panic: runtime error: invalid memory address or nil pointer dereference [recovered]
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1234567]

goroutine 34 [running]:
testing.tRunner.func1.2({0x1, 0x2})
	/usr/local/go/src/testing/testing.go:1631 +0x24a
panic({0x1, 0x2})
	/usr/local/go/src/runtime/panic.go:770 +0x132
example.test/pkg/builder.Task(0xc000123456)
	/src/pkg/builder/task.go:12 +0x1d5
example.test/pkg/builder.All(...)
	/src/pkg/builder/all.go:7)"),
            "Failed\npanic: runtime error: invalid memory address or nil pointer dereference [recovered]\n"
            "example.test/pkg/builder.Task(UNIQ1)");
}

TEST(Cause, ValuesStandBelow)
{
  EXPECT_EQ(
      cause_of("results differ (-want, +got):   map[string]string{",
               "results differ (-want, +got):   map[string]string{\n-  \"a\": \"x\",\n+  \"a\": \"y\",\n  }\nafter"),
      "results differ (-want, +got): map[string]string{\n- \"a\": \"x\",\n+ \"a\": \"y\",\n}");
  EXPECT_EQ(cause_of("Failed", "Expected\n    <string>: red\nto equal\n    <string>: blue\nafter"),
            "Failed\nExpected\n<string>: red\nto equal\n<string>: blue");
}

TEST(Cause, OfATest)
{
  record::TestResult test;
  test.message = "Failed";
  test.detail = "error: no space";
  EXPECT_EQ(cause_of(test), "Failed\nerror: no space");
}

} // namespace
} // namespace streamgate::analysis
