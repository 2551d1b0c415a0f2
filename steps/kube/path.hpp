// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "kube/client.hpp"

#include <string>
#include <utility>

namespace streamgate::kube {

// Return the path of all objects of a kind: in one namespace, or in all when `nspace` is "".
std::string collection_path(const Resource& resource, const std::string& nspace);

// Return an object's path. Error bad_input for a name or namespace that is missing or could mean another path: a DELETE
// with an empty name would be one of the whole collection.
Result<std::string> object_path(const Resource& resource, const ObjectName& name);

// Builds "?a=b&c=d"; values are escaped, empty ones left out.
class Query {
public:
  Query& add(std::string_view name, std::string_view value);
  // The selectors of a list or a watch.
  Query& add(const ListOptions& options);
  const std::string& text() const { return m_text; }

private:
  std::string m_text;
};

} // namespace streamgate::kube
