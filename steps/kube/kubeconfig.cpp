// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "kube/config.hpp"

#include <fmt/format.h>

#include <deque>
#include <optional>

namespace streamgate::kube {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_largest_file = std::size_t{4} << 20U;

// A mapping of a kubeconfig, and where it stands.
struct Section {
  const json::Value* value = nullptr;
  fs::path file;
  std::string where; // "kubeconfig /x: users[admin].user"
};

struct Merged {
  std::deque<json::Document> documents; // never moved: the sections point into them
  std::map<std::string, Section> clusters, contexts, users;
  std::string current_context;
};

std::unexpected<Error> malformed(const Section& at, std::string_view name, std::string_view what)
{
  return fail(ErrorCode::bad_input, fmt::format("{}.{} {}", at.where, name, what));
}

Result<std::string> text(const Section& at, std::string_view name)
{
  const auto* value = json::find(*at.value, {name});
  if (value == nullptr || value->IsNull()) return std::string();
  if (!value->IsString()) return malformed(at, name, "is not a string");
  return std::string(value->GetString(), value->GetStringLength());
}

Result<bool> flag(const Section& at, std::string_view name)
{
  const auto* value = json::find(*at.value, {name});
  if (value == nullptr || value->IsNull()) return false;
  if (!value->IsBool()) return malformed(at, name, "is not true or false");
  return value->GetBool();
}

Result<std::vector<std::string>> texts(const Section& at, std::string_view name)
{
  std::vector<std::string> out;
  const auto* value = json::find(*at.value, {name});
  if (value == nullptr || value->IsNull()) return out;
  if (!value->IsArray()) return malformed(at, name, "is not a list");
  for (const auto& item : value->GetArray()) {
    if (!item.IsString()) return malformed(at, name, "holds what is not a string");
    out.emplace_back(item.GetString(), item.GetStringLength());
  }
  return out;
}

fs::path beside(const fs::path& file, const std::string& path)
{
  return fs::path(path).is_absolute() ? fs::path(path) : fs::absolute(file).parent_path() / path;
}

// Return PEM text that is given inside (`name`-data, base64) or as a file (`name`).
Result<std::string> pem(const Section& at, const std::string& name)
{
  const auto data_name = name + "-data";
  SG_TRY_ASSIGN(const auto data, text(at, data_name));
  SG_TRY_ASSIGN(const auto path, text(at, name));
  if (data.empty() && path.empty()) return std::string();
  const auto& used = data.empty() ? name : data_name;
  auto found = data.empty() ? file::read(beside(at.file, path), k_largest_file) : base64::decode(data);
  if (!found) return std::unexpected(std::move(found.error()).during(fmt::format("{}.{}", at.where, used)));
  if (found->find("-----BEGIN ") == std::string::npos) return malformed(at, used, "holds no PEM text");
  return found;
}

// Add the named entries of one list of a file, unless an earlier file had them.
Status merge_list(const Section& top, std::string_view list, std::string_view member,
                  std::map<std::string, Section>& into)
{
  const auto* entries = json::find(*top.value, {list});
  if (entries == nullptr || entries->IsNull()) return {};
  if (!entries->IsArray()) return malformed(top, list, "is not a list");
  for (const auto& entry : entries->GetArray()) {
    const std::string name(json::text(entry, {"name"}));
    if (name.empty()) return malformed(top, list, "has an entry without a name");
    const Section section{json::find(entry, {member}), top.file,
                          fmt::format("{}.{}[{}].{}", top.where, list, name, member)};
    if (section.value == nullptr || !section.value->IsObject()) {
      return fail(ErrorCode::bad_input, section.where + " is not a mapping");
    }
    into.try_emplace(name, section);
  }
  return {};
}

Status merge_file(const fs::path& path, Merged& into)
{
  SG_TRY_ASSIGN(const auto content, file::read(path, k_largest_file));
  const auto where = "kubeconfig " + path.string();
  SG_TRY_ASSIGN(auto parsed, yaml::parse(content, where));
  into.documents.push_back(std::move(parsed));
  const Section top{&into.documents.back(), path, where};
  if (top.value->IsNull()) return {}; // an empty file, as `kubectl config` leaves behind
  if (!top.value->IsObject()) return fail(ErrorCode::bad_input, where + " is not a mapping");
  SG_TRY_ASSIGN(const auto kind, text(top, "kind"));
  if (!kind.empty() && kind != "Config") return malformed(top, "kind", "is not Config");
  SG_TRY_ASSIGN(const auto version, text(top, "apiVersion"));
  if (!version.empty() && version != "v1") return malformed(top, "apiVersion", "is not v1");
  SG_TRY(merge_list(top, "clusters", "cluster", into.clusters));
  SG_TRY(merge_list(top, "contexts", "context", into.contexts));
  SG_TRY(merge_list(top, "users", "user", into.users));
  SG_TRY_ASSIGN(auto current, text(top, "current-context"));
  if (into.current_context.empty()) into.current_context = std::move(current);
  return {};
}

std::string names(const std::map<std::string, Section>& sections)
{
  std::string out;
  for (const auto& [name, section] : sections) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

Result<Section> choose(const std::map<std::string, Section>& from, const std::string& name, std::string_view what,
                       const std::string& where)
{
  const auto it = from.find(name);
  if (it != from.end()) return it->second;
  return fail(ErrorCode::not_found, fmt::format("{} has no {} named '{}'", where, what, name),
              "there are: " + names(from));
}

Status read_cluster(const Section& at, Config& to)
{
  SG_TRY_ASSIGN(to.server, text(at, "server"));
  while (to.server.ends_with('/')) to.server.pop_back();
  if (to.server.empty()) return malformed(at, "server", "is missing");
  if (!to.server.starts_with("https://") && !to.server.starts_with("http://")) {
    return malformed(at, "server", "is not an http or https URL");
  }
  SG_TRY_ASSIGN(to.tls_server_name, text(at, "tls-server-name"));
  SG_TRY_ASSIGN(to.proxy, text(at, "proxy-url"));
  SG_TRY_ASSIGN(to.insecure_skip_tls_verify, flag(at, "insecure-skip-tls-verify"));
  SG_TRY_ASSIGN(to.ca, pem(at, "certificate-authority"));
  if (to.insecure_skip_tls_verify && !to.ca.empty()) {
    return malformed(at, "insecure-skip-tls-verify", "and a certificate authority exclude each other");
  }
  return {};
}

Result<std::map<std::string, std::string>> read_environment(const Section& at)
{
  std::map<std::string, std::string> out;
  const auto* list = json::find(*at.value, {"env"});
  if (list == nullptr || list->IsNull()) return out;
  if (!list->IsArray()) return malformed(at, "env", "is not a list");
  for (const auto& item : list->GetArray()) {
    const Section entry{&item, at.file, at.where + ".env"};
    SG_TRY_ASSIGN(const auto name, text(entry, "name"));
    if (name.empty()) return malformed(at, "env", "has an entry without a name");
    SG_TRY_ASSIGN(out[name], text(entry, "value"));
  }
  return out;
}

Status read_exec(const Section& at, const Section& cluster, Config& to)
{
  SG_TRY_ASSIGN(to.exec.api_version, text(at, "apiVersion"));
  if (to.exec.api_version != "client.authentication.k8s.io/v1" &&
      to.exec.api_version != "client.authentication.k8s.io/v1beta1") {
    return malformed(at, "apiVersion", "is neither client.authentication.k8s.io/v1 nor v1beta1");
  }
  SG_TRY_ASSIGN(to.exec.command, text(at, "command"));
  if (to.exec.command.empty()) return malformed(at, "command", "is missing");
  if (to.exec.command.find('/') != std::string::npos) to.exec.command = beside(at.file, to.exec.command).string();
  SG_TRY_ASSIGN(to.exec.arguments, texts(at, "args"));
  SG_TRY_ASSIGN(to.exec.environment, read_environment(at));
  SG_TRY_ASSIGN(to.exec.install_hint, text(at, "installHint"));
  SG_TRY_ASSIGN(to.exec.provide_cluster_info, flag(at, "provideClusterInfo"));
  SG_TRY_ASSIGN(const auto mode, text(at, "interactiveMode"));
  if (mode == "Always") return malformed(at, "interactiveMode", "is Always, but nobody can be asked here");
  const auto* extensions = json::find(*cluster.value, {"extensions"});
  if (extensions == nullptr || !extensions->IsArray()) return {};
  for (const auto& item : extensions->GetArray()) {
    const auto* extension = json::find(item, {"extension"});
    const bool ours = json::text(item, {"name"}) == "client.authentication.k8s.io/exec";
    if (ours && extension != nullptr) to.exec.cluster_config = json::dump(*extension);
  }
  return {};
}

Status read_user(const Section& at, const Section& cluster, Config& to)
{
  SG_TRY_ASSIGN(to.token, text(at, "token"));
  SG_TRY_ASSIGN(const auto token_file, text(at, "tokenFile"));
  if (!token_file.empty()) to.token_file = beside(at.file, token_file);
  SG_TRY_ASSIGN(to.username, text(at, "username"));
  SG_TRY_ASSIGN(to.password, text(at, "password"));
  SG_TRY_ASSIGN(to.impersonate, text(at, "as"));
  SG_TRY_ASSIGN(to.impersonate_groups, texts(at, "as-groups"));
  SG_TRY_ASSIGN(to.client_certificate, pem(at, "client-certificate"));
  SG_TRY_ASSIGN(to.client_key, pem(at, "client-key"));
  if (to.client_certificate.empty() != to.client_key.empty()) {
    return fail(ErrorCode::bad_input, at.where + " has only one of client-certificate and client-key");
  }
  for (const std::string_view name : {"auth-provider", "as-uid", "as-user-extra"}) {
    if (json::find(*at.value, {name}) != nullptr) {
      return std::unexpected(malformed(at, name, "is not supported").error().advise("use a token or an exec plugin"));
    }
  }
  const auto* exec = json::find(*at.value, {"exec"});
  if (exec == nullptr || exec->IsNull()) return {};
  if (!exec->IsObject()) return malformed(at, "exec", "is not a mapping");
  return read_exec({exec, at.file, at.where + ".exec"}, cluster, to);
}

Status merge_files(const std::vector<fs::path>& files, Merged& into)
{
  std::optional<Error> absent;
  for (const auto& file : files) {
    auto status = merge_file(file, into);
    if (status) continue;
    if (status.error().code != ErrorCode::not_found) return status;
    absent = std::move(status.error()).during("reading the kubeconfig");
  }
  if (absent && into.documents.empty()) return std::unexpected(std::move(*absent));
  return {};
}

} // namespace

Result<Config> read_kubeconfig(const std::vector<fs::path>& files, const std::string& context)
{
  Merged merged;
  SG_TRY(merge_files(files, merged));
  const auto where = "kubeconfig " + files.front().string();
  const auto& wanted = context.empty() ? merged.current_context : context;
  if (wanted.empty()) {
    return fail(ErrorCode::bad_input, where + " has no current-context",
                "name a context; there are: " + names(merged.contexts));
  }
  SG_TRY_ASSIGN(const auto chosen, choose(merged.contexts, wanted, "context", where));
  Config config;
  SG_TRY_ASSIGN(const auto cluster_name, text(chosen, "cluster"));
  if (cluster_name.empty()) return malformed(chosen, "cluster", "is missing");
  SG_TRY_ASSIGN(const auto cluster, choose(merged.clusters, cluster_name, "cluster", where));
  SG_TRY(read_cluster(cluster, config));
  SG_TRY_ASSIGN(config.nspace, text(chosen, "namespace"));
  if (config.nspace.empty()) config.nspace = "default";
  SG_TRY_ASSIGN(const auto user_name, text(chosen, "user"));
  if (user_name.empty()) return config;
  SG_TRY_ASSIGN(const auto user, choose(merged.users, user_name, "user", where));
  SG_TRY(read_user(user, cluster, config));
  return config;
}

} // namespace streamgate::kube
