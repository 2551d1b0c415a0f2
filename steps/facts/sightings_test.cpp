// SPDX-License-Identifier: Apache-2.0
#include "facts/fixture.hpp"
#include "facts/sightings.hpp"

#include <gmock/gmock.h>

namespace streamgate::facts {
namespace {

using kube::EventType;
using testing::IsEmpty;

const Namespaces k_old = std::set<std::string>{"old"};

TEST(EventSightings, KeepWhatIsDeleted)
{
  EventSightings sightings(k_old);
  sightings.on_synced();
  sightings.on_object(EventType::added, document(event_json("n", "e1", "Back-off", 1)));
  sightings.on_object(EventType::modified, document(event_json("n", "e1", "Back-off", 4)));
  sightings.on_object(EventType::deleted, document(event_json("n", "e1", "Back-off", 4)));
  sightings.on_object(EventType::added, document(event_json("n", "e2", "all is well", 1, "Normal")));
  const auto all = sightings.all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].count, 4);
}

TEST(EventSightings, CountEqualOnesTogether)
{
  EventSightings sightings(k_old);
  sightings.on_synced();
  for (int i = 0; i < 3; ++i)
    sightings.on_object(EventType::added, document(event_json("n", "e" + std::to_string(i), "Back-off", 2)));
  const auto all = sightings.all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].count, 6);
}

// In a namespace that was there before, what the first list has is older than the suite; in another it is not.
TEST(EventSightings, LeaveOutWhatWasThereBefore)
{
  EventSightings sightings(k_old);
  const auto before = document(event_json("old", "e1", "before", 1));
  sightings.on_object(EventType::added, before);
  sightings.on_object(EventType::added, document(event_json("new", "e1", "quick", 1)));
  sightings.on_synced();
  sightings.on_object(EventType::added, before); // a list anew
  EXPECT_EQ(sightings.all().size(), 1U);
  sightings.on_object(EventType::modified, document(event_json("old", "e1", "before", 2)));
  EXPECT_EQ(sightings.all().size(), 2U) << "it happened again";
}

TEST(EventSightings, AllIsOldWhereNobodyKnows)
{
  const Namespaces unknown;
  EventSightings sightings(unknown);
  sightings.on_object(EventType::added, document(event_json("n", "e1", "before", 1)));
  sightings.on_synced();
  EXPECT_THAT(sightings.all(), IsEmpty());
  sightings.on_object(EventType::added, document(event_json("n", "e2", "after", 1)));
  EXPECT_EQ(sightings.all().size(), 1U);
}

TEST(EventSightings, AreBoundedAndSaySo)
{
  EventSightings sightings(k_old);
  sightings.on_synced();
  for (int i = 0; i < 10'000; ++i)
    sightings.on_object(EventType::added, document(event_json("n" + std::to_string(i % 20), "e" + std::to_string(i),
                                                              "message " + std::to_string(i))));
  EXPECT_EQ(sightings.all().size(), 2000U);
  EXPECT_EQ(sightings.dropped(), 8000U);
  EXPECT_EQ(sightings.all().back().message, "message 9989") << "the newest of n9, the last in order of names";
}

TEST(EventSightings, HoldNoSecret)
{
  EventSightings sightings(k_old);
  sightings.on_synced();
  const std::string token = "ghp_" + std::string(36, 'k');
  sightings.on_object(EventType::added, document(event_json("n", "e1", "cannot clone with " + token)));
  EXPECT_EQ(sightings.all().at(0).message, "cannot clone with [redacted]");
}

TEST(PodSightings, WantALogOnceForEachEnd)
{
  PodSightings sightings(k_old);
  sightings.on_synced();
  sightings.on_object(EventType::modified, document(pod_json("n", "p", R"("state":{"running":{}})")));
  EXPECT_THAT(sightings.wanted(), IsEmpty());
  for (int i = 0; i < 3; ++i) sightings.on_object(EventType::modified, document(pod_json("n", "p", ended_json(3))));
  ASSERT_EQ(sightings.wanted().size(), 1U);
  const auto& wanted = sightings.wanted().front();
  EXPECT_EQ(wanted.nspace + "/" + wanted.pod + "/" + wanted.container, "n/p/main");
  EXPECT_FALSE(wanted.previous);
  EXPECT_EQ(wanted.secrets, std::vector<std::string>{"correct-horse"});
  sightings.keep_log(wanted, "last words");
  sightings.on_object(
      EventType::modified,
      document(pod_json(
          "n", "p",
          R"("restartCount":0,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":3,"reason":"Error","containerID":"e1"}})")));
  EXPECT_EQ(sightings.wanted().size(), 1U) << "the same end";
  sightings.on_object(EventType::modified, document(pod_json("n", "p", ended_json(3, "e2"))));
  EXPECT_EQ(sightings.wanted().size(), 2U);
  sightings.on_object(EventType::deleted, document(pod_json("n", "p", ended_json(3, "e3"))));
  EXPECT_EQ(sightings.wanted().size(), 2U) << "a pod that is gone has no log";
  const auto all = sightings.all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].log, "last words");
}

TEST(PodSightings, LeaveOutWhatWasThereBefore)
{
  PodSightings sightings(k_old);
  const auto before = document(pod_json("old", "p", ended_json(1)));
  sightings.on_object(EventType::added, before);
  sightings.on_object(EventType::added, document(pod_json("new", "p", ended_json(1))));
  sightings.on_synced();
  sightings.on_object(EventType::modified, before);
  EXPECT_EQ(sightings.all().size(), 1U);
  EXPECT_EQ(sightings.wanted().size(), 1U);
}

TEST(PodSightings, AreBoundedAndSaySo)
{
  PodSightings sightings(k_old);
  sightings.on_synced();
  for (int i = 0; i < 10'000; ++i)
    sightings.on_object(EventType::added,
                        document(pod_json("n" + std::to_string(i % 30), "p" + std::to_string(i), ended_json(1))));
  EXPECT_EQ(sightings.all().size(), 300U);
  EXPECT_EQ(sightings.dropped(), 9700U);
  EXPECT_EQ(sightings.wanted().size(), PodSightings::k_most_wanted);
  EXPECT_EQ(sightings.unread(), 10'000U - PodSightings::k_most_wanted);
  for (const auto& wanted : sightings.wanted()) sightings.keep_log(wanted, "x"); // of those that were dropped, too
}

} // namespace
} // namespace streamgate::facts
