// SPDX-License-Identifier: Apache-2.0
#include "kube/watch_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

// What a Loop does when the API server or the way to it fails.
namespace streamgate::kube {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::Recorder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST_F(WatchTest, CutConnectionGoesOnWhereItStood)
{
  put("a", "1");
  const auto faults = fault_server();
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  for (int i = 2; i < 6; ++i) {
    faults->cut();
    put("a", std::to_string(i));
    SG_RUN(loop, [&] { return m_recorder.state["a"] == std::to_string(i); });
  }
  EXPECT_THAT(m_recorder.told,
              ElementsAre("added a=1", "modified a=2", "modified a=3", "modified a=4", "modified a=5"));
  EXPECT_EQ(m_recorder.resets, 1) << "a cut connection needs no new list";
}

TEST_F(WatchTest, HalfOpenConnectionIsFoundByItsSilence)
{
  const auto faults = fault_server();
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel, {.idle = 300ms});
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  put("a", "1");
  SG_RUN(loop, [&] { return m_recorder.state.size() == 1; });
  faults->freeze();
  put("a", "2");
  const auto start = std::chrono::steady_clock::now();
  SG_RUN(loop, [&] { return m_recorder.state["a"] == "2"; });
  EXPECT_GE(std::chrono::steady_clock::now() - start, 200ms) << "the connection was not frozen";
  EXPECT_EQ(m_recorder.resets, 1);
}

TEST_F(WatchTest, RealGoneListsAnew)
{
  // Events have no watch cache: etcd itself says what it has forgotten.
  const auto event = [&](const std::string& name) {
    const auto made = admin().create(
        k_events, nspace(),
        fmt::format(R"({{"metadata":{{"name":"{}"}},"involvedObject":{{"namespace":"{}"}}}})", name, nspace()));
    EXPECT_TRUE(made) << made.error().text();
  };
  event("first");
  bool once = true;
  const auto faults = fault_server([&](const std::string& path) {
    if (path.find("watch=1") == std::string::npos || !std::exchange(once, false)) return;
    event("second");
    EXPECT_TRUE(admin().remove(k_events, {nspace(), "first"}));
    EXPECT_TRUE(server().compact());
  });
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_events, nspace(), {}, m_recorder);
  SG_RUN(loop, [&] { return m_recorder.resets == 2; });
  EXPECT_THAT(m_recorder.state, ElementsAre(Pair("second", "")));
  EXPECT_EQ(m_recorder.synced, 2);
}

TEST_F(WatchTest, GoneAsAStatusListsAnew)
{
  const auto faults = fault_server();
  faults->add({.path = watch_path(), .answer = http_answer(410, R"({"kind":"Status","code":410,"reason":"Expired"})")});
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [&] { return m_recorder.resets == 2; });
  put("a", "1");
  SG_RUN(loop, [&] { return m_recorder.state.size() == 1; });
}

TEST_F(WatchTest, GoneInTheMiddleOfAListStartsTheListAnew)
{
  for (int i = 0; i < 10; ++i) put(fmt::format("m{:02}", i), "");
  const auto faults = fault_server();
  faults->add({.path = "continue=", .answer = http_answer(410, "{}"), .times = 2});
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {.page = 4}, m_recorder);
  SG_RUN(loop, [] { return true; });
  EXPECT_EQ(m_recorder.told.size(), 10U);
  EXPECT_EQ(m_recorder.resets, 3);
}

TEST_F(WatchTest, TroubleOfTheStreamIsToldThoughTheListWorks)
{
  const auto faults = fault_server();
  faults->add({.path = watch_path(), .answer = http_answer(410, "{}"), .times = 2});
  const auto client = client_of(*faults, {.retry = {.first = 10ms, .longest = 10ms}});
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  // The third stream is let in, and nothing comes: nobody has seen it work yet.
  SG_RUN(loop, [&] { return m_recorder.synced == 3; });
  const auto status = loop.run(in(50ms), [] { return false; });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("status 410"));
  put("a", "1");
  SG_RUN(loop, [&] { return m_recorder.state.size() == 1; });
  const auto later = loop.run(in(50ms), [] { return false; });
  ASSERT_FALSE(later);
  EXPECT_THAT(later.error().message, Not(HasSubstr("status 410")));
}

TEST_F(WatchTest, EndlessGoneDoesNotRunInACircle)
{
  const auto faults = fault_server();
  faults->add({.path = watch_path(), .answer = http_answer(410, "{}"), .times = 10000});
  const auto client = client_of(*faults, {.retry = {.first = 50ms, .longest = 200ms}});
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  const auto status = loop.run(in(1s), [] { return false; });
  EXPECT_EQ(status.error().code, ErrorCode::timeout);
  EXPECT_THAT(status.error().message, HasSubstr("status 410"));
  EXPECT_LT(faults->count("configmaps"), 50U);
  EXPECT_GT(faults->count("configmaps"), 5U);
}

