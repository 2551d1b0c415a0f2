// SPDX-License-Identifier: Apache-2.0
#include "facts/fixture.hpp"
#include "facts/recorder.hpp"
#include "support/kube_fixture.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

// The recorder against a real API server, and before servers that misbehave. A kubelet's logs are played.
namespace streamgate::facts {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class RecorderTest : public test::KubeTest {
protected:
  void SetUp() override
  {
    KubeTest::SetUp();
    if (HasFatalFailure()) return;
    m_faults = fault_server();
    m_space = nspace() + "-suite";
  }

  // Start, and wait until both watches stand.
  void start(std::size_t watches = 2)
  {
    begin();
    eventually([&] { return m_faults->count("watch=1") >= watches; });
  }
  void begin(RecorderOptions options = quick_options())
  {
    kube::Config config;
    config.server = m_faults->url();
    m_recorder.emplace(config, options);
  }
  static RecorderOptions quick_options() { return {.loop = {}, .pause = 20ms, .log_gap = 1ms, .patience = 2s}; }

  void eventually(const std::function<bool()>& condition)
  {
    const Cancel never;
    for (int i = 0; i < 2000 && !condition(); ++i) ASSERT_TRUE(never.sleep(10ms));
    ASSERT_TRUE(condition()) << "it did not come true in 20 s";
  }
  void wait_for(Progress wanted)
  {
    eventually([&] {
      const auto now = m_recorder->progress();
      return now.events >= wanted.events && now.containers >= wanted.containers && now.logs >= wanted.logs;
    });
  }

  void make_namespace()
  {
    const auto made = admin().create(kube::k_namespaces, "", fmt::format(R"({{"metadata":{{"name":"{}"}}}})", m_space));
    ASSERT_TRUE(made) << made.error().text();
  }
  void add_event(const std::string& name, const std::string& message)
  {
    const auto made = admin().create(kube::k_events, m_space, event_json(m_space, name, message));
    ASSERT_TRUE(made) << made.error().text();
  }
  // A pod whose container ended badly.
  void add_bad_pod(const std::string& name,
                   const std::string& state = R"("terminated":{"exitCode":3,"reason":"Error"})")
  {
    const auto made =
        admin().create(kube::k_pods, m_space,
                       fmt::format(R"({{"metadata":{{"name":"{}"}},"spec":{{"containers":[{{"name":"main","image":"x",)"
                                   R"("env":[{{"name":"DB_PASSWORD","value":"correct-horse"}}]}}]}}}})",
                                   name));
    ASSERT_TRUE(made) << made.error().text();
    const kube::Resource status{"", "v1", std::string_view(m_status = "pods/" + name), "Pod"};
    const auto set = admin().patch(
        status, {m_space, "status"}, kube::PatchType::merge,
        fmt::format(
            R"({{"status":{{"phase":"Running","containerStatuses":[{{"name":"main","ready":false,"image":"x","imageID":"",)"
            R"("restartCount":0,"state":{{{}}}}}]}}}})",
            state));
    ASSERT_TRUE(set) << set.error().text();
  }
  // What a suite's teardown does, and the controllers that this API server lacks.
  void delete_namespace(const std::vector<std::string>& pods, const std::vector<std::string>& events)
  {
    for (const auto& pod : pods) ASSERT_TRUE(admin().remove(kube::k_pods, {m_space, pod}, {.grace = 0}));
    for (const auto& event : events) ASSERT_TRUE(admin().remove(kube::k_events, {m_space, event}));
    ASSERT_TRUE(admin().remove(kube::k_namespaces, {"", m_space}));
    const kube::Resource finalize{"", "v1", std::string_view(m_status = "namespaces/" + m_space), "Namespace", false};
    const auto done = admin().replace(
        finalize, {"", "finalize"},
        fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}},"spec":{{}}}})", m_space));
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_EQ(admin().get(kube::k_namespaces, {"", m_space}).error().code, ErrorCode::not_found);
  }
  std::vector<std::string> messages(const Seen& seen) const
  {
    std::vector<std::string> out;
    for (const auto& event : seen.events) {
      if (event.nspace == m_space) out.push_back(event.message);
    }
    return out;
  }
  const SeenContainer* container(const Seen& seen, const std::string& pod) const
  {
    const auto found = std::ranges::find_if(
        seen.containers, [&](const auto& one) { return one.fact.nspace == m_space && one.fact.pod == pod; });
    return found == seen.containers.end() ? nullptr : &*found;
  }

  std::unique_ptr<test::FaultServer> m_faults;
  std::optional<Recorder> m_recorder;
  std::string m_space, m_status;
};

