// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "facts/fixture.hpp"
#include "facts/views.hpp"

#include <gmock/gmock.h>

namespace streamgate::facts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  const char* name;
  const char* status;
  const char* metadata;
  // "" for no trouble
  const char* state;
  const char* reason;
  std::int64_t code;
  const char* end;
  bool previous;
};

class ContainerState : public testing::TestWithParam<Case> {};

TEST_P(ContainerState, IsTroubleOrNot)
{
  const auto& [name, status, metadata, state, reason, code, end, previous] = GetParam();
  const auto all = troubles(document(pod_json("n", "p", status, metadata)));
  if (*state == '\0') {
    EXPECT_THAT(all, IsEmpty());
    return;
  }
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].fact.nspace, "n");
  EXPECT_EQ(all[0].fact.pod, "p");
  EXPECT_EQ(all[0].fact.container, "main");
  EXPECT_EQ(all[0].fact.state, state);
  EXPECT_EQ(all[0].fact.reason, reason);
  EXPECT_EQ(all[0].fact.exit_code, code);
  EXPECT_EQ(all[0].end, end);
  EXPECT_EQ(all[0].previous, previous);
}

constexpr auto k_deleting = R"(,"deletionTimestamp":"2026-03-01T00:00:00Z")";

INSTANTIATE_TEST_SUITE_P(
    Table, ContainerState,
    testing::Values(
        Case{"Running", R"("restartCount":0,"state":{"running":{}})", "", "", "", 0, "", false},
        Case{"Creating", R"("restartCount":0,"state":{"waiting":{"reason":"ContainerCreating"}})", "", "", "", 0, "",
             false},
        Case{"Done", R"("restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}})", "", "", "", 0,
             "", false},
        Case{"Failed", R"("restartCount":0,"state":{"terminated":{"exitCode":3,"reason":"Error","containerID":"e1"}})",
             "", "terminated", "Error", 3, "e1", false},
        Case{"OutOfMemory",
             R"("restartCount":0,"state":{"terminated":{"exitCode":137,"reason":"OOMKilled","containerID":"e1"}})", "",
             "terminated", "OOMKilled", 137, "e1", false},
        Case{"ImagePull", R"("restartCount":0,"state":{"waiting":{"reason":"ErrImagePull","message":"no such image"}})",
             "", "waiting", "ErrImagePull", 0, "", false},
        Case{
            "CrashLoop",
            R"("restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":2,"reason":"Error","containerID":"e2"}})",
            "", "waiting", "CrashLoopBackOff", 2, "e2", true},
        Case{
            "Restarted",
            R"("restartCount":1,"state":{"running":{}},"lastState":{"terminated":{"exitCode":1,"reason":"Error","containerID":"e1"}})",
            "", "running", "Error", 1, "e1", true},
        Case{"CouldNotStart",
             R"("restartCount":0,"state":{"terminated":{"exitCode":128,"reason":"StartError","finishedAt":"t"}})", "",
             "terminated", "StartError", 128, "at t", false},
        Case{"EndedByDeletion", R"("restartCount":0,"state":{"terminated":{"exitCode":143,"containerID":"e1"}})",
             k_deleting, "", "", 0, "", false},
        Case{"FailedAndDeleted",
             R"("restartCount":0,"state":{"terminated":{"exitCode":1,"reason":"Error","containerID":"e1"}})",
             k_deleting, "terminated", "Error", 1, "e1", false},
        Case{"OutOfMemoryAndDeleted",
             R"("restartCount":0,"state":{"terminated":{"exitCode":137,"reason":"OOMKilled","containerID":"e1"}})",
             k_deleting, "terminated", "OOMKilled", 137, "e1", false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Troubles, CrashLoopSaysHowItEndedBefore)
{
  const auto all = troubles(document(pod_json(
      "n", "p",
      R"("restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 10s"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","containerID":"e2"}})")));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].fact.message, "back-off 10s; it ended with exit code 137 (OOMKilled) before");
}

TEST(Troubles, OfThePodAsAWhole)
{
  const auto unschedulable = troubles(document(
      R"({"metadata":{"name":"p","namespace":"n"},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes"}]}})"));
  ASSERT_EQ(unschedulable.size(), 1U);
  EXPECT_EQ(unschedulable[0].fact.container, "");
  EXPECT_EQ(unschedulable[0].fact.reason, "Unschedulable");
  EXPECT_EQ(unschedulable[0].fact.message, "0/1 nodes");
  const auto evicted = troubles(document(
      R"({"metadata":{"name":"p","namespace":"n"},"status":{"phase":"Failed","reason":"Evicted","message":"low on memory"}})"));
  ASSERT_EQ(evicted.size(), 1U);
  EXPECT_EQ(evicted[0].fact.state, "terminated");
  EXPECT_EQ(evicted[0].fact.reason, "Evicted");
}

