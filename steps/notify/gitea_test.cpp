// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/process.hpp"
#include "http/http.hpp"
#include "notify/test_records.hpp"
#include "record/run_dir.hpp"
#include "support/child.hpp"
#include "support/programs.hpp"
#include "support/step_process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

// Statuses and the comment at a real Gitea.
namespace streamgate::notify {
namespace {

using record::VerdictWord;
using streamgate::test::Child;
using streamgate::test::Environment;
using streamgate::test::must_run;
using streamgate::test::TestFolder;
using ::testing::HasSubstr;
using ::testing::Not;

class Gitea : public ::testing::Test {
protected:
  void SetUp() override
  {
    ASSERT_TRUE(streamgate::test::real_tools(environment, {"gitea", "git"}));
    // All of it is in the test's folder and on loopback, whoever runs the test.
    environment.set("GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT", "true");
    configure();
    gitea({"migrate"});
    for (const auto* user : {"gate", "mallory", "bystander"}) {
      gitea({"admin", "user", "create", "--username", user, "--password", "Passw0rd-of-a-test", "--email",
             std::string(user) + "@example.com", "--must-change-password=false"});
    }
    all_token = token("gate", "all");
    mallory_token = token("mallory", "all");
    folder.write("secrets/forge-token", token("gate", "write:repository,write:issue,read:user") + "\n");
    m_server.emplace(std::vector<std::string>{"gitea", "web", "--config", m_config.string()},
                     folder.path() / "gitea.log");
    wait();
    make_pull_request();
  }

  json::Document ask(const std::string& method, const std::string& path, const std::string& body = {},
                     const std::string& with = {})
  {
    http::Request request{
        .method = method, .url = url + "/api/v1" + path, .body = body, .bearer = with.empty() ? all_token : with};
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    const auto answer = m_session.send(request, m_cancel);
    EXPECT_TRUE(answer && answer->good())
        << method << " " << path << ": " << (answer ? answer->body : answer.error().message);
    auto document = json::parse(answer ? answer->body : "", path);
    return document ? std::move(*document) : json::Document(rapidjson::kNullType);
  }

  // The HTML that Gitea shows for a comment.
  std::string rendered(const std::string& text)
  {
    const auto body =
        fmt::format(R"({{"Text":{},"Mode":"comment","Context":"gate/project","Wiki":false}})", json::quote(text));
    http::Request request{.method = "POST", .url = url + "/api/v1/markdown", .body = body, .bearer = all_token};
    request.headers.add("Content-Type", "application/json");
    const auto answer = m_session.send(request, m_cancel);
    EXPECT_TRUE(answer && answer->good());
    return answer ? answer->body : "";
  }

  streamgate::test::ProcessResult tell(VerdictWord word, const std::vector<std::string>& failed,
                                       std::optional<record::HistoryRun> last)
  {
    const auto source = test::source_of(word, failed);
    record::Plan plan;
    plan.run = "run-2";
    plan.created = "2026-03-01T09:00:00Z";
    plan.suite.name = "smoke";
    record::PlannedComponent component;
    component.name = "project";
    component.repository = url + "/gate/project.git";
    component.requested_ref = "pr/1";
    component.ref = "refs/pull/1/head";
    component.kind = record::RefKind::pull_request;
    component.commit = commit;
    component.created_by = "Project";
    component.images = {{"controller", {"./cmd/controller"}, "", {"IMAGE_CONTROLLER"}, true}};
    plan.components = {component};
    const record::RunDir run_dir(folder.path() / "run");
    for (const auto& stored : {run_dir.store(plan), run_dir.store(source.verdict), run_dir.store(*source.failures)})
      EXPECT_TRUE(stored) << stored.error().text();
    folder.write("run/history.jsonl", last ? to_json(*last) + "\n" : "");
    return streamgate::test::run_step_process(
        "notify", {"--run-dir", run_dir.root().string(), "--gate", "nightly", "--forge", "gitea", "--forge-url", url,
                   "--forge-token-file", (folder.path() / "secrets").string(), "--run-url", "https://example.com/run"});
  }

