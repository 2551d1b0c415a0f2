// SPDX-License-Identifier: Apache-2.0
#include "kube/client.hpp"

#include "base/log.hpp"
#include "kube/client_impl.hpp"
#include "kube/path.hpp"
#include "kube/status.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::kube {
namespace {

// After so many expired continue tokens a list is asked for in one piece, which cannot expire.
constexpr int k_paged_tries = 3;

// A patch with a `test` is refused when it was applied already, so that it can be repeated.
bool has_test(const std::string& json_patch)
{
  const auto parsed = json::parse(json_patch, "the patch");
  if (!parsed || !parsed->IsArray()) return false;
  return std::ranges::any_of(parsed->GetArray(), [](const auto& op) { return json::text(op, {"op"}) == "test"; });
}

Status take_items(json::Document& page, const std::string& what, List& into)
{
  const auto* items = json::find(page, {"items"});
  into.resource_version = json::text(page, {"metadata", "resourceVersion"});
  if (items != nullptr && items->IsNull()) return {};
  if (items == nullptr || !items->IsArray())
    return fail(ErrorCode::bad_input, "the answer to " + what + " is not a list");
  for (const auto& item : items->GetArray()) {
    auto& copy = into.items.emplace_back();
    copy.CopyFrom(item, copy.GetAllocator());
  }
  return {};
}

std::string delete_body(const DeleteOptions& options)
{
  std::string body = R"({"kind":"DeleteOptions","apiVersion":"v1")";
  if (!options.propagation.empty()) body += fmt::format(R"(,"propagationPolicy":{})", json::quote(options.propagation));
  if (options.grace) body += fmt::format(R"(,"gracePeriodSeconds":{})", *options.grace);
  if (options.uid.empty() && options.resource_version.empty()) return body + "}";
  body += R"(,"preconditions":{)";
  if (!options.uid.empty()) body += fmt::format(R"("uid":{})", json::quote(options.uid));
  if (!options.uid.empty() && !options.resource_version.empty()) body += ',';
  if (!options.resource_version.empty())
    body += fmt::format(R"("resourceVersion":{})", json::quote(options.resource_version));
  return body + "}}";
}

constexpr Resource k_access_reviews{"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview",
                                    false};

std::string review_body(const Right& right)
{
  return fmt::format(R"({{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":)"
                     R"({{"resourceAttributes":{{"verb":{},"group":{},"resource":{},"namespace":{},"name":{}}}}}}})",
                     json::quote(right.verb), json::quote(right.resource.group), json::quote(right.resource.plural),
                     json::quote(right.object.nspace), json::quote(right.object.name));
}

// The server says "bad request" for a log that is not there yet or no more.
bool is_missing_log(const Error& error)
{
  const auto says = [&](std::string_view part) { return error.message.find(part) != std::string::npos; };
  return error.code == ErrorCode::bad_input && (says("is waiting to start") || says("is terminated") ||
                                                (says("previous terminated container") && says("not found")));
}

} // namespace

