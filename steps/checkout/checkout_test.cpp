// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "checkout/checkout.hpp"
#include "checkout/go_cache.hpp"
#include "checkout/work_folder.hpp"
#include "support/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace streamgate::checkout {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string k_absent_commit(40, 'a');

class CheckoutTest : public ::testing::Test {
protected:
  ~CheckoutTest() override { redact::forget_all(); }

  Request request(const std::string& commit, const std::string& ref = {})
  {
    return {.repository = m_repository.url(),
            .commit = commit,
            .ref = ref,
            .folder = m_folder.path() / "out",
            .token_file = {}};
  }
  void write(const std::string& name, std::string_view text) { m_folder.write("upstream/" + name, text); }
  // Old protocol: the server hands out only what its refs name.
  void refuse_bare_commits()
  {
    m_environment.set("GIT_CONFIG_COUNT", "1");
    m_environment.set("GIT_CONFIG_KEY_0", "protocol.version");
    m_environment.set("GIT_CONFIG_VALUE_0", "0");
  }

  test::TestFolder m_folder;
  test::Environment m_environment;
  test::Repository m_repository{m_folder.path() / "upstream"};
  Cancel m_cancel;
};

TEST_F(CheckoutTest, checks_out_a_commit_that_is_no_branch_s_tip_without_its_history)
{
  write("a.txt", "one");
  const auto first = m_repository.commit();
  write("a.txt", "two");
  m_repository.commit();
  ASSERT_TRUE(checkout(request(first), m_cancel));
  EXPECT_EQ(m_folder.read("out/a.txt"), "one");
  EXPECT_EQ(test::must_run({"git", "-C", (m_folder.path() / "out").string(), "rev-list", "--count", "HEAD"}), "1");
}

TEST_F(CheckoutTest, deepens_the_ref_when_the_server_gives_no_bare_commit)
{
  write("a.txt", "one");
  const auto first = m_repository.commit();
  write("a.txt", "two");
  m_repository.commit();
  refuse_bare_commits();
  ASSERT_TRUE(checkout(request(first, "refs/heads/main"), m_cancel));
  EXPECT_EQ(m_folder.read("out/a.txt"), "one");
}

TEST_F(CheckoutTest, fetches_all_branches_when_the_ref_is_unknown_or_does_not_hold_the_commit)
{
  m_repository.commit();
  m_repository.git({"checkout", "-q", "-b", "other"});
  write("a.txt", "on other");
  const auto wanted = m_repository.commit();
  m_repository.commit("later");
  m_repository.git({"checkout", "-q", "main"});
  refuse_bare_commits();
  for (const std::string ref : {"", "refs/heads/main", "refs/heads/gone"}) {
    ASSERT_TRUE(checkout(request(wanted, ref), m_cancel)) << ref;
    EXPECT_EQ(m_folder.read("out/a.txt"), "on other");
    std::filesystem::remove_all(m_folder.path() / "out");
  }
}

TEST_F(CheckoutTest, a_commit_that_is_nowhere_is_not_found)
{
  m_repository.commit();
  for (const bool old_server : {false, true}) {
    if (old_server) refuse_bare_commits();
    const auto done = checkout(request(k_absent_commit, "refs/heads/main"), m_cancel);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::not_found) << done.error().text();
    EXPECT_THAT(done.error().text(), HasSubstr(k_absent_commit));
    EXPECT_THAT(done.error().hint, HasSubstr("new plan"));
    std::filesystem::remove_all(m_folder.path() / "out");
  }
}

TEST_F(CheckoutTest, a_repository_that_is_not_there_is_not_found)
{
  auto wanted = request(k_absent_commit);
  wanted.repository = "file://" + (m_folder.path() / "nowhere").string();
  const auto done = checkout(wanted, m_cancel);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::not_found) << done.error().text();
}

TEST_F(CheckoutTest, a_server_that_cannot_be_reached_is_unavailable)
{
  auto wanted = request(k_absent_commit);
  wanted.repository = "http://127.0.0.1:1/x.git";
  const auto done = checkout(wanted, m_cancel);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::unavailable) << done.error().text();
  EXPECT_THAT(done.error().text(), HasSubstr("127.0.0.1:1"));
}

TEST_F(CheckoutTest, refuses_what_could_be_taken_for_something_else)
{
  auto bad = request(k_absent_commit);
  for (const auto& commit : {std::string(), std::string("abc"), std::string("HEAD"), std::string("--upload-pack=x"),
                             std::string(40, 'G'), std::string(40, 'A')}) {
    bad.commit = commit;
    EXPECT_EQ(checkout(bad, m_cancel).error().code, ErrorCode::bad_input) << commit;
  }
  bad.commit = k_absent_commit;
  for (const std::string repository : {"", "--upload-pack=touch x", "ext::sh -c id"}) {
    bad.repository = repository;
    EXPECT_EQ(checkout(bad, m_cancel).error().code, ErrorCode::bad_input) << repository;
  }
  bad.repository = m_repository.url();
  for (const std::string ref : {"main", "refs/heads/a b", "refs/heads/*", "refs/heads/a:refs/heads/b"}) {
    bad.ref = ref;
    EXPECT_EQ(checkout(bad, m_cancel).error().code, ErrorCode::bad_input) << ref;
  }
}

