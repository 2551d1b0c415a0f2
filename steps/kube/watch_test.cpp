// SPDX-License-Identifier: Apache-2.0
#include "kube/watch_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

// What a Loop does at a real API server.
namespace streamgate::kube {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::Recorder;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(WatchTest, TellsOfAdditionChangeAndDeletion)
{
  put("old", "0");
  Loop loop(admin(), m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  EXPECT_EQ(m_recorder.resets, 1);
  EXPECT_EQ(m_recorder.synced, 1);
  EXPECT_THAT(m_recorder.told, ElementsAre("added old=0"));
  put("a", "1");
  put("a", "2");
  remove("old");
  SG_RUN(loop, [&] { return m_recorder.told.size() >= 4; });
  EXPECT_THAT(m_recorder.told, ElementsAre("added old=0", "added a=1", "modified a=2", "deleted old=0"));
  EXPECT_EQ(m_recorder.resets, 1);
}

TEST_F(WatchTest, ListComesInPagesAndDoneIsNotAskedInBetween)
{
  for (int i = 0; i < 30; ++i) put(fmt::format("m{:02}", i), "");
  const auto faults = fault_server();
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {.page = 7}, m_recorder);
  std::vector<std::size_t> sizes;
  SG_RUN(loop, [&] { return sizes.push_back(m_recorder.state.size()), true; });
  EXPECT_THAT(sizes, ElementsAre(30U));
  EXPECT_EQ(m_recorder.resets, 1);
  EXPECT_EQ(faults->count("limit=7"), 5U);
}

TEST_F(WatchTest, DoneIsAskedOnlyWhenEveryWatchIsSynced)
{
  const auto faults = fault_server();
  faults->add({.path = "/secrets", .answer = http_answer(503, "", "Retry-After: 1\r\n")});
  const auto client = client_of(*faults);
  Recorder secrets;
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  loop.watch(k_secrets, nspace(), {}, secrets);
  int synced = -1;
  SG_RUN(loop, [&] { return synced = secrets.synced, true; });
  EXPECT_EQ(synced, 1);
}

TEST_F(WatchTest, HandlersMayAddWatches)
{
  Recorder secrets;
  Loop loop(admin(), m_cancel);
  m_recorder.hook = [&](const std::string&) { loop.watch(k_secrets, nspace(), {}, secrets); };
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  put("a", "1");
  SG_RUN(loop, [&] { return secrets.synced == 1; });
}

TEST_F(WatchTest, ManyWatchesRunOverOneLoop)
{
  constexpr std::size_t k_many = 30;
  std::vector<std::unique_ptr<Recorder>> recorders;
  Loop loop(admin(), m_cancel);
  for (std::size_t i = 0; i < k_many; ++i) {
    recorders.push_back(std::make_unique<Recorder>());
    loop.watch(k_config_maps, nspace(), {.fields = fmt::format("metadata.name=m{}", i)}, *recorders.back());
  }
  SG_RUN(loop, [] { return true; });
  for (std::size_t i = 0; i < k_many; ++i) put(fmt::format("m{}", i), std::to_string(i));
  SG_RUN(loop, [&] { return std::ranges::all_of(recorders, [](const auto& one) { return one->state.size() == 1; }); });
}

TEST_F(WatchTest, EventsThatCameBetweenRunsAreNotLost)
{
  Loop loop(admin(), m_cancel, {.idle = 200ms});
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  put("a", "1");
  ASSERT_TRUE(m_cancel.sleep(400ms)); // longer than the watch may be silent
  SG_RUN(loop, [&] { return !m_recorder.state.empty(); });
  EXPECT_THAT(m_recorder.told, ElementsAre("added a=1"));
}

TEST_F(WatchTest, BookmarkMovesTheVersionOnWhileNothingHappensHere)
{
  const auto faults = fault_server();
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel, {.life = 8s});
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  int changes = 0;
  const auto change_elsewhere = [&](Duration) {
    if (faults->count(watch_path()) > 1) return m_cancel.request();
    const auto body = fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"x"}},"data":{{"i":"{}"}}}})", ++changes);
    EXPECT_TRUE(admin().apply(k_config_maps, {"default", "x"}, "test", body));
  };
  const auto end = loop.run(
      in(20s), [] { return false; }, change_elsewhere, 100ms);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::cancelled);
  std::vector<int> versions;
  for (const auto& line : faults->seen()) {
    const auto at = line.find("resourceVersion=");
    if (at != std::string::npos) versions.push_back(std::stoi(line.substr(at + 16)));
  }
  ASSERT_GE(versions.size(), 2U);
  EXPECT_GT(versions[1], versions[0]);
  EXPECT_EQ(m_recorder.resets, 1);
  EXPECT_THAT(m_recorder.told, testing::IsEmpty());
}

