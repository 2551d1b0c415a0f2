// SPDX-License-Identifier: Apache-2.0
#include "git/library.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

namespace streamgate::git {
namespace {

struct Mapped {
  ErrorCode code;
  std::string_view hint;
};

constexpr std::string_view k_login_hint =
    "give --git-token-file (https) or --git-ssh-key (ssh); many servers answer so "
    "for a repository that does not exist, too";

Mapped by_http_status(std::string_view message)
{
  const std::size_t at = message.rfind("status code: ");
  const std::string_view status = at == std::string_view::npos ? "" : message.substr(at + 13, 3);
  if (status == "401") return {ErrorCode::unauthorized, k_login_hint};
  if (status == "403") return {ErrorCode::forbidden, "the account may not use this repository"};
  if (status == "404" || status == "410") return {ErrorCode::not_found, "check the repository's address"};
  if (status == "429") return {ErrorCode::throttled, "the server limits requests; try again later"};
  return {ErrorCode::unavailable, "check the address, the network and the proxy, or try again later"};
}

Mapped map_error(int code, int klass, std::string_view message)
{
  if (code == GIT_EAUTH || message.find("authentication") != std::string_view::npos) {
    return {ErrorCode::unauthorized, k_login_hint};
  }
  if (code == GIT_ECERTIFICATE || klass == GIT_ERROR_SSL) {
    return {ErrorCode::tls, "give --git-ca-file when the server's certificate is of a private authority"};
  }
  if (message.find("status code: ") != std::string_view::npos) return by_http_status(message);
  if (code == GIT_EOWNER) return {ErrorCode::forbidden, "the repository belongs to another user"};
  const bool no_path = message.starts_with("failed to resolve path");
  if (no_path || code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH)
    return {ErrorCode::not_found, "check the repository's address"};
  if (code == GIT_ENONFASTFORWARD) return {ErrorCode::conflict, ""};
  if (code == GIT_EINVALIDSPEC) return {ErrorCode::bad_input, ""};
  if (klass == GIT_ERROR_NET || klass == GIT_ERROR_HTTP || klass == GIT_ERROR_SSH || klass == GIT_ERROR_OS ||
      code == GIT_EEOF) {
    return {ErrorCode::unavailable, "check the address, the network and the proxy, or try again later"};
  }
  return {ErrorCode::io, ""};
}

Exchange& exchange_of(void* payload)
{
  return *static_cast<Exchange*>(payload);
}

int offer_key(git_credential** out, Exchange& exchange, const char* user)
{
  if (std::exchange(exchange.tried_key, true)) return GIT_EAUTH;
  const std::string& key = exchange.access.ssh_key;
  if (key.empty()) return git_credential_ssh_key_from_agent(out, user);
  return git_credential_ssh_key_new(out, user, nullptr, key.c_str(), nullptr);
}

int credentials(git_credential** out, const char*, const char* url_user, unsigned int allowed, void* payload)
{
  Exchange& exchange = exchange_of(payload);
  const std::string& named = exchange.location.user;
  const std::string user = !named.empty() ? named : url_user != nullptr ? url_user : "git";
  if ((allowed & GIT_CREDENTIAL_SSH_KEY) != 0) return offer_key(out, exchange, user.c_str());
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0) return git_credential_username_new(out, user.c_str());
  const Login login = login_of(exchange.access, exchange.location);
  if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0 && !login.password.empty() &&
      !std::exchange(exchange.tried_password, true)) {
    return git_credential_userpass_plaintext_new(out, login.user.c_str(), login.password.c_str());
  }
  git_error_set_str(GIT_ERROR_HTTP, exchange.tried_password ? "the server did not accept the login"
                                                            : "the server wants a login, and none was given");
  return GIT_EAUTH;
}

int progress(const git_indexer_progress*, void* payload)
{
  return exchange_of(payload).stop->load() ? GIT_EUSER : 0;
}

int sideband(const char*, int, void* payload)
{
  return exchange_of(payload).stop->load() ? GIT_EUSER : 0;
}

int push_answer(const char*, const char* status, void* payload)
{
  if (status != nullptr) exchange_of(payload).refused = status;
  return 0;
}

} // namespace

Status start_library()
{
  static const int started = git_libgit2_init();
  if (started < 0) return fail(ErrorCode::internal, "libgit2 does not start");
  return {};
}

Error last_error(int code)
{
  const git_error* error = git_error_last();
  const std::string message = error != nullptr && error->message != nullptr ? error->message : "no reason given";
  const auto [mapped, hint] = map_error(code, error != nullptr ? error->klass : 0, message);
  return {mapped, message, {}, std::string(hint)};
}

git_remote_callbacks callbacks_of(Exchange& exchange)
{
  git_remote_callbacks out = GIT_REMOTE_CALLBACKS_INIT;
  out.credentials = credentials;
  out.transfer_progress = progress;
  out.sideband_progress = sideband;
  out.push_update_reference = push_answer;
  out.payload = &exchange;
  return out;
}

Status trust(const Access& access)
{
  const char* named = std::getenv("SSL_CERT_FILE");
  const std::string file = !access.ca_file.empty() ? access.ca_file : named != nullptr ? named : "";
  if (file.empty()) return {};
  // libgit2 replaces its certificates without a lock, so they are set once and not under an exchange that runs.
  static std::mutex mutex;
  static std::string trusted;
  const std::scoped_lock lock(mutex);
  if (file == trusted) return {};
  const int code = git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file.c_str(), nullptr);
  if (code < 0) return fail(ErrorCode::tls, fmt::format("cannot use the certificates of {}", file));
  trusted = file;
  return {};
}

namespace detail {

int make_event()
{
  return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void signal_event(int fd)
{
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

void close_event(int fd)
{
  ::close(fd);
}

Status wait(int done, Duration timeout, const Cancel& cancel)
{
  const SteadyTime end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      return fail(ErrorCode::timeout, fmt::format("no answer within {}", to_text(timeout)),
                  "raise --git-timeout, or check the server and the network");
    }
    std::array<pollfd, 2> fds{pollfd{done, POLLIN, 0}, pollfd{cancel.fd(), POLLIN, 0}};
    const int slice = static_cast<int>(std::min<decltype(left)>(left + 1, 60'000));
    if (::poll(fds.data(), fds.size(), slice) < 0) continue;
    if ((fds[0].revents & POLLIN) != 0) return {};
    SG_TRY(cancel.check());
  }
}

} // namespace detail
} // namespace streamgate::git
