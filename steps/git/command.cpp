// SPDX-License-Identifier: Apache-2.0
#include "git/command.hpp"

#include "base/base64.hpp"
#include "base/process.hpp"
#include "base/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>

namespace streamgate::git {
namespace {

// A value for GIT_SSH_COMMAND, which a shell splits.
std::string shell_quoted(std::string_view text)
{
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else out += c;
  }
  return out + "'";
}

using Environment = std::map<std::string, std::string>;

Environment base_environment()
{
  return {{"LC_ALL", "C"},
          {"GIT_CONFIG_NOSYSTEM", "1"},
          {"GIT_CONFIG_GLOBAL", "/dev/null"},
          {"GIT_TERMINAL_PROMPT", "0"},
          {"GIT_ALLOW_PROTOCOL", "http:https:ssh:file"}};
}

void add_config(Environment& environment, const std::vector<std::pair<std::string, std::string>>& pairs)
{
  environment["GIT_CONFIG_COUNT"] = std::to_string(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    environment[fmt::format("GIT_CONFIG_KEY_{}", i)] = pairs[i].first;
    environment[fmt::format("GIT_CONFIG_VALUE_{}", i)] = pairs[i].second;
  }
}

Environment environment_of(const Location& location, const Access& access)
{
  Environment out = base_environment();
  const Login login = login_of(access, location);
  if (location.transport == Transport::http && !login.password.empty()) {
    const std::string basic = base64::encode(login.user + ":" + login.password);
    redact::remember(basic);
    // Named by the URL, so that a redirect to another host does not carry it along.
    add_config(out, {{fmt::format("http.{}.extraHeader", location.url), "Authorization: Basic " + basic}});
  }
  if (!access.ca_file.empty()) out["GIT_SSL_CAINFO"] = access.ca_file;
  out["GIT_SSH_COMMAND"] = access.ssh_key.empty()
                               ? "ssh -o BatchMode=yes"
                               : "ssh -o BatchMode=yes -o IdentitiesOnly=yes -i " + shell_quoted(access.ssh_key);
  return out;
}

struct Words {
  std::string_view text;
  ErrorCode code;
};

constexpr std::array k_words{
    Words{"Authentication failed", ErrorCode::unauthorized},
    Words{"could not read Username", ErrorCode::unauthorized},
    Words{"could not read Password", ErrorCode::unauthorized},
    Words{"Permission denied (publickey", ErrorCode::unauthorized},
    Words{"The requested URL returned error: 403", ErrorCode::forbidden},
    Words{"The requested URL returned error: 429", ErrorCode::throttled},
    Words{"not our ref", ErrorCode::not_found},
    Words{"remote error: upload-pack: not our ref", ErrorCode::not_found},
    Words{"couldn't find remote ref", ErrorCode::not_found},
    Words{"does not appear to be a git repository", ErrorCode::not_found},
    Words{"repository '", ErrorCode::not_found},
    Words{"does not exist", ErrorCode::not_found},
    Words{"SSL certificate", ErrorCode::tls},
    Words{"server certificate", ErrorCode::tls},
    Words{"unable to access", ErrorCode::unavailable},
    Words{"Could not resolve host", ErrorCode::unavailable},
    Words{"Connection refused", ErrorCode::unavailable},
    Words{"Connection reset", ErrorCode::unavailable},
    Words{"Connection timed out", ErrorCode::unavailable},
    Words{"early EOF", ErrorCode::unavailable},
    Words{"hung up", ErrorCode::unavailable},
};

// git tells apart by words alone what went wrong.
Error told_apart(Error error)
{
  std::ranges::replace(error.message, '\n', ' ');
  if (error.code != ErrorCode::io) return error;
  for (const auto& [text, code] : k_words) {
    if (error.message.find(text) != std::string::npos) {
      error.code = code;
      break;
    }
  }
  return error;
}

Result<std::string> run(const GitCommand& command, Environment environment, const Access& access, const Cancel& cancel)
{
  process::Command run;
  run.argv = {"git", "-C", command.folder.string()};
  run.argv.insert(run.argv.end(), command.arguments.begin(), command.arguments.end());
  run.environment = std::move(environment);
  run.without = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ASKPASS", "SSH_ASKPASS"};
  run.timeout = access.timeout;
  run.grace = std::chrono::seconds(2);
  auto out = process::output(run, cancel, command.limit);
  if (!out) return std::unexpected(told_apart(std::move(out.error())));
  return out;
}

} // namespace

Result<std::string> run_git(const GitCommand& command, const Location& location, const Access& access,
                            const Cancel& cancel)
{
  return run(command, environment_of(location, access), access, cancel);
}

Result<std::string> run_git_offline(const GitCommand& command, const Access& access, const Cancel& cancel)
{
  Environment environment = base_environment();
  environment["GIT_ALLOW_PROTOCOL"] = "none";
  return run(command, std::move(environment), access, cancel);
}

} // namespace streamgate::git
