// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "facts/artifacts.hpp"
#include "facts/secrets.hpp"
#include "facts/views.hpp"
#include "fuzz.hpp"

namespace streamgate::fuzz {
namespace {

void check_texts(std::string_view input)
{
  const auto name = facts::safe_name(input);
  expect(!name.empty() && name.size() <= 120 && name.front() != '.' && name.find('/') == std::string::npos,
         "a safe name is one of a file in its folder");
  const auto text = facts::scrub(input, {"correct-horse"});
  expect(utf8::valid(text) && text.find("correct-horse") == std::string::npos, "a scrubbed text has no known secret");
  const auto end = facts::last_lines(text, 100);
  expect(end.size() <= 100 && utf8::valid(end), "the last lines are bounded text");
}

} // namespace

void fuzz(std::string_view input)
{
  check_texts(input);
  const auto object = json::parse(input, "input");
  if (!object) return;
  for (const auto& trouble : facts::troubles(*object)) {
    expect(!trouble.fact.pod.empty() && !trouble.fact.state.empty(), "a trouble fits the schema");
    expect(trouble.fact.restarts >= 0, "nothing restarts less than never");
    expect(utf8::valid(to_json(trouble.fact)), "a fact is text");
  }
  expect(facts::event_fact(*object).count > 0, "an event happened once at least");
  for (const auto& text :
       {facts::safe_json(*object), to_json(facts::pod_state(*object)), to_json(facts::object_state(*object, "Kind"))})
    expect(json::parse(text, "printed").has_value(), "what is written of an object is JSON");
  (void)facts::node_facts(*object);
  (void)facts::secret_values(*object);
}

} // namespace streamgate::fuzz
