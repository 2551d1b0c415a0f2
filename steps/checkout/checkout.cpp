// SPDX-License-Identifier: Apache-2.0
#include "checkout/checkout.hpp"

#include "base/base64.hpp"
#include "base/file.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "base/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

namespace streamgate::checkout {
namespace {

constexpr std::size_t k_kept_stderr = 8192;
// How much history is added at a time when the server gives a bare commit only as part of a branch.
constexpr std::string_view k_deepen = "--deepen=100";

bool is_commit(std::string_view text)
{
  return text.size() == 40 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Status check_form(const Request& request)
{
  if (!is_commit(request.commit)) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a full commit", request.commit),
                "a commit has 40 lower-case hex digits");
  }
  if (request.repository.empty() || request.repository.front() == '-' ||
      request.repository.find("::") != std::string::npos) {
    return fail(ErrorCode::bad_input,
                fmt::format("\"{}\" is not a repository's URL", redact::clean(request.repository)));
  }
  const bool plain_ref =
      request.ref.starts_with("refs/") && request.ref.find_first_of(" :*?[\\^~") == std::string::npos;
  if (!request.ref.empty() && !plain_ref) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a full name of a ref", request.ref),
                "it starts with refs/");
  }
  return {};
}

// The token goes by git's configuration in the environment: the command line is readable by every process.
Status add_token(const Request& request, std::map<std::string, std::string>& environment)
{
  const auto path = file::mounted(request.token_file, "token");
  if (path.empty() || (path != request.token_file && !std::filesystem::exists(path))) return {};
  if (!may_carry_secret(request.repository)) {
    log::warn("the git token is not sent to {}: it goes by https only", redact::clean(request.repository));
    return {};
  }
  SG_TRY_ASSIGN(std::string token, during(file::read(path), "while reading the git token"));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.empty() || token.find_first_of("\r\n") != std::string::npos) {
    return fail(ErrorCode::bad_input, fmt::format("{} does not hold one token", path.string()));
  }
  redact::remember(token);
  const auto colon = token.find(':');
  if (colon != std::string::npos) redact::remember(std::string_view(token).substr(colon + 1));
  const auto encoded = base64::encode(colon == std::string::npos ? "x-access-token:" + token : token);
  redact::remember(encoded);
  const auto host_end = request.repository.find('/', request.repository.find("://") + 3);
  environment["GIT_CONFIG_COUNT"] = "1";
  environment["GIT_CONFIG_KEY_0"] = "http." + request.repository.substr(0, host_end) + "/.extraHeader";
  environment["GIT_CONFIG_VALUE_0"] = "Authorization: Basic " + encoded;
  return {};
}

// Runs git in the checkout's folder.
class Git {
public:
  Git(const Request& request, const Cancel& cancel, std::map<std::string, std::string> environment)
      : m_request(request), m_cancel(cancel), m_environment(std::move(environment))
  {
  }

  // Nothing when git ended well, else what it said on stderr. Errors: timeout, cancelled, not_found (no git).
  Result<std::optional<std::string>> try_run(std::vector<std::string> arguments, std::string* out = nullptr) const
  {
    process::Command command;
    command.argv = {
        "git", "-c", "protocol.ext.allow=never", "-c", "advice.detachedHead=false", "-C", m_request.folder.string()};
    std::ranges::move(arguments, std::back_inserter(command.argv));
    command.environment = m_environment;
    command.timeout = m_request.timeout;
    std::string err;
    const auto sink = [&](process::Stream stream, std::string_view piece) {
      auto* to = stream == process::Stream::out ? out : &err;
      if (to == nullptr) return;
      to->append(piece);
      if (to == &err && err.size() > k_kept_stderr) err.erase(0, err.size() - k_kept_stderr);
    };
    log::debug("{}", process::to_line(command.argv));
    SG_TRY_ASSIGN(const auto finished, process::run(command, sink, m_cancel));
    if (finished.good()) return std::nullopt;
    if (finished.how == process::End::cancelled) return fail(ErrorCode::cancelled, "git was cancelled");
    if (finished.how == process::End::timed_out) {
      return fail(ErrorCode::timeout, fmt::format("git {} {}", command.argv.at(7), finished.text()),
                  "is the git server reachable and fast enough?");
    }
    return err.empty() ? "git " + finished.text() : err;
  }

  Status run(std::vector<std::string> arguments, const std::string& what) const
  {
    SG_TRY_ASSIGN(const auto problem, try_run(std::move(arguments)));
    if (problem) return std::unexpected(git_error(*problem, what));
    return {};
  }

  Result<bool> has_commit() const
  {
    SG_TRY_ASSIGN(const auto problem, try_run({"cat-file", "-e", m_request.commit + "^{commit}"}));
    return !problem.has_value();
  }

private:
  const Request& m_request;
  const Cancel& m_cancel;
  std::map<std::string, std::string> m_environment;
};

