// SPDX-License-Identifier: Apache-2.0
#include "record/schema.hpp"

#include <fmt/format.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <array>

namespace streamgate::record {
namespace {

struct Schema {
  std::string_view name;
  std::string_view text;
};

constexpr Schema k_schemas[] = {
#include "schemas.inc"
};

} // namespace

std::vector<std::string_view> schema_names()
{
  std::vector<std::string_view> out;
  for (const auto& schema : k_schemas) out.push_back(schema.name);
  return out;
}

std::string_view schema_text(std::string_view name)
{
  for (const auto& schema : k_schemas) {
    if (schema.name == name) return schema.text;
  }
  return {};
}

Status check_schema(const json::Value& value, std::string_view name, std::string_view what)
{
  const auto text = schema_text(name);
  if (text.empty()) return fail(ErrorCode::internal, fmt::format("there is no schema '{}'", name));
  SG_TRY_ASSIGN(const json::Document parsed, json::parse(text, fmt::format("schema '{}'", name)));
  const rapidjson::SchemaDocument schema(parsed);
  rapidjson::SchemaValidator validator(schema);
  if (value.Accept(validator)) return {};
  rapidjson::StringBuffer pointer;
  validator.GetInvalidDocumentPointer().Stringify(pointer);
  const std::string_view where(pointer.GetString(), pointer.GetSize());
  return fail(ErrorCode::bad_input,
              fmt::format("{} does not fit its schema: {} breaks '{}' of schema '{}'", what,
                          where.empty() ? "/" : where, validator.GetInvalidSchemaKeyword(), name));
}

} // namespace streamgate::record