TEST_F(WatchTest, TooManyRequestsAndServerErrorsAreWaitedOut)
{
  put("a", "1");
  const auto faults = fault_server();
  faults->add({.path = list_path(), .answer = http_answer(429, "", "Retry-After: 1\r\n")});
  faults->add({.path = list_path(), .answer = http_answer(500, "")});
  faults->add({.path = list_path(), .answer = ""});
  faults->add({.path = watch_path(), .answer = http_answer(503, "")});
  faults->add({.path = watch_path(), .answer = ""});
  faults->add({.path = watch_path(), .answer = http_answer(200, "")});
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  const auto start = std::chrono::steady_clock::now();
  SG_RUN(loop, [] { return true; });
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
  put("a", "2");
  SG_RUN(loop, [&] { return m_recorder.state["a"] == "2"; });
  EXPECT_THAT(m_recorder.told, ElementsAre("added a=1", "modified a=2"));
}

TEST_F(WatchTest, StreamThatTellsNonsenseIsListedAnew)
{
  put("a", "1");
  const std::vector<std::string> nonsense = {
      "{\"type\":\"ADDED\"\n", // not JSON
      R"({"type":"ADDED","object":{"metadata":{"name":"x"}}})"
      "\n", // no version
      R"({"type":"SURPRISE","object":{"metadata":{"name":"x","resourceVersion":"9"}}})"
      "\n", // unknown type
      R"({"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd is away"}})"
      "\n", // a failure
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})"
      "\n", // gone
  };
  for (const auto& line : nonsense) {
    const auto faults = fault_server();
    faults->add({.path = watch_path(), .answer = http_answer(200, line)});
    const auto client = client_of(*faults);
    Recorder recorder;
    Loop loop(client, m_cancel);
    loop.watch(k_config_maps, nspace(), {}, recorder);
    SG_RUN(loop, [&] { return recorder.resets == 2; });
    EXPECT_THAT(recorder.told, ElementsAre("added a=1")) << line;
  }
}

TEST_F(WatchTest, HalfALineAtTheEndIsNotTold)
{
  const auto faults = fault_server();
  faults->add(
      {.path = watch_path(),
       .answer = http_answer(200, R"({"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"1"}}})")});
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  put("a", "1");
  SG_RUN(loop, [&] { return m_recorder.state.size() == 1; });
  EXPECT_EQ(faults->count(watch_path()), 2U);
  EXPECT_THAT(m_recorder.state, ElementsAre(Pair("a", "1")));
}

TEST_F(WatchTest, KilledAndRestartedServerIsFollowedOn)
{
  put("a", "1");
  put("b", "1");
  Loop loop(admin(), m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  Status status;
  const std::map<std::string, std::string> wanted = {{"a", "2"}, {"c", "3"}};
  std::thread other([&] {
    status = until(
        loop, [&] { return m_recorder.state == wanted; }, 150s);
  });
  const Cancel cancel;
  server().kill();
  const auto restarted = server().start();
  EXPECT_TRUE(restarted) << restarted.error().text();
  if (restarted) {
    const auto client = server().client(cancel);
    put(client, "a", "2");
    EXPECT_TRUE(client.remove(k_config_maps, {nspace(), "b"}));
    put(client, "c", "3");
  }
  other.join();
  EXPECT_TRUE(status) << status.error().text();
}

TEST_F(WatchTest, AnAccountThatMayListButNotWatchIsToldSoAtOnce)
{
  const auto faults = fault_server();
  faults->add({.path = watch_path(),
               .answer = http_answer(403, R"({"kind":"Status","message":"may not watch"})"),
               .times = 1000});
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  const auto status = loop.run(in(30s), [] { return false; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::forbidden);
  EXPECT_EQ(faults->count(watch_path()), 1U);
}

TEST_F(WatchTest, RefusalsOfAServerThatAllowedBeforeAreDoubtedForAWhile)
{
  const auto faults = fault_server();
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel, {.doubt = 1s});
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  put("a", "1");
  SG_RUN(loop, [&] { return m_recorder.state.size() == 1; });
  faults->add({.answer = http_answer(403, ""), .times = 2});
  faults->cut();
  put("a", "2");
  SG_RUN(loop, [&] { return m_recorder.state["a"] == "2"; });
  faults->add({.answer = http_answer(403, ""), .times = 100000});
  faults->cut();
  const auto start = std::chrono::steady_clock::now();
  const auto status = loop.run(in(30s), [] { return false; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::forbidden);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

} // namespace
} // namespace streamgate::kube