TEST_F(CheckoutTest, does_not_touch_a_folder_that_is_not_empty)
{
  const auto commit = m_repository.commit();
  m_folder.write("out/mine", "x");
  const auto done = checkout(request(commit), m_cancel);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::io);
  EXPECT_EQ(m_folder.read("out/mine"), "x");
}

TEST_F(CheckoutTest, runs_no_hook_of_a_template)
{
  m_folder.write("template/hooks/post-checkout", "#!/bin/sh\ntouch '" + (m_folder.path() / "hooked").string() + "'\n");
  std::filesystem::permissions(m_folder.path() / "template/hooks/post-checkout", std::filesystem::perms::owner_all);
  m_environment.set("GIT_TEMPLATE_DIR", (m_folder.path() / "template").string());
  ASSERT_TRUE(checkout(request(m_repository.commit()), m_cancel));
  EXPECT_FALSE(std::filesystem::exists(m_folder.path() / "hooked"));
}

TEST_F(CheckoutTest, hands_the_token_to_git_by_the_environment_only)
{
  m_environment.prepend_path(
      test::fake_program(m_folder, "git", "echo \"argv: $*\" >> \"$TEST_OUT\"\nenv >> \"$TEST_OUT\"\nexit 1"));
  m_environment.set("TEST_OUT", (m_folder.path() / "seen").string());
  auto wanted = request(k_absent_commit);
  wanted.repository = "https://git.example/x/y.git";
  wanted.token_file = m_folder.write("token", "s3cr3t-t0ken\n");
  EXPECT_FALSE(checkout(wanted, m_cancel));
  const auto seen = m_folder.read("seen");
  EXPECT_THAT(seen, Not(HasSubstr("s3cr3t-t0ken")));
  EXPECT_THAT(seen, HasSubstr("GIT_CONFIG_KEY_0=http.https://git.example/.extraHeader"));
  // base64 of x-access-token:s3cr3t-t0ken
  const auto value = seen.find("GIT_CONFIG_VALUE_0=Authorization: Basic eC1hY2Nlc3MtdG9rZW46czNjcjN0LXQwa2Vu");
  ASSERT_NE(value, std::string::npos) << seen;
  for (std::size_t at = seen.find("argv:"); at != std::string::npos; at = seen.find("argv:", at + 1)) {
    EXPECT_THAT(seen.substr(at, seen.find('\n', at) - at), Not(HasSubstr("eC1hY2Nlc3")));
  }
  EXPECT_EQ(redact::clean("x s3cr3t-t0ken y"), "x [redacted] y");
}

TEST_F(CheckoutTest, sends_no_token_in_clear)
{
  m_environment.prepend_path(test::fake_program(m_folder, "git", "env >> \"$TEST_OUT\"\nexit 1"));
  m_environment.set("TEST_OUT", (m_folder.path() / "seen").string());
  auto wanted = request(k_absent_commit);
  wanted.repository = "http://git.example/x/y.git";
  wanted.token_file = m_folder.write("token", "s3cr3t-t0ken");
  EXPECT_FALSE(checkout(wanted, m_cancel));
  EXPECT_THAT(m_folder.read("seen"), Not(HasSubstr("Authorization")));
}

TEST_F(CheckoutTest, a_token_file_of_two_lines_or_none_is_refused)
{
  auto wanted = request(k_absent_commit);
  wanted.repository = "https://git.example/x/y.git";
  wanted.token_file = m_folder.write("token", "one\ntwo\n");
  EXPECT_EQ(checkout(wanted, m_cancel).error().code, ErrorCode::bad_input);
  wanted.token_file = m_folder.path() / "nowhere";
  EXPECT_EQ(checkout(wanted, m_cancel).error().code, ErrorCode::not_found);
}