TEST_F(RecorderTest, KeepsWhatADeletedNamespaceHad)
{
  const std::string token = "ghp_" + std::string(36, 'k');
  m_faults->add({.path = "/log", .answer = http_answer(200, "pw correct-horse, " + token + "\npanic: it broke\n")});
  start();
  make_namespace();
  add_event("e1", "cannot clone with " + token);
  add_bad_pod("bad");
  wait_for({.events = 1, .containers = 1, .logs = 1});
  delete_namespace({"bad"}, {"e1"});
  const auto seen = m_recorder->stop();
  EXPECT_THAT(messages(seen), Contains("cannot clone with [redacted]"));
  const auto* bad = container(seen, "bad");
  ASSERT_NE(bad, nullptr);
  EXPECT_EQ(bad->fact.exit_code, 3);
  EXPECT_EQ(bad->log, "pw [redacted], [redacted]\npanic: it broke\n");
  EXPECT_THAT(seen.problems.all(), IsEmpty());
  ASSERT_TRUE(seen.before);
  EXPECT_TRUE(seen.before->contains("default"));
  EXPECT_FALSE(seen.before->contains(m_space));
}

TEST_F(RecorderTest, AsksLittleOfTheServer)
{
  start();
  make_namespace();
  for (int i = 0; i < 30; ++i) add_event("e" + std::to_string(i), "message " + std::to_string(i));
  wait_for({.events = 30});
  EXPECT_EQ(m_faults->seen().size(), 5U) << "namespaces, and a list and a watch of events and pods";
  EXPECT_LE(m_faults->connections(), 5);
}

TEST_F(RecorderTest, PreviousLogIsAskedForInACrashLoop)
{
  m_faults->add({.path = "/log", .answer = http_answer(200, "boom\n")});
  start();
  make_namespace();
  add_bad_pod("looping",
              R"("waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":2,"reason":"Error"})");
  wait_for({.containers = 1, .logs = 1});
  EXPECT_EQ(m_faults->count("/pods/looping/log?container=main&previous=true&tailLines=100&limitBytes=1048576"), 1U);
  EXPECT_EQ(container(m_recorder->stop(), "looping")->fact.reason, "CrashLoopBackOff");
}

TEST_F(RecorderTest, CutWatchesAndGoneOnesAreTakenUpAgain)
{
  m_faults->add({.path = "events?fieldSelector=type%3DWarning&watch=1", .answer = http_answer(410, "{}")});
  m_faults->add({.path = "/log", .answer = http_answer(200, "log\n"), .times = 100});
  start(3);
  make_namespace();
  for (int i = 0; i < 4; ++i) {
    add_event("e" + std::to_string(i), "message " + std::to_string(i));
    add_bad_pod("p" + std::to_string(i));
    m_faults->cut();
  }
  wait_for({.events = 4, .containers = 4, .logs = 4});
  const auto seen = m_recorder->stop();
  EXPECT_EQ(messages(seen).size(), 4U);
  for (const auto& event : seen.events) EXPECT_EQ(event.count, 1) << event.message << ": counted twice";
}

TEST_F(RecorderTest, ThrottlingAndServerErrorsAreWaitedOut)
{
  m_faults->add({.path = "/events", .answer = http_answer(429, "", "Retry-After: 1\r\n")});
  m_faults->add({.path = "/events", .answer = http_answer(503, "")});
  m_faults->add({.path = "/pods?", .answer = http_answer(500, ""), .times = 2});
  m_faults->add({.path = "/pods?", .answer = ""});
  m_faults->add({.path = "/log", .answer = http_answer(503, "")}); // and then it is there
  m_faults->add({.path = "/log", .answer = http_answer(200, "log\n")});
  start();
  make_namespace();
  add_event("e1", "message");
  add_bad_pod("bad");
  wait_for({.events = 1, .containers = 1, .logs = 1});
  const auto seen = m_recorder->stop();
  EXPECT_EQ(container(seen, "bad")->log, "log\n");
  EXPECT_THAT(seen.problems.all(), IsEmpty());
}

