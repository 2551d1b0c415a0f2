// SPDX-License-Identifier: Apache-2.0
#include "categorize/examples.hpp"

#include "base/yaml.hpp"
#include "record/schema.hpp"

#include <filesystem>

namespace streamgate::categorize {

record::TestResult Example::as_test() const
{
  record::TestResult out;
  out.id = test;
  out.suite = suite;
  out.status = status;
  out.attempts = attempts;
  out.duration_s = duration_s;
  out.message = message;
  out.detail = detail;
  return out;
}

std::string examples_file(const std::string& rules)
{
  return std::filesystem::path(rules).replace_extension(".examples.yaml").string();
}

Result<Examples> parse_examples(std::string_view yaml, std::string_view what)
{
  SG_TRY_ASSIGN(const auto document, yaml::parse(yaml, what));
  SG_TRY(record::check_schema(document, "category-examples", what));
  return from_json<Examples>(document, what);
}

} // namespace streamgate::categorize
