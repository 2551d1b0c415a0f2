// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "resolve-ref/component_config.hpp"
#include "resolve-ref/ref_request.hpp"

namespace streamgate::fuzz {

void fuzz(std::string_view input)
{
  const auto config = resolve_ref::parse_config(input, "input");
  if (!config) return;
  expect(!config->components.empty(), "components that are accepted are some");
  for (const auto& [name, component] : config->components) {
    expect(resolve_ref::is_name(name), "a component's name is one");
    expect(!component.repository.empty() && !component.images.empty(), "a component has a repository and images");
    expect(config->find(name).has_value(), "a component is found by its name");
  }
}

} // namespace streamgate::fuzz
