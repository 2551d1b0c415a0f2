// SPDX-License-Identifier: Apache-2.0
#include "categorize/rules.hpp"
#include "fuzz.hpp"
#include "resolve-ref/component_config.hpp"
#include "resolve-ref/ref_request.hpp"

#include <algorithm>

namespace streamgate::fuzz {
namespace {

void components(std::string_view input)
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

void categories(std::string_view input)
{
  const auto rules = categorize::Rules::parse(input, "input");
  if (!rules) return;
  const record::TestResult test{.id = "s/t",
                                .suite = "s",
                                .name = "t",
                                .status = record::TestStatus::failed,
                                .message = "connection refused",
                                .detail = std::string(input)};
  const auto failure = rules->judge(test);
  expect(std::ranges::find(rules->categories(), failure.category, &categorize::Category::id) !=
             rules->categories().end(),
         "every failure is in a category of the file");
}

} // namespace

void fuzz(std::string_view input)
{
  components(input);
  categories(input);
}

} // namespace streamgate::fuzz