TEST_F(RecorderTest, WithoutTheRightForEventsPodsAreSeen)
{
  const auto refused = http_answer(403, R"({"kind":"Status","message":"events is forbidden"})");
  m_faults->add({.path = "/events", .answer = refused, .times = 100000});
  m_faults->add({.path = "/log", .answer = http_answer(403, R"({"kind":"Status","message":"no logs"})"), .times = 100});
  start(1);
  make_namespace();
  add_bad_pod("bad");
  wait_for({.containers = 1});
  eventually([&] { return m_faults->count("/log") > 0; });
  const auto seen = m_recorder->stop();
  ASSERT_NE(container(seen, "bad"), nullptr);
  EXPECT_EQ(container(seen, "bad")->log, "");
  EXPECT_THAT(seen.problems.all(),
              AllOf(Contains(HasSubstr("events could not be watched")), Contains(HasSubstr("no events were seen"))));
}

TEST_F(RecorderTest, ARightThatComesBackIsUsed)
{
  m_faults->add({.path = "/events", .answer = http_answer(403, "{}"), .times = 3});
  start();
  make_namespace();
  add_event("e1", "message");
  wait_for({.events = 1});
  EXPECT_THAT(m_recorder->stop().problems.all(), Contains(HasSubstr("events could not be watched")));
}

TEST_F(RecorderTest, AnAccountWithoutAnyRightIsAProblemAlone)
{
  Recorder recorder(server().token_user("nobody"), quick_options());
  const auto seen = recorder.stop();
  EXPECT_FALSE(seen.before);
  EXPECT_THAT(seen.events, IsEmpty());
  EXPECT_THAT(seen.problems.all(), Contains(HasSubstr("the namespaces before the suite could not be listed")));
}

TEST_F(RecorderTest, WhatWasThereBeforeIsNotTheSuites)
{
  make_namespace();
  add_event("old", "before");
  add_bad_pod("old");
  start();
  add_event("new", "after");
  add_bad_pod("new", R"("waiting":{"reason":"ErrImagePull"})");
  wait_for({.events = 1, .containers = 1});
  const auto seen = m_recorder->stop();
  EXPECT_THAT(messages(seen), testing::ElementsAre("after"));
  EXPECT_EQ(container(seen, "old"), nullptr);
  EXPECT_NE(container(seen, "new"), nullptr);
}

// Takes connections, and says nothing.
class SilentServer {
public:
  SilentServer() : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), m_port(test::bind_loopback(m_fd))
  {
    ::listen(m_fd, 64);
  }
  ~SilentServer() { ::close(m_fd); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
  int m_fd;
  int m_port;
};

TEST(Recorder, ASilentServerCostsItsPatienceOnceAndEndsAtOnce)
{
  const SilentServer server;
  kube::Config config;
  config.server = server.url();
  const auto begin = std::chrono::steady_clock::now();
  Recorder recorder(config, {.patience = 300ms});
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_LT(begun - begin, 2s);
  const auto seen = recorder.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  EXPECT_THAT(seen.problems.all(), Contains(HasSubstr("no pods were seen")));
}

TEST_F(RecorderTest, EndsAtOnceInTheMiddleOfALog)
{
  m_faults->add({.path = "/log", .answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"});
  begin({.log_gap = 1ms, .patience = 30s});
  eventually([&] { return m_faults->count("watch=1") >= 2; });
  make_namespace();
  add_bad_pod("bad");
  eventually([&] { return m_faults->count("/log") == 1; });
  const auto start = std::chrono::steady_clock::now();
  const auto seen = m_recorder->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_EQ(container(seen, "bad")->log, "");
}

} // namespace
} // namespace streamgate::facts
