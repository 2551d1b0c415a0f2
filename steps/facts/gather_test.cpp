// SPDX-License-Identifier: Apache-2.0
#include "facts/fixture.hpp"
#include "facts/gather.hpp"
#include "facts/keeper.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>

// What is written of a target that does not answer: what was seen while the suite ran.
namespace streamgate::facts {
namespace {

using testing::Contains;
using testing::HasSubstr;

class GatherTest : public testing::Test {
protected:
  GatherTest() : m_run(m_folder.path()) { m_nowhere.server = "http://127.0.0.1:1"; }

  record::Facts gather(Seen seen, const GatherOptions& options = {})
  {
    const auto status = facts::gather(m_nowhere, std::move(seen), m_run, m_cancel, options);
    EXPECT_TRUE(status) << status.error().text();
    return read();
  }
  record::Facts read() const
  {
    auto facts = m_run.load<record::Facts>();
    EXPECT_TRUE(facts) << facts.error().text();
    return facts.value_or(record::Facts{});
  }
  std::uintmax_t bytes() const
  {
    std::uintmax_t out = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(m_folder.path() / "artifacts")) {
      if (!entry.is_regular_file()) continue;
      EXPECT_LE(entry.file_size(), std::uintmax_t{256} << 10U) << entry.path();
      out += entry.file_size();
    }
    return out;
  }

