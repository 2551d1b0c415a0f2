// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

// What base/redact.hpp cannot know by its shape: which values of an object are secret by their name.
namespace streamgate::facts {

// Return true when a variable's or a field's name says that its value is secret: it holds password, token, secret ...
bool names_secret(std::string_view name);

// Return the values that a pod's containers have in variables whose name says so. Values that may be a word of any text
// are left out: under 8 bytes.
std::vector<std::string> secret_values(const json::Value& pod);

// Return `text` without these values, redacted, and without the rest of a private key whose beginning was cut off.
std::string scrub(std::string_view text, const std::vector<std::string>& values = {});

// Return an object of the API server as JSON for people, redacted: without managedFields, annotations that repeat the
// object, Secrets' data, values that names_secret; long texts and lists are cut.
std::string safe_json(const json::Value& object);

} // namespace streamgate::facts