std::vector<std::string> fetch_arguments(std::vector<std::string> options, const Request& request,
                                         const std::string& refspec)
{
  std::vector<std::string> out{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules"};
  std::ranges::move(options, std::back_inserter(out));
  out.insert(out.end(), {"--", request.repository, refspec});
  return out;
}

// The ref that held the commit, deeper and deeper until the commit is there.
Result<bool> fetch_by_ref(const Git& git, const Request& request, const std::string& what)
{
  const auto refspec = request.ref + ":refs/streamgate/fetched";
  SG_TRY_ASSIGN(const auto problem, git.try_run(fetch_arguments({"--depth", "1"}, request, refspec)));
  if (problem) return false;
  constexpr int k_rounds = 10;
  for (int round = 0; round < k_rounds; ++round) {
    SG_TRY_ASSIGN(const bool there, git.has_commit());
    if (there) return true;
    SG_TRY(git.run(fetch_arguments({std::string(k_deepen)}, request, refspec), what));
  }
  return false;
}

Status fetch(const Git& git, const Request& request)
{
  const auto what = "while fetching from " + redact::clean(request.repository);
  SG_TRY_ASSIGN(const auto refused, git.try_run(fetch_arguments({"--depth", "1"}, request, request.commit)));
  if (!refused) return {};
  // Only a server that answers and does not want to hand out a bare commit is asked in another way.
  Error error = git_error(*refused, what);
  if (error.code != ErrorCode::not_found ||
      refused->find("ot our ref") + refused->find("nadvertised") == 2 * std::string::npos) {
    return std::unexpected(std::move(error));
  }
  log::info("the server does not give a bare commit, fetching {}",
            request.ref.empty() ? "all its branches and tags" : request.ref);
  if (!request.ref.empty()) {
    SG_TRY_ASSIGN(const bool there, fetch_by_ref(git, request, what));
    if (there) return {};
  }
  SG_TRY(git.run({"fetch", "--quiet", "--no-recurse-submodules", "--depth=2147483647", "--", request.repository,
                  "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"},
                 what));
  SG_TRY_ASSIGN(const bool there, git.has_commit());
  if (there) return {};
  return fail(ErrorCode::not_found,
              fmt::format("{} has no commit {}", redact::clean(request.repository), request.commit),
              "was the branch rewritten since the plan was made? make a new plan");
}

std::map<std::string, std::string> base_environment()
{
  return {{"GIT_TERMINAL_PROMPT", "0"},
          {"GIT_ASKPASS", "true"},
          {"GIT_ALLOW_PROTOCOL", "http:https:ssh:git:file"},
          {"GIT_HTTP_LOW_SPEED_LIMIT", "1000"},
          {"GIT_HTTP_LOW_SPEED_TIME", "60"},
          {"GIT_LFS_SKIP_SMUDGE", "1"},
          {"LC_ALL", "C"}};
}

} // namespace

Error git_error(std::string_view message, const std::string& what)
{
  struct Sign {
    std::string_view text;
    ErrorCode code;
    std::string_view hint;
  };
  constexpr std::array k_signs{
      Sign{"Authentication failed", ErrorCode::unauthorized,
           "give a token that may read the repository by --git-token-file"},
      Sign{"could not read Username", ErrorCode::unauthorized,
           "the repository is private or does not exist: give a token by --git-token-file"},
      Sign{"Permission denied", ErrorCode::unauthorized, "the server does not take the key or account"},
      Sign{"error: 401", ErrorCode::unauthorized, "give a token that may read the repository by --git-token-file"},
      Sign{"error: 403", ErrorCode::unauthorized, "the token may not read the repository"},
      Sign{"ot our ref", ErrorCode::not_found, "was the branch rewritten since the plan was made? make a new plan"},
      Sign{"nadvertised object", ErrorCode::not_found,
           "was the branch rewritten since the plan was made? make a new plan"},
      Sign{"couldn't find remote ref", ErrorCode::not_found,
           "was the branch deleted since the plan was made? make a new plan"},
      Sign{"epository not found", ErrorCode::not_found, "check the repository's URL"},
      Sign{"error: 404", ErrorCode::not_found, "check the repository's URL"},
      Sign{" not found", ErrorCode::not_found, "check the repository's URL"},
      Sign{"does not appear to be a git repository", ErrorCode::not_found, "check the repository's URL"},
      Sign{"does not exist", ErrorCode::not_found, "check the repository's URL"},
      Sign{"No space left", ErrorCode::io, "make room or give another --work-dir"},
      Sign{"unable to write", ErrorCode::io, "make room or give another --work-dir"},
  };
  std::string text(message);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  Error error{ErrorCode::unavailable, "git: " + redact::clean(text), {}, "is the git server reachable from here?"};
  for (const auto& sign : k_signs) {
    if (message.find(sign.text) == std::string_view::npos) continue;
    error.code = sign.code;
    error.hint = sign.hint;
    break;
  }
  return std::move(error).during(what);
}

Status checkout(const Request& request, const Cancel& cancel)
{
  SG_TRY(check_form(request));
  auto environment = base_environment();
  SG_TRY(add_token(request, environment));
  std::error_code failed;
  std::filesystem::create_directories(request.folder, failed);
  if (failed || !std::filesystem::is_empty(request.folder, failed)) {
    return fail(ErrorCode::io,
                fmt::format("cannot check out into {}: it is not an empty folder", request.folder.string()));
  }
  const Git git(request, cancel, std::move(environment));
  SG_TRY(git.run({"init", "--quiet", "--template="}, "while making a repository"));
  SG_TRY(fetch(git, request));
  SG_TRY(git.run({"checkout", "--quiet", "--detach", request.commit}, "while checking out " + request.commit));
  std::string head;
  SG_TRY_ASSIGN(const auto problem, git.try_run({"rev-parse", "HEAD"}, &head));
  if (problem) return std::unexpected(git_error(*problem, "while reading HEAD"));
  if (!head.starts_with(request.commit)) {
    return fail(ErrorCode::proof_failed, fmt::format("checked out {} but HEAD is {}", request.commit, head));
  }
  return {};
}

} // namespace streamgate::checkout
