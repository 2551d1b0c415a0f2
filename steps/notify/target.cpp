// SPDX-License-Identifier: Apache-2.0
#include "notify/target.hpp"

#include "base/ascii.hpp"
#include "base/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace streamgate::notify {
namespace {

struct PublicForge {
  std::string_view host;
  ForgeKind kind;
};
constexpr std::array k_public{
    PublicForge{"github.com", ForgeKind::github}, PublicForge{"gitlab.com", ForgeKind::gitlab},
    PublicForge{"codeberg.org", ForgeKind::gitea}, PublicForge{"gitea.com", ForgeKind::gitea}};

// "https://git.example.com:8443/base" -> scheme "https", authority "git.example.com:8443", path "base".
struct Address {
  std::string scheme, authority, path;
};

std::optional<Address> parse(std::string_view url)
{
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Address out;
  out.scheme = ascii::lower(std::string(url.substr(0, colon)));
  if (out.scheme != "https" && out.scheme != "http" && out.scheme != "ssh") return std::nullopt;
  auto rest = url.substr(colon + 3);
  auto authority = rest.substr(0, rest.find('/'));
  rest.remove_prefix(std::min(rest.size(), authority.size() + 1));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.ends_with(".git")) rest.remove_suffix(4);
  out.authority = ascii::lower(std::string(authority));
  out.path = rest;
  if (out.authority.empty()) return std::nullopt;
  return out;
}

// git@host:owner/name too.
std::optional<Address> parse_repository(std::string_view url)
{
  if (url.find("://") != std::string_view::npos) return parse(url);
  const auto at = url.find('@');
  const auto colon = url.find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon < at) return std::nullopt;
  return parse(fmt::format("ssh://{}/{}", url.substr(0, colon), url.substr(colon + 1)));
}

bool good_repository(std::string_view path)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  };
  const auto whole = "/" + std::string(path) + "/";
  return std::ranges::all_of(path, allowed) && std::ranges::count(path, '/') > 0 &&
         whole.find("//") == std::string::npos && whole.find("/../") == std::string::npos &&
         whole.find("/./") == std::string::npos;
}

bool good_commit(std::string_view commit)
{
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return (commit.size() == 40 || commit.size() == 64) && std::ranges::all_of(commit, hex);
}

Result<const record::PlannedComponent*> component_of(const TargetOptions& options,
                                                     const std::optional<record::Plan>& plan)
{
  if (!plan) return nullptr;
  if (!options.component.empty()) {
    const auto found = std::ranges::find(plan->components, options.component, &record::PlannedComponent::name);
    if (found == plan->components.end())
      return fail(ErrorCode::not_found, fmt::format("the plan has no component \"{}\"", options.component));
    return &*found;
  }
  const auto is_pull = [](const auto& component) { return component.kind == record::RefKind::pull_request; };
  const auto pulls = std::ranges::count_if(plan->components, is_pull);
  if (pulls == 1) return &*std::ranges::find_if(plan->components, is_pull);
  if (plan->components.size() == 1) return plan->components.data();
  return fail(ErrorCode::ambiguous, "the plan has several components, and not one pull request among them",
              "say by --forge-component which one's commit is told");
}

// The number of "pr/12" or of refs/pull/12/head, refs/merge-requests/12/head.
std::int64_t pull_of(const record::PlannedComponent& component)
{
  if (component.kind != record::RefKind::pull_request) return 0;
  for (const std::string_view prefix : {"pr/", "refs/pull/", "refs/merge-requests/"}) {
    for (const std::string_view text : {std::string_view(component.requested_ref), std::string_view(component.ref)}) {
      if (!text.starts_with(prefix)) continue;
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data() + prefix.size(), text.data() + text.size(), number);
      if (error == std::errc() && number > 0) return number;
    }
  }
  return 0;
}