Client::Client(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::make(Config config, const Cancel& cancel, ClientOptions options)
{
  if (config.server.empty()) return fail(ErrorCode::bad_input, "no API server is given");
  return Client(std::unique_ptr<Impl>(new Impl{Transport(std::move(config), cancel, options)}));
}

const std::string& Client::server() const
{
  return m_impl->transport.config().server;
}
const std::string& Client::default_namespace() const
{
  return m_impl->transport.config().nspace;
}

Result<json::Document> Client::get(const Resource& resource, const ObjectName& name) const
{
  SG_TRY_ASSIGN(const auto path, object_path(resource, name));
  return m_impl->transport.send_for_json({.path = path});
}

Result<json::Document> Client::get_path(const std::string& path) const
{
  return m_impl->transport.send_for_json({.path = path});
}

Result<List> Client::list(const Resource& resource, const std::string& nspace, const ListOptions& options) const
{
  List list;
  std::string next;
  for (int tries = 1;;) {
    Query query;
    query.add(options);
    if (tries <= k_paged_tries && options.page > 0) query.add("limit", std::to_string(options.page));
    query.add("continue", next);
    const Call call{.path = collection_path(resource, nspace) + query.text()};
    auto page = m_impl->transport.send_for_json(call);
    if (!page && page.error().code == ErrorCode::gone && !next.empty()) {
      list = {};
      next.clear();
      ++tries;
      continue;
    }
    if (!page) return std::unexpected(std::move(page.error()));
    SG_TRY(take_items(*page, call.what(), list));
    auto token = std::string(json::text(*page, {"metadata", "continue"}));
    if (token.empty()) return list;
    if (token == next) return fail(ErrorCode::bad_input, "the answer to " + call.what() + " continues with itself");
    next = std::move(token);
  }
}

Result<json::Document> Client::create(const Resource& resource, const std::string& nspace,
                                      const std::string& body) const
{
  if (resource.namespaced && nspace.empty()) {
    return fail(ErrorCode::bad_input, fmt::format("no namespace is given for a new {}", resource.kind));
  }
  return m_impl->transport.send_for_json({.method = "POST",
                                          .path = collection_path(resource, nspace),
                                          .body = body,
                                          .content_type = "application/json",
                                          .idempotent = http::Idempotent::no});
}

Result<json::Document> Client::replace(const Resource& resource, const ObjectName& name, const std::string& body) const
{
  SG_TRY_ASSIGN(const auto path, object_path(resource, name));
  return m_impl->transport.send_for_json(
      {.method = "PUT", .path = path, .body = body, .content_type = "application/json"});
}

Result<json::Document> Client::patch(const Resource& resource, const ObjectName& name, PatchType type,
                                     const std::string& body) const
{
  SG_TRY_ASSIGN(const auto path, object_path(resource, name));
  const bool merge = type == PatchType::merge;
  const bool guarded = !merge && has_test(body);
  const Call call{.method = "PATCH",
                  .path = path,
                  .body = body,
                  .content_type = merge ? "application/merge-patch+json" : "application/json-patch+json",
                  .idempotent = merge || guarded ? http::Idempotent::yes : http::Idempotent::no};
  SG_TRY_ASSIGN(const auto response, m_impl->transport.send(call));
  if (response.good()) return json::parse(response.body, "the answer to " + call.what());
  auto error = status_error(response, call.what());
  if (guarded && refuses_patch(response)) {
    error.code = ErrorCode::conflict;
    error.message += "; most likely the object has changed: a test of the patch does not hold";
  }
  return std::unexpected(std::move(error));
}

Result<json::Document> Client::apply(const Resource& resource, const ObjectName& name, const std::string& manager,
                                     const std::string& body, bool force) const
{
  SG_TRY_ASSIGN(const auto path, object_path(resource, name));
  Query query;
  query.add("fieldManager", manager).add("force", force ? "true" : "");
  return m_impl->transport.send_for_json(
      {.method = "PATCH", .path = path + query.text(), .body = body, .content_type = "application/apply-patch+yaml"});
}

Status Client::remove(const Resource& resource, const ObjectName& name, const DeleteOptions& options) const
{
  SG_TRY_ASSIGN(const auto path, object_path(resource, name));
  const Call call{.method = "DELETE", .path = path, .body = delete_body(options), .content_type = "application/json"};
  SG_TRY_ASSIGN(const auto response, m_impl->transport.send(call));
  if (response.good()) return {};
  const bool conditional = !options.uid.empty() || !options.resource_version.empty();
  if (response.status == 404 && !conditional) return {};
  return std::unexpected(status_error(response, call.what()));
}

Result<std::string> Client::logs(const ObjectName& pod, const LogOptions& options) const
{
  SG_TRY_ASSIGN(const auto path, object_path(k_pods, pod));
  Query query;
  query.add("container", options.container).add("previous", options.previous ? "true" : "");
  if (options.tail_lines > 0) query.add("tailLines", std::to_string(options.tail_lines));
  if (options.limit_bytes > 0) query.add("limitBytes", std::to_string(options.limit_bytes));
  const Call call{.path = path + "/log" + query.text()};
  SG_TRY_ASSIGN(auto response, m_impl->transport.send(call));
  if (response.good()) return std::move(response.body);
  auto error = status_error(response, call.what());
  if (is_missing_log(error)) error.code = ErrorCode::not_found;
  return std::unexpected(std::move(error));
}

// The server keeps nothing of a review, so that it can be repeated.
Result<bool> Client::may(const Right& right) const
{
  SG_TRY_ASSIGN(const auto review, m_impl->transport.send_for_json({.method = "POST",
                                                                    .path = collection_path(k_access_reviews, ""),
                                                                    .body = review_body(right),
                                                                    .content_type = "application/json"}));
  return json::flag(review, {"status", "allowed"});
}

} // namespace streamgate::kube
