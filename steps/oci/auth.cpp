// SPDX-License-Identifier: Apache-2.0
#include "oci/auth.hpp"

#include "base/base64.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/redact.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace streamgate::oci {
namespace {

// Docker writes keys as host, https://host, https://host/v1/ or host/path.
std::string normal(std::string_view key)
{
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  for (const std::string_view tail : {"/", "/v1", "/v2"}) {
    if (key.ends_with(tail)) key.remove_suffix(tail.size());
  }
  if (key == "index.docker.io" || key == "registry-1.docker.io") return "docker.io";
  return std::string(key);
}

Result<Credentials> credentials(const json::Value& entry, const std::string& where)
{
  Credentials out{std::string(json::text(entry, {"username"})), std::string(json::text(entry, {"password"})),
                  std::string(json::text(entry, {"identitytoken"}))};
  const auto coded = json::text(entry, {"auth"});
  if (!coded.empty()) {
    redact::remember(coded);
    SG_TRY_ASSIGN(const std::string pair, during(base64::decode(coded), where));
    const auto colon = pair.find(':');
    if (colon == std::string::npos) {
      return fail(ErrorCode::bad_input, where + ": auth is not the base64 of user:password");
    }
    out.username = pair.substr(0, colon);
    out.password = pair.substr(colon + 1);
  }
  redact::remember(out.password);
  redact::remember(out.identity_token);
  return out;
}

std::filesystem::path existing(const char* folder, std::string_view rest)
{
  if (folder == nullptr || *folder == '\0') return {};
  auto path = std::filesystem::path(folder);
  if (!rest.empty()) path /= rest;
  std::error_code failed;
  return std::filesystem::exists(path, failed) ? path : std::filesystem::path();
}

} // namespace

Result<Auth> Auth::load(const std::filesystem::path& file)
{
  SG_TRY_ASSIGN(const std::string text, during(file::read(file), "while reading the registry credentials"));
  SG_TRY_ASSIGN(const json::Document document, json::parse(text, file.string()));
  Auth out;
  const auto* entries = json::find(document, {"auths"});
  if (entries == nullptr) return out;
  if (!entries->IsObject()) return fail(ErrorCode::bad_input, file.string() + ": auths is not an object");
  for (const auto& entry : entries->GetObject()) {
    const std::string key(entry.name.GetString(), entry.name.GetStringLength());
    const auto where = fmt::format("{}: auths of {}", file.string(), key);
    if (!entry.value.IsObject()) return fail(ErrorCode::bad_input, where + " is not an object");
    SG_TRY_ASSIGN(out.m_entries[normal(key)], credentials(entry.value, where));
  }
  return out;
}

std::filesystem::path Auth::find_file()
{
  if (auto path = existing(std::getenv("REGISTRY_AUTH_FILE"), {}); !path.empty()) return path;
  if (auto path = existing(std::getenv("DOCKER_CONFIG"), "config.json"); !path.empty()) return path;
  return existing(std::getenv("HOME"), ".docker/config.json");
}

std::optional<Credentials> Auth::of(const Reference& reference) const
{
  auto key = reference.registry == "index.docker.io" ? "docker.io/" + reference.repository : reference.name();
  for (;;) {
    if (const auto found = m_entries.find(key); found != m_entries.end()) {
      const auto& entry = found->second;
      // Docker leaves an empty entry for what a credential helper holds.
      if (!entry.username.empty() || !entry.identity_token.empty()) return entry;
    }
    const auto slash = key.rfind('/');
    if (slash == std::string::npos) return std::nullopt;
    key.resize(slash);
  }
}

} // namespace streamgate::oci