std::string api_of(ForgeKind kind, const std::string& base)
{
  switch (kind) {
  case ForgeKind::github:
    return base == "https://github.com" ? "https://api.github.com" : base + "/api/v3";
  case ForgeKind::gitlab:
    return base + "/api/v4";
  case ForgeKind::gitea:
    break;
  }
  return base + "/api/v1";
}

std::optional<ForgeKind> known_kind(std::string_view authority)
{
  const auto found = std::ranges::find(k_public, authority, &PublicForge::host);
  return found == k_public.end() ? std::nullopt : std::optional(found->kind);
}

struct Base {
  ForgeKind kind = ForgeKind::github;
  std::string url; // without a slash in the end
  Address address;
};

Result<Base> base_of(const TargetOptions& options, const std::optional<Address>& repository)
{
  auto kind = value_of<ForgeKind>(options.forge);
  std::string url = options.url;
  while (url.ends_with('/')) url.pop_back();
  if (url.empty()) {
    if (!repository) return fail(ErrorCode::usage, "it is not known on which forge to tell", "give --forge-url");
    const auto known = known_kind(repository->authority);
    if (!known || (kind && *kind != *known)) {
      return fail(
          ErrorCode::bad_input,
          fmt::format("{} is not a forge that is known, and the token is sent to no other", repository->authority),
          "name it by --forge and --forge-url");
    }
    kind = known;
    url = "https://" + repository->authority;
  }
  auto address = parse(url);
  if (!address || url.find_first_of("@?#") != std::string::npos || address->scheme == "ssh")
    return fail(ErrorCode::usage, fmt::format("--forge-url \"{}\" is not an http or https URL", url));
  if (!may_carry_secret(url))
    return fail(ErrorCode::bad_input, "the token would travel in clear", "use https in --forge-url");
  if (!kind) kind = known_kind(address->authority);
  if (!kind)
    return fail(ErrorCode::usage, fmt::format("the kind of forge at {} is not known", url), "say it by --forge");
  return Base{*kind, url, std::move(*address)};
}

std::string host_name(const Address& address)
{
  return std::string(host_of(address.authority));
}

} // namespace

Result<Target> find_target(const TargetOptions& options, const std::optional<record::Plan>& plan)
{
  const record::PlannedComponent* component = nullptr;
  const bool all_given = !options.repository.empty() && (!options.commit.empty() || options.pull > 0);
  if (!all_given) {
    SG_TRY_ASSIGN(component, component_of(options, plan));
    if (component == nullptr)
      return fail(ErrorCode::not_found, "there is no plan, and so no commit to tell",
                  "give --forge-repository and --forge-commit or --forge-pull");
  }
  const auto repository = component == nullptr ? std::nullopt : parse_repository(component->repository);
  SG_TRY_ASSIGN(const Base base, base_of(options, repository));

  Target out{base.kind, api_of(base.kind, base.url), options.repository, options.commit, options.pull};
  if (out.repository.empty()) {
    // By name and not by port: ssh has another one.
    if (!repository || host_name(*repository) != host_name(base.address)) {
      return fail(ErrorCode::bad_input, fmt::format("the repository of {} is not at {}", component->name, base.url),
                  "name one by --forge-repository");
    }
    out.repository = repository->path;
    if (!base.address.path.empty() && out.repository.starts_with(base.address.path + "/"))
      out.repository.erase(0, base.address.path.size() + 1);
  }
  if (component != nullptr) {
    // Another repository's commit and pull request are not the component's.
    const bool own = options.repository.empty() || (repository && repository->path == options.repository);
    if (own && out.commit.empty()) out.commit = component->commit;
    if (own && out.pull == 0) out.pull = pull_of(*component);
  }
  if (!good_repository(out.repository))
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a repository's owner/name", out.repository));
  if (!out.commit.empty() && !good_commit(out.commit))
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a full commit", out.commit));
  if (out.commit.empty() && out.pull == 0)
    return fail(ErrorCode::usage, "neither a commit nor a pull request is known",
                "give --forge-commit or --forge-pull");
  return out;
}

} // namespace streamgate::notify
