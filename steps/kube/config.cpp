// SPDX-License-Identifier: Apache-2.0
#include "kube/config.hpp"

#include "base/file.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace streamgate::kube {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::vector<fs::path> split_list(const std::string& list)
{
  std::vector<fs::path> out;
  std::size_t at = 0;
  while (at <= list.size()) {
    const auto end = std::min(list.find(':', at), list.size());
    if (end > at) out.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string trim(std::string text)
{
  const auto last = text.find_last_not_of(" \t\r\n");
  text.erase(last == std::string::npos ? 0 : last + 1);
  return text;
}

Result<Config> in_cluster(const ConfigSource& source, const std::string& host, const std::string& port)
{
  constexpr std::string_view doing = "reading the pod's service account";
  Config config;
  const bool ipv6 = host.find(':') != std::string::npos;
  config.server = fmt::format("https://{}:{}", ipv6 ? "[" + host + "]" : host, port);
  SG_TRY_ASSIGN(config.ca, during(file::read(source.service_account / "ca.crt"), std::string(doing)));
  config.token_file = source.service_account / "token";
  config.nspace = "default";
  if (auto nspace = file::read(source.service_account / "namespace")) config.nspace = trim(std::move(*nspace));
  return config;
}

} // namespace

Result<Config> load_config(const ConfigSource& source)
{
  if (!source.kubeconfig.empty()) return read_kubeconfig({source.kubeconfig}, source.context);
  if (const auto files = split_list(environment("KUBECONFIG")); !files.empty()) {
    return read_kubeconfig(files, source.context);
  }
  const auto host = environment("KUBERNETES_SERVICE_HOST");
  const auto port = environment("KUBERNETES_SERVICE_PORT");
  std::error_code ignored;
  if (!host.empty() && !port.empty() && fs::exists(source.service_account / "token", ignored)) {
    return in_cluster(source, host, port);
  }
  const auto usual = fs::path(environment("HOME")) / ".kube" / "config";
  if (fs::exists(usual, ignored)) return read_kubeconfig({usual}, source.context);
  return fail(ErrorCode::not_found, "no cluster is known: no kubeconfig was given, and there is no service account",
              "give a kubeconfig file or set KUBECONFIG");
}

} // namespace streamgate::kube
