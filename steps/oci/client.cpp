// SPDX-License-Identifier: Apache-2.0
#include "oci/client.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/host.hpp"
#include "base/json.hpp"
#include "base/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <openssl/evp.h>

namespace streamgate::oci {
namespace {

constexpr std::string_view k_accept =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";
constexpr std::size_t k_manifest_limit = std::size_t{4} << 20U;

std::string api_host(const std::string& registry)
{
  // Docker Hub's API is not at the name that its images have.
  return registry == "docker.io" || registry == "index.docker.io" ? "registry-1.docker.io" : registry;
}

std::string text_of(const http::Response& response)
{
  const auto document = json::parse(response.body, "answer");
  if (document) {
    if (const auto* errors = json::find(*document, {"errors"});
        errors != nullptr && errors->IsArray() && !errors->Empty()) {
      return fmt::format("{} {}", json::text((*errors)[0], {"code"}), json::text((*errors)[0], {"message"}));
    }
  }
  return {};
}

std::unexpected<Error> refused(const Reference& reference, const http::Response& response)
{
  const auto said = text_of(response);
  auto message = fmt::format("{} answered {} for {}{}{}", reference.registry, response.status, reference.text(),
                             said.empty() ? "" : ": ", said);
  std::string hint = "look at the registry's own log";
  if (response.status == 401 || response.status == 403) {
    hint = fmt::format("give credentials for {} by --registry-auth (a docker config.json)", reference.registry);
  } else if (response.status == 429) {
    hint = "the registry limits the rate: try again later, or with credentials";
  }
  return fail(ErrorCode::registry, std::move(message), std::move(hint));
}

// A transfer without an answer, seen as the registry's fault unless we ended it.
std::unexpected<Error> unreachable(const std::string& registry, Error error)
{
  if (error.code == ErrorCode::cancelled) return std::unexpected(std::move(error));
  error.code = ErrorCode::registry;
  return std::unexpected(
      std::move(error)
          .during(fmt::format("while asking the registry {}", registry))
          .advise("is the registry up and reachable from here? a registry without TLS needs --registry-http=always"));
}

} // namespace

Challenge parse_challenge(std::string_view header)
{
  Challenge out;
  const auto space = std::min(header.find(' '), header.size());
  out.scheme = ascii::lower(std::string(header.substr(0, space)));
  auto rest = header.substr(space);
  while (!rest.empty()) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" ,"), rest.size()));
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) break;
    const auto key = rest.substr(0, equals);
    rest.remove_prefix(equals + 1);
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const auto end = std::min(rest.find(quoted ? '"' : ','), rest.size());
    out.parameters.emplace(key, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string sha256(std::string_view bytes)
{
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), raw.data(), &size, EVP_sha256(), nullptr);
  std::string out = "sha256:";
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", raw.at(i));
  return out;
}

Client::Client(ClientOptions options, const Cancel& cancel) : m_options(std::move(options)), m_cancel(cancel) {}

bool Client::plain_http(std::string_view registry) const
{
  if (m_options.scheme == Scheme::automatic) return is_private_host(registry);
  return m_options.scheme == Scheme::http;
}

// Fetch a token by the registry's challenge. Returns the value of the Authorization header, or "" when there is no way.
Result<std::string> Client::authorize(const Reference& reference, std::string_view challenge_text)
{
  const auto challenge = parse_challenge(challenge_text);
  const auto known = m_options.auth.of(reference);
  if (challenge.scheme == "basic") {
    if (!known) return std::string();
    return "Basic " + base64::encode(known->username + ":" + known->password);
  }
  const auto realm = challenge.parameters.find("realm");
  if (challenge.scheme != "bearer" || realm == challenge.parameters.end()) return std::string();
  if (!realm->second.starts_with("https://") && !plain_http(reference.registry)) {
    return fail(ErrorCode::registry,
                fmt::format("{} names a token server without TLS: {}", reference.registry, realm->second));
  }
  http::Request request;
  const auto scope = fmt::format("repository:{}:pull", reference.repository);
  request.url =
      realm->second + (realm->second.find('?') == std::string::npos ? "?" : "&") + "scope=" + http::escape(scope);
  if (const auto service = challenge.parameters.find("service"); service != challenge.parameters.end()) {
    request.url += "&service=" + http::escape(service->second);
  }
  if (known) {
    request.username = known->username;
    request.password = known->identity_token.empty() ? known->password : known->identity_token;
  }
  request.timeout = m_options.timeout;
  auto answer = http::send_with_retry(m_session, request, m_options.retry, m_cancel);
  if (!answer) return unreachable(reference.registry, std::move(answer.error()));
  if (!answer->good()) return refused(reference, *answer);
  SG_TRY_ASSIGN(const json::Document document, json::parse(answer->body, "answer of the token server"));
  auto token = std::string(json::text(document, {"token"}));
  if (token.empty()) token = json::text(document, {"access_token"});
  if (token.empty()) return fail(ErrorCode::registry, "the token server of " + reference.registry + " gave no token");
  redact::remember(token);
  return "Bearer " + token;
}

