// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"

#include <string_view>
#include <vector>

namespace streamgate::record {

// Return the names of all schemas (config/schema/<name>.schema.json, built into the program).
std::vector<std::string_view> schema_names();

// Return a schema's text, or "" for an unknown name.
std::string_view schema_text(std::string_view name);

// Check `value` against the schema `name` (JSON Schema draft 4, as far as RapidJSON knows it). `what` names the value
// in the error, which says the JSON pointer of the offending member and the keyword that it breaks. Error: bad_input.
Status check_schema(const json::Value& value, std::string_view name, std::string_view what);

} // namespace streamgate::record
