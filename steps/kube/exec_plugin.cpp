// SPDX-License-Identifier: Apache-2.0
#include "kube/exec_plugin.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/process.hpp"

#include <fmt/format.h>

namespace streamgate::kube {
namespace {

std::unexpected<Error> refused(const std::string& what)
{
  return fail(ErrorCode::unauthorized, "the credential plugin " + what,
              "run the plugin by hand to see what it answers");
}

void add_member(std::string& object, std::string_view name, const std::string& json_value)
{
  if (object.size() > 1) object += ',';
  object += fmt::format("\"{}\":{}", name, json_value);
}

std::string cluster_info(const Config& config)
{
  std::string out = "{";
  add_member(out, "server", json::quote(config.server));
  if (!config.tls_server_name.empty()) add_member(out, "tls-server-name", json::quote(config.tls_server_name));
  if (config.insecure_skip_tls_verify) add_member(out, "insecure-skip-tls-verify", "true");
  if (!config.ca.empty()) add_member(out, "certificate-authority-data", json::quote(base64::encode(config.ca)));
  if (!config.proxy.empty()) add_member(out, "proxy-url", json::quote(config.proxy));
  if (!config.exec.cluster_config.empty()) add_member(out, "config", config.exec.cluster_config);
  return out + "}";
}

} // namespace

std::string exec_info(const Config& config)
{
  std::string spec = "{";
  add_member(spec, "interactive", "false");
  if (config.exec.provide_cluster_info) add_member(spec, "cluster", cluster_info(config));
  return fmt::format(R"({{"kind":"ExecCredential","apiVersion":"{}","spec":{}}}}})", config.exec.api_version, spec);
}

Result<ExecCredential> parse_exec_credential(std::string_view printed, std::string_view api_version)
{
  const auto parsed = json::parse(printed, "what the plugin printed");
  if (!parsed) return refused("printed no JSON: " + parsed.error().message);
  if (json::text(*parsed, {"kind"}) != "ExecCredential") return refused("did not print an ExecCredential");
  if (json::text(*parsed, {"apiVersion"}) != api_version) {
    return refused(fmt::format("answered as '{}' and not as '{}'", json::text(*parsed, {"apiVersion"}), api_version));
  }
  ExecCredential credential;
  credential.token = json::text(*parsed, {"status", "token"});
  credential.certificate = json::text(*parsed, {"status", "clientCertificateData"});
  credential.key = json::text(*parsed, {"status", "clientKeyData"});
  if (credential.certificate.empty() != credential.key.empty()) return refused("gave only one of certificate and key");
  if (credential.token.empty() && credential.certificate.empty()) return refused("gave neither token nor certificate");
  if (const auto expires = json::text(*parsed, {"status", "expirationTimestamp"}); !expires.empty()) {
    const auto time = parse_rfc3339(expires);
    if (!time) return refused("gave an expirationTimestamp that is not RFC 3339");
    credential.expires = *time;
  }
  return credential;
}

Result<ExecCredential> run_exec_plugin(const Config& config, Duration longest, const Cancel& cancel)
{
  process::Command command;
  command.argv = {config.exec.command};
  command.argv.insert(command.argv.end(), config.exec.arguments.begin(), config.exec.arguments.end());
  command.environment = config.exec.environment;
  command.environment["KUBERNETES_EXEC_INFO"] = exec_info(config);
  command.timeout = longest;
  command.grace = std::chrono::seconds(1);
  const auto printed = process::output(command, cancel);
  if (!printed) {
    // A missing plugin must not look like a missing object: whatever went wrong, there are no credentials.
    if (printed.error().code == ErrorCode::cancelled) return std::unexpected(printed.error());
    Error error{printed.error().code == ErrorCode::timeout ? ErrorCode::timeout : ErrorCode::unauthorized,
                fmt::format("the credential plugin {} failed: {}", config.exec.command, printed.error().text())};
    return std::unexpected(std::move(error).advise(
        config.exec.install_hint.empty() ? "run the plugin by hand to see what it answers" : config.exec.install_hint));
  }
  return parse_exec_credential(*printed, config.exec.api_version);
}

} // namespace streamgate::kube