TEST(Troubles, OfOddObjectsAreNone)
{
  for (const char* odd :
       {"{}", "[]", "7", R"({"status":{"containerStatuses":[{"state":{"terminated":{"exitCode":1}}}]}})",
        R"({"metadata":{"name":7},"status":[]})",
        R"({"metadata":{"name":"p"},"status":{"containerStatuses":[7,null]}})"})
    EXPECT_THAT(troubles(document(odd)), IsEmpty()) << odd;
}

TEST(Troubles, AreBounded)
{
  std::string statuses = R"({"name":"c","state":{"terminated":{"exitCode":1}}})";
  for (int i = 0; i < 5000; ++i) statuses += R"(,{"name":"c","state":{"terminated":{"exitCode":1}}})";
  const auto all = troubles(document(R"({"metadata":{"name":"p"},"status":{"containerStatuses":[)" + statuses + "]}}"));
  EXPECT_LE(all.size(), 50U);
}

TEST(EventFact, ReadsOldAndNewForms)
{
  const auto old = event_fact(document(event_json("n", "e", "Back-off", 7)));
  EXPECT_EQ(to_json(old), R"({"namespace":"n","object":"Pod/p","reason":"BackOff","message":"Back-off","count":7,)"
                          R"("first":"2026-03-01T00:00:00Z","last":"2026-03-01T00:00:05Z"})");
  const auto young = event_fact(document(
      R"({"metadata":{"namespace":"default"},"reason":"X","eventTime":"2026-03-01T00:00:01.5Z","firstTimestamp":null,"series":{"count":4,"lastObservedTime":"2026-03-01T00:00:09Z"},"involvedObject":{"kind":"Node","name":"w1"}})"));
  EXPECT_EQ(young.nspace, "default");
  EXPECT_EQ(young.object, "Node/w1");
  EXPECT_EQ(young.count, 4);
  EXPECT_EQ(young.first, "2026-03-01T00:00:01.5Z");
  EXPECT_EQ(young.last, "2026-03-01T00:00:09Z");
}

TEST(EventFact, IsBoundedAndNeverNegative)
{
  std::string message;
  for (int i = 0; i < 5000; ++i) message += "ä";
  const auto fact = event_fact(document(event_json("n", "e", message, -5)));
  EXPECT_LE(fact.message.size(), k_longest_message);
  EXPECT_TRUE(utf8::valid(fact.message));
  EXPECT_EQ(fact.count, 1);
}

TEST(NodeFacts, AreTheConditionsThatAreBad)
{
  const auto all = node_facts(document(
      R"({"metadata":{"name":"w1"},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"MemoryPressure","status":"True","message":"low"},{"type":"DiskPressure","status":"False"},{"type":"Ready","status":"Unknown","message":"no word"}]}})"));
  std::vector<std::string> texts;
  for (const auto& fact : all) texts.push_back(fact.name + " " + fact.condition + " " + fact.message);
  EXPECT_THAT(
      texts, ElementsAre("w1 MemoryPressure low", "w1 NotReady no word", "w1 SchedulingDisabled the node is cordoned"));
  EXPECT_THAT(
      node_facts(document(R"({"metadata":{"name":"w1"},"status":{"conditions":[{"type":"Ready","status":"True"}]}})")),
      IsEmpty());
}

TEST(Readiness, SaysWhyNot)
{
  const auto object = document(
      R"({"status":{"conditions":[{"type":"Ready","status":"False","reason":"Error","message":"no webhook"},{"type":"Succeeded","status":"True"}]}})");
  EXPECT_FALSE(readiness(object).ready);
  EXPECT_EQ(readiness(object).message, "no webhook");
  EXPECT_TRUE(readiness(object, "Succeeded").ready);
  EXPECT_FALSE(readiness(document("{}")).ready);
}

TEST(ObjectStateTest, ShowsWhatARunIsMadeOf)
{
  const auto state = object_state(
      document(
          R"({"metadata":{"name":"r","ownerReferences":[{"kind":"PipelineRun","name":"pr"}]},"status":{"podName":"r-pod","conditions":[{"type":"Succeeded","status":"False","reason":"Failed","message":"step failed"}],"steps":[{"name":"good","terminated":{"exitCode":0}},{"name":"bad","terminated":{"exitCode":3,"reason":"Error"}}],"childReferences":[{"kind":"TaskRun","name":"t"}]}})"),
      "TaskRun");
  EXPECT_EQ(state.owner, "PipelineRun/pr");
  EXPECT_THAT(state.conditions, ElementsAre("Succeeded=False Failed: step failed"));
  EXPECT_THAT(state.parts, ElementsAre("Pod/r-pod", "TaskRun/t", "step bad: exit code 3 (Error)"));
}

} // namespace
} // namespace streamgate::facts
