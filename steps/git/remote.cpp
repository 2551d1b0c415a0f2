// SPDX-License-Identifier: Apache-2.0
#include "git/remote.hpp"

#include "git/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

namespace streamgate::git {
namespace {

std::string to_hex(const git_oid& id)
{
  std::array<char, GIT_OID_HEXSZ> out{};
  git_oid_fmt(out.data(), &id);
  return {out.data(), out.size()};
}

// Peeled entries ("refs/tags/v1^{}") follow their tag under a name of their own.
RemoteRefs sort_out(const git_remote_head* const* heads, std::size_t size)
{
  RemoteRefs out;
  std::map<std::string, RemoteRef, std::less<>> refs;
  for (std::size_t i = 0; i < size; ++i) {
    const git_remote_head& head = *heads[i];
    std::string name = head.name;
    const std::string id = to_hex(head.oid);
    if (name == "HEAD") {
      out.head = id;
      if (head.symref_target != nullptr) out.head_target = head.symref_target;
    } else if (name.ends_with("^{}")) {
      name.resize(name.size() - 3);
      refs[name].commit = id;
    } else if (name.starts_with("refs/")) {
      RemoteRef& ref = refs[name];
      ref.id = id;
      if (ref.commit.empty()) ref.commit = id;
    }
  }
  for (auto& [name, ref] : refs) {
    if (!ref.id.empty()) out.refs.push_back({name, ref.id, ref.commit});
  }
  return out;
}

Result<RemoteRefs> ask(Exchange& exchange)
{
  const std::string& url = exchange.location.url;
  git_remote* raw = nullptr;
  if (const int code = git_remote_create_detached(&raw, url.c_str()); code < 0)
    return std::unexpected(last_error(code));
  const RemotePtr remote(raw);
  const git_remote_callbacks callbacks = callbacks_of(exchange);
  git_proxy_options proxy = GIT_PROXY_OPTIONS_INIT;
  proxy.type = GIT_PROXY_AUTO;
  if (const int code = git_remote_connect(remote.get(), GIT_DIRECTION_FETCH, &callbacks, &proxy, nullptr); code < 0) {
    return std::unexpected(last_error(code));
  }
  const git_remote_head** heads = nullptr;
  std::size_t size = 0;
  if (const int code = git_remote_ls(&heads, &size, remote.get()); code < 0) return std::unexpected(last_error(code));
  return sort_out(heads, size);
}

} // namespace

const RemoteRef* RemoteRefs::find(std::string_view name) const
{
  const auto found = std::ranges::lower_bound(refs, name, {}, &RemoteRef::name);
  return found != refs.end() && found->name == name ? &*found : nullptr;
}

Result<RemoteRefs> list_refs(const Location& location, const Access& access, const Cancel& cancel)
{
  SG_TRY(during(cancel.check(), "listing the refs of " + location.url)); // a short exchange never asks
  SG_TRY(start_library());
  SG_TRY(trust(access));
  auto exchange = std::make_shared<Exchange>(location, access);
  return bounded(access.timeout, cancel, exchange->stop, fmt::format("listing the refs of {}", location.url),
                 [exchange] { return ask(*exchange); });
}

} // namespace streamgate::git
