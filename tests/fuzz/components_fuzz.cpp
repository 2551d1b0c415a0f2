// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "resolve-ref/ref_request.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace streamgate::fuzz {

// The value of --components.
void fuzz(std::string_view input)
{
  const auto requests = resolve_ref::parse_components(input);
  if (!requests) return;
  expect(std::ssize(*requests) == std::ranges::count(input, ',') + 1, "every item is a component");
  std::set<std::string> names;
  std::string printed;
  for (const auto& [name, ref] : *requests) {
    expect(resolve_ref::is_name(name), "a component's name is one");
    expect(names.insert(name).second, "no component is asked for twice");
    expect(!ref.text.empty() && ref.text.find_first_of(" :\\*?[^~\n") == std::string::npos, "git takes the ref");
    expect(!ref.text.starts_with('-'), "a ref is no option");
    printed += (printed.empty() ? "" : ",") + name + ":" + ref.text;
  }
  const auto again = resolve_ref::parse_components(printed);
  expect(again.has_value() && again->size() == requests->size(), "what is printed is parsed again");
  for (std::size_t i = 0; i < requests->size(); ++i) {
    const auto &before = (*requests)[i], &after = (*again)[i];
    expect(before.name == after.name && before.ref.text == after.ref.text && before.ref.kind == after.ref.kind &&
               before.ref.number == after.ref.number,
           "parsing what is printed gives the same");
  }
}

} // namespace streamgate::fuzz