TEST_F(CheckoutTest, a_token_may_be_in_a_mounted_secret_that_may_have_none)
{
  m_environment.prepend_path(test::fake_program(m_folder, "git", "env >> \"$TEST_OUT\"\nexit 1"));
  m_environment.set("TEST_OUT", (m_folder.path() / "seen").string());
  auto wanted = request(k_absent_commit);
  wanted.repository = "https://git.example/x/y.git";
  wanted.token_file = m_folder.write("secret/other", "x").parent_path();
  EXPECT_EQ(checkout(wanted, m_cancel).error().code, ErrorCode::unavailable);
  EXPECT_THAT(m_folder.read("seen"), Not(HasSubstr("GIT_CONFIG_VALUE_0")));
  m_folder.write("secret/token", "bob:s3cr3t-t0ken");
  std::filesystem::remove_all(m_folder.path() / "out");
  EXPECT_EQ(checkout(wanted, m_cancel).error().code, ErrorCode::unavailable);
  // base64 of bob:s3cr3t-t0ken
  EXPECT_THAT(m_folder.read("seen"), HasSubstr("GIT_CONFIG_VALUE_0=Authorization: Basic Ym9iOnMzY3IzdC10MGtlbg=="));
}

TEST_F(CheckoutTest, a_git_that_hangs_ends_at_the_timeout)
{
  m_environment.prepend_path(test::fake_program(m_folder, "git", "exec sleep 600"));
  auto wanted = request(k_absent_commit);
  wanted.timeout = std::chrono::milliseconds(100);
  const auto done = checkout(wanted, m_cancel);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::timeout);
}

TEST_F(CheckoutTest, a_git_that_hangs_ends_when_the_step_is_cancelled)
{
  m_environment.prepend_path(test::fake_program(m_folder, "git", "echo x > \"$TEST_FIFO\"\nexec sleep 600"));
  const auto fifo = m_folder.path() / "fifo";
  test::must_run({"mkfifo", fifo.string()});
  m_environment.set("TEST_FIFO", fifo.string());
  std::thread canceller([&] {
    std::ifstream(fifo).get(); // git is running
    m_cancel.request();
  });
  const auto done = checkout(request(k_absent_commit), m_cancel);
  canceller.join();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::cancelled);
}

TEST(GitError, tells_apart_what_git_says)
{
  const std::vector<std::pair<std::string, ErrorCode>> cases{
      {"fatal: unable to access 'https://x/': Could not resolve host: x", ErrorCode::unavailable},
      {"fatal: unable to access 'https://x/': The requested URL returned error: 503", ErrorCode::unavailable},
      {"fatal: unable to access 'https://x/': The requested URL returned error: 403", ErrorCode::unauthorized},
      {"fatal: Authentication failed for 'https://x/'", ErrorCode::unauthorized},
      {"fatal: could not read Username for 'https://x': terminal prompts disabled", ErrorCode::unauthorized},
      {"git@x: Permission denied (publickey).", ErrorCode::unauthorized},
      {"fatal: repository 'https://x/' not found", ErrorCode::not_found},
      {"fatal: couldn't find remote ref refs/heads/x", ErrorCode::not_found},
      {"fatal: remote error: upload-pack: not our ref aaaa", ErrorCode::not_found},
      {"error: Server does not allow request for unadvertised object aaaa", ErrorCode::not_found},
      {"fatal: write error: No space left on device", ErrorCode::io},
  };
  for (const auto& [said, code] : cases) {
    const auto error = git_error(said, "while testing");
    EXPECT_EQ(error.code, code) << said;
    EXPECT_FALSE(error.hint.empty()) << said;
    EXPECT_THAT(error.text(), HasSubstr("while testing"));
  }
}

TEST(GitError, does_not_repeat_credentials)
{
  const auto error = git_error("fatal: unable to access 'https://bob:hunter2hunter2@x/'", "while testing");
  EXPECT_THAT(error.text(), Not(HasSubstr("hunter2hunter2")));
}

TEST(WorkFolderTest, starts_empty_and_leaves_nothing)
{
  const test::TestFolder folder;
  folder.write("work/name/old", "x");
  std::filesystem::path path;
  {
    const auto work = WorkFolder::make((folder.path() / "work").string(), "name").value();
    path = work.path();
    EXPECT_EQ(path, folder.path() / "work/name");
    EXPECT_TRUE(std::filesystem::is_empty(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  {
    const auto work = WorkFolder::make("", "name").value();
    path = work.path();
    EXPECT_TRUE(std::filesystem::is_empty(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(GoCache, is_absolute_below_the_folder)
{
  EXPECT_TRUE(go_cache("").empty());
  EXPECT_EQ(go_cache("/cache").at("GOMODCACHE"), "/cache/go-mod");
  EXPECT_EQ(go_cache("cache").at("GOCACHE"), (std::filesystem::current_path() / "cache/go-build").string());
}

TEST(WorkFolderTest, a_parent_that_is_a_file_is_an_error)
{
  const test::TestFolder folder;
  const auto file = folder.write("file", "x");
  EXPECT_EQ(WorkFolder::make(file.string(), "name").error().code, ErrorCode::io);
}

} // namespace
} // namespace streamgate::checkout
