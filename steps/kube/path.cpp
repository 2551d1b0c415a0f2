// SPDX-License-Identifier: Apache-2.0
#include "kube/path.hpp"

#include "http/http.hpp"

#include <fmt/format.h>

namespace streamgate::kube {
namespace {

// The names that Kubernetes refuses as path segments.
bool is_segment(std::string_view name)
{
  return !name.empty() && name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
}

} // namespace

std::string collection_path(const Resource& resource, const std::string& nspace)
{
  std::string path = resource.group.empty() ? fmt::format("/api/{}", resource.version)
                                            : fmt::format("/apis/{}/{}", resource.group, resource.version);
  if (resource.namespaced && !nspace.empty()) path += "/namespaces/" + http::escape(nspace);
  return fmt::format("{}/{}", path, resource.plural);
}

Result<std::string> object_path(const Resource& resource, const ObjectName& name)
{
  if (!is_segment(name.name)) {
    return fail(ErrorCode::bad_input, fmt::format("'{}' is not a name for a {}", name.name, resource.kind));
  }
  if (resource.namespaced && !is_segment(name.nspace)) {
    return fail(ErrorCode::bad_input,
                fmt::format("'{}' is not a namespace for {} {}", name.nspace, resource.kind, name.name));
  }
  return collection_path(resource, name.nspace) + "/" + http::escape(name.name);
}

Query& Query::add(std::string_view name, std::string_view value)
{
  if (!value.empty()) m_text += fmt::format("{}{}={}", m_text.empty() ? "?" : "&", name, http::escape(value));
  return *this;
}

Query& Query::add(const ListOptions& options)
{
  return add("labelSelector", options.labels).add("fieldSelector", options.fields);
}

} // namespace streamgate::kube