  Environment environment;
  TestFolder folder;
  std::string url, all_token, mallory_token, commit;

private:
  void configure()
  {
    const int port = streamgate::test::free_port();
    url = fmt::format("http://127.0.0.1:{}", port);
    // Its templates lie beside the program.
    const auto program = must_run({"which", "gitea"});
    const auto root = folder.path().string();
    m_config = folder.write(
        "app.ini",
        fmt::format("WORK_PATH = {0}\nRUN_USER = {1}\n"
                    "[server]\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = {2}\nROOT_URL = {3}/\nSTATIC_ROOT_PATH = {4}\n"
                    "APP_DATA_PATH = {0}/data\nDISABLE_SSH = true\nOFFLINE_MODE = true\n"
                    "[database]\nDB_TYPE = sqlite3\nPATH = {0}/gitea.db\n"
                    "[repository]\nROOT = {0}/repositories\n"
                    "[security]\nINSTALL_LOCK = true\n"
                    "[indexer]\nISSUE_INDEXER_TYPE = db\n"
                    "[log]\nMODE = console\nLEVEL = warn\nROOT_PATH = {0}/log\n"
                    "[cron]\nENABLED = false\n[actions]\nENABLED = false\n[packages]\nENABLED = false\n",
                    root, must_run({"id", "-un"}), port, url, std::filesystem::path(program).parent_path().string()));
    environment.set("HOME", root);
  }
  std::string gitea(std::vector<std::string> arguments)
  {
    arguments.insert(arguments.begin(), "gitea");
    arguments.insert(arguments.end(), {"--config", m_config.string()});
    return must_run(arguments);
  }
  std::string token(const std::string& user, const std::string& scopes)
  {
    const auto said = gitea({"admin", "user", "generate-access-token", "--username", user, "--token-name", scopes,
                             "--scopes", scopes, "--raw"});
    return said.substr(said.rfind('\n') + 1); // its log goes to the same place
  }
  // It tells nobody when it listens.
  void wait()
  {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (m_server->running() && std::chrono::steady_clock::now() < deadline) {
      const auto answer = m_session.send({.url = url + "/api/v1/version"}, m_cancel);
      if (answer && answer->good()) return;
      static_cast<void>(m_cancel.sleep(Duration(50)));
    }
    FAIL() << "Gitea does not answer: " << folder.read("gitea.log");
  }
  void make_pull_request()
  {
    ask("POST", "/user/repos", R"({"name":"project","auto_init":true,"default_branch":"main"})");
    const auto file =
        ask("POST", "/repos/gate/project/contents/a.txt", R"({"content":"YQ==","message":"a","new_branch":"change"})");
    commit = json::text(file, {"commit", "sha"});
    ask("POST", "/repos/gate/project/pulls", R"({"head":"change","base":"main","title":"change"})");
    EXPECT_EQ(commit.size(), 40U);
  }

  std::filesystem::path m_config;
  std::optional<Child> m_server;
  http::Session m_session;
  Cancel m_cancel;
};

TEST_F(Gitea, ThreeRunsLeaveThreeStatusesAndOneComment)
{
  // Somebody who knows the marker is there first.
  const std::string forged = "<!-- streamgate:nightly -->\nall is well";
  ask("POST", "/repos/gate/project/issues/1/comments", R"({"body":)" + json::quote(forged) + "}", mallory_token);

  const std::string hostile = "``` @bystander <script>alert(1)</script> ![x](http://e.example/x.png) #1";
  for (const auto& ended : {tell(VerdictWord::failed, {hostile, "a"}, {}),
                            tell(VerdictWord::error, {}, test::last_of(VerdictWord::failed, {"a"})),
                            tell(VerdictWord::failed, {hostile}, test::last_of(VerdictWord::error))})
    ASSERT_EQ(ended.exit, 0) << ended.err;

  const auto statuses = ask("GET", "/repos/gate/project/commits/" + commit + "/statuses?sort=oldest");
  ASSERT_TRUE(statuses.IsArray() && statuses.Size() == 3) << json::dump(statuses);
  std::vector<std::string> states;
  for (const auto& status : statuses.GetArray()) {
    states.emplace_back(json::text(status, {"status"}));
    EXPECT_EQ(json::text(status, {"context"}), "streamgate/nightly");
    EXPECT_EQ(json::text(status, {"target_url"}), "https://example.com/run");
  }
  EXPECT_THAT(states, ::testing::UnorderedElementsAre("failure", "error", "failure"));
  const auto combined = ask("GET", "/repos/gate/project/commits/" + commit + "/status");
  EXPECT_EQ(json::text(combined, {"state"}), "failure");

  const auto comments = ask("GET", "/repos/gate/project/issues/1/comments");
  ASSERT_TRUE(comments.IsArray() && comments.Size() == 2) << json::dump(comments);
  EXPECT_EQ(json::text(comments[0], {"body"}), forged);
  EXPECT_EQ(json::text(comments[1], {"user", "login"}), "gate");
  const std::string body(json::text(comments[1], {"body"}));
  EXPECT_THAT(body, HasSubstr("### nightly: failed, was error"));
  EXPECT_THAT(body, HasSubstr("@bystander"));

  // A plain mention becomes a link, and this one does not; nor does anything else of the name.
  EXPECT_THAT(rendered("@bystander"), HasSubstr("/bystander\""));
  const auto html = rendered(body);
  EXPECT_THAT(html, HasSubstr("@bystander"));
  for (const auto* trace : {"/bystander\"", "<script", "<img", "/issues/1", "/pulls/1"})
    EXPECT_THAT(html, Not(HasSubstr(trace)));
}

TEST_F(Gitea, RecoveryIsShownAndATokenWithoutRightsIsAnError)
{
  ASSERT_EQ(tell(VerdictWord::passed, {}, test::last_of(VerdictWord::failed)).exit, 0);
  EXPECT_EQ(json::text(ask("GET", "/repos/gate/project/commits/" + commit + "/status"), {"state"}), "success");
  EXPECT_THAT(std::string(json::text(ask("GET", "/repos/gate/project/issues/1/comments")[0], {"body"})),
              HasSubstr("passed again, was failed"));

  folder.write("secrets/forge-token", "0123456789012345678901234567890123456789");
  auto ended = tell(VerdictWord::failed, {"a"}, {});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("Gitea answered 401"));
  folder.write("secrets/forge-token", mallory_token);
  ended = tell(VerdictWord::failed, {"a"}, {});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("status could not be told: Gitea answered 403"));
  EXPECT_EQ(json::text(ask("GET", "/repos/gate/project/commits/" + commit + "/status"), {"state"}), "success");
}

} // namespace
} // namespace streamgate::notify