TEST_F(WatchTest, CancellationEndsAWatchAtOnce)
{
  Loop loop(admin(), m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  SteadyTime requested;
  std::thread other([&] {
    const Cancel own;
    EXPECT_TRUE(own.sleep(200ms)); // the loop waits by then
    requested = std::chrono::steady_clock::now();
    m_cancel.request();
  });
  const auto status = loop.run(in(30s), [] { return false; });
  const auto end = std::chrono::steady_clock::now();
  other.join();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::cancelled);
  EXPECT_LT(end - requested, 100ms);
  RecordProperty("cancel_us",
                 std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(end - requested).count()));
}

TEST_F(WatchTest, DeadlineIsATimeoutThatTellsTheLastProblem)
{
  const auto faults = fault_server();
  faults->add({.answer = http_answer(503, R"({"kind":"Status","message":"etcd is away"})"), .times = 10000});
  const auto client = client_of(*faults);
  Loop loop(client, m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  int ticks = 0;
  const auto status = loop.run(
      in(500ms), [] { return true; }, [&](Duration) { ++ticks; }, 50ms);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::timeout);
  EXPECT_THAT(status.error().message, HasSubstr("etcd is away"));
  EXPECT_GE(ticks, 5);
  EXPECT_LE(ticks, 11);
}

TEST_F(WatchTest, WhatRepeatingDoesNotCureEndsTheLoop)
{
  const auto run = [&](const Client& client, const Resource& resource) {
    Loop loop(client, m_cancel);
    loop.watch(resource, nspace(), {}, m_recorder);
    const auto status = loop.run(in(20s), [] { return true; });
    return status ? ErrorCode::internal : status.error().code;
  };
  const auto client = [&](const Config& config) { return std::move(*Client::make(config, m_cancel, quick())); };
  EXPECT_EQ(run(client(server().token_user("nobody-token-1")), k_config_maps), ErrorCode::forbidden);
  EXPECT_EQ(run(client(server().token_user("wrong-token")), k_config_maps), ErrorCode::unauthorized);
  EXPECT_EQ(run(admin(), k_csvs), ErrorCode::not_found);
  auto other_ca = server().admin();
  other_ca.ca = test::Authority("other").certificate();
  EXPECT_EQ(run(client(other_ca), k_config_maps), ErrorCode::tls);
}

TEST_F(WatchTest, HandlerIsCalledAsSoonAsTheServerTells)
{
  put("a", "0");
  Loop loop(admin(), m_cancel);
  loop.watch(k_config_maps, nspace(), {}, m_recorder);
  SG_RUN(loop, [] { return true; });
  std::vector<double> milliseconds;
  for (int i = 1; i <= 50; ++i) {
    SteadyTime sent;
    SteadyTime handled;
    m_recorder.hook = [&](const std::string&) { handled = std::chrono::steady_clock::now(); };
    std::thread other([&] {
      const Cancel cancel;
      const auto client = server().client(cancel);
      ASSERT_TRUE(client.get(k_config_maps, {nspace(), "a"})); // connects
      sent = std::chrono::steady_clock::now();
      ASSERT_TRUE(client.patch(k_config_maps, {nspace(), "a"}, PatchType::merge,
                               fmt::format(R"({{"data":{{"value":"{}"}}}})", i)));
    });
    const auto status = until(loop, [&] { return m_recorder.state["a"] == std::to_string(i); });
    other.join();
    ASSERT_TRUE(status) << status.error().text();
    milliseconds.push_back(std::chrono::duration<double, std::milli>(handled - sent).count());
  }
  std::ranges::sort(milliseconds);
  const auto line = fmt::format("PATCH to handler: median {:.2f} ms, 90% {:.2f} ms, longest {:.2f} ms",
                                milliseconds[25], milliseconds[45], milliseconds[49]);
  fmt::print("{}\n", line);
  RecordProperty("latency", line);
  EXPECT_LT(milliseconds[25], 100) << line;
}

} // namespace
} // namespace streamgate::kube
