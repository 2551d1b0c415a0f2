// SPDX-License-Identifier: Apache-2.0
#include "git/access.hpp"

#include "base/file.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace streamgate::git {

void Access::bind(Cli& cli)
{
  cli.option("git-token-file", token_file,
             "file with the token or password for https git servers, or a folder with the file token");
  cli.option("git-user", user, "user name beside the token (most servers take any; default x-access-token)");
  cli.option("git-ssh-key", ssh_key, "private key file for ssh git servers; the ssh agent is asked otherwise");
  cli.option("git-ca-file", ca_file, "PEM file with the certificates that https git servers are trusted by");
  cli.option("git-timeout", timeout, "longest time that one exchange with a git server may take");
}

Status Access::load()
{
  if (token_file.empty()) return {};
  const std::filesystem::path path = file::mounted(token_file, "token");
  // A Secret that is mounted and has no token serves public repositories.
  if (path != token_file && !std::filesystem::exists(path)) return {};
  SG_TRY_ASSIGN(token, during(file::read(path, 64 * 1024), "reading the git token"));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.empty() || token.find('\n') != std::string::npos) {
    return fail(ErrorCode::bad_input, fmt::format("{} does not hold a token on one line", path.string()));
  }
  redact::remember(token);
  return {};
}

Login login_of(const Access& access, const Location& location)
{
  const bool in_clear = !access.token.empty() && !may_carry_secret(location.url);
  if (in_clear) log::warn("the git token is not sent to {}: it would travel in clear; use https", location.url);
  const std::string offered = in_clear ? std::string() : access.token;
  const std::string& password = location.password.empty() ? offered : location.password;
  if (!location.user.empty()) return {location.user, password};
  return {access.user.empty() ? "x-access-token" : access.user, password};
}

} // namespace streamgate::git