  test::TestFolder m_folder;
  record::RunDir m_run;
  kube::Config m_nowhere;
  Cancel m_cancel;
};

record::FactEvent event(const std::string& nspace, const std::string& message)
{
  return {nspace, "Pod/p", "BackOff", message, 1, "2026-03-01T00:00:00Z", "2026-03-01T00:00:05Z"};
}

SeenContainer seen_container(const std::string& nspace, const std::string& pod, const std::string& log)
{
  return {{nspace, pod, "main", "terminated", "Error", "", 3, 0, ""}, "e1", log};
}

TEST_F(GatherTest, KeepsWhatWasSeenWhenTheServerDoesNotAnswer)
{
  Seen seen;
  seen.events = {event("n", "Back-off")};
  seen.containers = {seen_container("n", "p", "last words\n")};
  const auto facts = gather(std::move(seen));
  EXPECT_EQ(facts.namespaces, std::vector<std::string>{"n"});
  ASSERT_EQ(facts.containers.size(), 1U);
  EXPECT_EQ(facts.containers[0].log, "artifacts/namespaces/n/logs/p_main.log");
  EXPECT_EQ(m_folder.read(facts.containers[0].log), "last words\n");
  EXPECT_EQ(m_folder.read("artifacts/namespaces/n/events.txt"),
            "2026-03-01T00:00:05Z  1 times  Pod/p  BackOff: Back-off\n");
  const auto pods = json::parse(m_folder.read("artifacts/namespaces/n/pods.json"), "pods.json");
  ASSERT_TRUE(pods) << pods.error().text();
  EXPECT_EQ(json::text((*pods)[0], {"phase"}), "gone");
  EXPECT_THAT(facts.files,
              testing::UnorderedElementsAre("artifacts/namespaces/n/events.txt", "artifacts/namespaces/n/pods.json",
                                            "artifacts/namespaces/n/logs/p_main.log"));
  EXPECT_THAT(facts.problems, Contains(HasSubstr("it does not answer")));
}

TEST_F(GatherTest, HostileNamesStayInsideAndAreKeptApart)
{
  Seen seen;
  for (const char* name : {"../../../escaped", "/etc", "a/b", "a b", ".git"}) {
    seen.events.push_back(event(name, "m"));
    seen.containers.push_back(seen_container(name, std::string("../") + name, "log\n"));
  }
  const auto facts = gather(std::move(seen));
  EXPECT_EQ(facts.namespaces.size(), 5U);
  for (const auto& file : facts.files) {
    EXPECT_TRUE(file.starts_with("artifacts/namespaces/")) << file;
    EXPECT_EQ(std::filesystem::path(file).lexically_normal(), file);
    EXPECT_TRUE(std::filesystem::exists(m_run.path(file))) << file;
  }
  for (const auto& nspace : facts.namespaces)
    EXPECT_TRUE(std::filesystem::is_directory(m_run.path("artifacts/namespaces/" + nspace))) << nspace;
  for (const auto& entry : std::filesystem::directory_iterator(m_folder.path()))
    EXPECT_EQ(entry.path().filename(), "artifacts");
}

TEST_F(GatherTest, BoundsHoldWhateverWasSeen)
{
  Seen seen;
  for (int i = 0; i < 10'000; ++i) {
    const auto nspace = "n" + std::to_string(i % 300);
    seen.events.push_back(event(nspace, std::string(1024, 'x') + std::to_string(i)));
    if (i % 10 == 0)
      seen.containers.push_back(seen_container(nspace, "p" + std::to_string(i), std::string(32 << 10, 'y')));
  }
  const auto facts = gather(std::move(seen));
  EXPECT_LE(bytes(), (std::uintmax_t{8} << 20U) + (std::uintmax_t{256} << 10U));
  EXPECT_GT(bytes(), std::uintmax_t{4} << 20U);
  EXPECT_LE(facts.namespaces.size(), 100U);
  EXPECT_FALSE(facts.events.empty());
  EXPECT_THAT(facts.problems, Contains(HasSubstr("100 of 300 namespaces have a folder")));
  EXPECT_THAT(facts.problems, Contains(HasSubstr("files are left out")));
  EXPECT_THAT(facts.problems, Contains(testing::ContainsRegex("facts.json has [0-9]+ of [0-9]+ events")));
}

TEST_F(GatherTest, ARequestToEndIsHeeded)
{
  m_cancel.request();
  Seen seen;
  seen.events = {event("n", "Back-off")};
  const auto facts = gather(std::move(seen));
  EXPECT_EQ(facts.events.size(), 1U);
  EXPECT_THAT(facts.problems, testing::ElementsAre(HasSubstr("this step was to end")));
}

TEST_F(GatherTest, FactsThatCannotBeWrittenAreAnError)
{
  m_folder.write("artifacts", "a file where the folder should be");
  const auto status = facts::gather(m_nowhere, {}, m_run, m_cancel, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::io);
}

TEST(Shorten, DropsTheFirstUntilItFits)
{
  record::Facts facts;
  for (int i = 0; i < 1000; ++i) facts.events.push_back(event("n", std::to_string(i)));
  shorten(facts, 20'000);
  EXPECT_LE(to_pretty_json(facts).size(), 20'000U);
  EXPECT_GT(facts.events.size(), 20U);
  EXPECT_EQ(facts.events.back().message, "999");
  EXPECT_THAT(facts.problems, testing::ElementsAre(testing::ContainsRegex("facts.json has [0-9]+ of 1000 events")));
  const auto before = to_json(facts);
  shorten(facts, 20'000);
  EXPECT_EQ(to_json(facts), before);
  shorten(facts, 0);
  EXPECT_TRUE(facts.events.empty());
}

class KeeperTest : public GatherTest {};

TEST_F(KeeperTest, AGoodRunLeavesNothingNotEvenOfAnEarlierTry)
{
  m_folder.write("artifacts/facts.json", "{}");
  Keeper keeper("", m_run);
  EXPECT_FALSE(m_run.has("artifacts"));
}

TEST_F(KeeperTest, AKubeconfigThatCannotBeReadIsAProblem)
{
  Keeper keeper(m_folder.path() / "none", m_run);
  keeper.gather(m_cancel);
  EXPECT_THAT(read().problems, Contains(HasSubstr("the target is not known")));
}

TEST_F(KeeperTest, ATargetThatIsDownIsAProblem)
{
  const auto kubeconfig = m_folder.write(
      "kubeconfig", R"({"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
    "clusters": [{"name": "k", "cluster": {"server": "http://127.0.0.1:1"}}], "users": [{"name": "u", "user": {}}]})");
  Keeper keeper(kubeconfig, m_run);
  keeper.gather(m_cancel);
  EXPECT_THAT(read().problems, Contains(HasSubstr("it does not answer")));
}

} // namespace
} // namespace streamgate::facts
