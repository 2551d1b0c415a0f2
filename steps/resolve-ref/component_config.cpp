// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/component_config.hpp"

#include "base/edit_distance.hpp"
#include "base/file.hpp"
#include "base/redact.hpp"
#include "base/yaml.hpp"
#include "record/schema.hpp"
#include "resolve-ref/ref_request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>
#include <set>

namespace streamgate::resolve_ref {
namespace {

// Beyond the schema: names (RapidJSON's patternProperties crash on a mismatch), and what one member says about another.
Status check_sense(const ComponentConfig& config, std::string_view what)
{
  std::set<std::string> keys;
  for (const auto& [name, component] : config.components) {
    for (const auto& [image_name, image] : component.images) {
      const std::string where = fmt::format("{}: /components/{}/images/{}", what, name, image_name);
      if (!is_name(name) || !is_name(image_name)) {
        return fail(ErrorCode::bad_input, fmt::format("{}: names are of lower-case letters, digits and -", where));
      }
      const bool ko = component.build == record::BuildKind::ko;
      if (ko && (image.import_paths.empty() || !image.containerfile.empty())) {
        return fail(ErrorCode::bad_input, fmt::format("{}: build: ko needs import_paths and no containerfile", where));
      }
      if (!ko && (image.containerfile.empty() || !image.import_paths.empty())) {
        return fail(ErrorCode::bad_input,
                    fmt::format("{}: build: container needs a containerfile and no import_paths", where));
      }
      for (const auto& key : image.keys) {
        if (keys.insert(key).second) continue;
        return fail(ErrorCode::bad_input, fmt::format("{}: the key {} belongs to another image already", where, key));
      }
    }
  }
  return {};
}

} // namespace

Result<const ConfiguredComponent*> ComponentConfig::find(std::string_view name) const
{
  if (const auto found = components.find(std::string(name)); found != components.end()) return &found->second;
  const auto names = std::views::keys(components);
  const std::vector<std::string> known(names.begin(), names.end());
  const std::string near = nearest_of(name, known);
  return fail(
      ErrorCode::not_found, fmt::format("there is no component \"{}\"", name),
      fmt::format("{}known: {}", near.empty() ? "" : fmt::format("did you mean {}? ", near), fmt::join(known, ", ")));
}

Result<ComponentConfig> parse_config(std::string_view text, std::string_view what)
{
  SG_TRY_ASSIGN(const json::Document document, yaml::parse(text, what));
  SG_TRY(record::check_schema(document, ComponentConfig::k_schema, what));
  SG_TRY_ASSIGN(auto config, from_json<ComponentConfig>(document, what));
  SG_TRY(check_sense(config, what));
  return config;
}

Result<ComponentConfig> load_config(const std::filesystem::path& path)
{
  auto text = file::read(path, yaml::k_max_size);
  if (!text)
    return std::unexpected(std::move(text.error()).during("reading the components").advise("give --config FILE"));
  return parse_config(*text, path.string());
}

Status override_repositories(ComponentConfig& config, const std::vector<std::string>& overrides)
{
  std::set<std::string, std::less<>> seen;
  for (const auto& item : overrides) {
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == item.size()) {
      return fail(ErrorCode::bad_input, fmt::format("--repository \"{}\" is not NAME=URL", redact::clean(item)));
    }
    const std::string name = item.substr(0, equals);
    SG_TRY(during(config.find(name), "--repository"));
    if (!seen.insert(name).second)
      return fail(ErrorCode::bad_input, fmt::format("--repository: {} is given twice", name));
    config.components[name].repository = item.substr(equals + 1);
  }
  return {};
}

} // namespace streamgate::resolve_ref