Result<http::Response> Client::send(const Reference& reference, http::Request request)
{
  auto& authorization = m_authorization[reference.name()];
  const auto headers = request.headers;
  for (const bool again : {true, false}) {
    request.headers = headers;
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    auto answer = http::send_with_retry(m_session, request, m_options.retry, m_cancel);
    if (!answer) return unreachable(reference.registry, std::move(answer.error()));
    if (answer->status != 401 || !again) return std::move(*answer);
    const auto challenge = answer->headers.find("WWW-Authenticate");
    if (!challenge) return std::move(*answer);
    SG_TRY_ASSIGN(authorization, authorize(reference, *challenge));
    if (authorization.empty()) return std::move(*answer);
  }
  return fail(ErrorCode::internal, "unreachable");
}

Result<Manifest> Client::ask(const Reference& reference, const std::string& method)
{
  http::Request request;
  request.method = method;
  request.url = fmt::format("{}://{}/v2/{}/manifests/{}", plain_http(reference.registry) ? "http" : "https",
                            api_host(reference.registry), reference.repository, reference.target());
  request.headers.add("Accept", std::string(k_accept));
  request.timeout = m_options.timeout;
  request.body_limit = k_manifest_limit;
  SG_TRY_ASSIGN(http::Response response, send(reference, std::move(request)));
  if (response.status == 404) {
    return fail(ErrorCode::not_found, fmt::format("the registry has no {}", reference.text()));
  }
  if (!response.good()) return refused(reference, response);
  Manifest out;
  out.digest = response.headers.find("Docker-Content-Digest").value_or("");
  out.media_type = response.headers.find("Content-Type").value_or("");
  out.media_type.resize(std::min(out.media_type.find(';'), out.media_type.size()));
  out.body = std::move(response.body);
  if (out.media_type.starts_with("text/")) {
    return fail(ErrorCode::registry,
                fmt::format("what {} answers for {} is no image manifest, but {}", reference.registry, reference.text(),
                            out.media_type),
                "is that a registry? a page for people, of a login or a proxy, looks like this");
  }
  return out;
}

Result<Manifest> Client::head(const Reference& reference)
{
  SG_TRY_ASSIGN(Manifest manifest, ask(reference, "HEAD"));
  // Not every registry says the digest without the body.
  if (!is_digest(manifest.digest)) {
    SG_TRY_ASSIGN(manifest, get(reference));
  }
  if (!reference.digest.empty() && manifest.digest != reference.digest) {
    return fail(ErrorCode::registry,
                fmt::format("asked for {}, the registry says {}", reference.text(), manifest.digest));
  }
  manifest.body.clear();
  return manifest;
}

Result<Manifest> Client::get(const Reference& reference)
{
  SG_TRY_ASSIGN(Manifest manifest, ask(reference, "GET"));
  const auto computed = sha256(manifest.body);
  const auto& expected = reference.digest.empty() ? manifest.digest : reference.digest;
  if (expected.starts_with("sha256:") && expected != computed) {
    return fail(ErrorCode::registry, fmt::format("{} has the digest {} by its bytes", reference.text(), computed),
                "the registry's answer was changed on its way, or its store is broken");
  }
  manifest.digest = computed;
  return manifest;
}

} // namespace streamgate::oci
