// SPDX-License-Identifier: Apache-2.0
#include "select.hpp"

#include "base/edit_distance.hpp"
#include "operator/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace streamgate::patch_csv {

namespace {

using tekton_operator::EnvEntry;

// The operator's own image, not one of the component's.
constexpr std::string_view k_operators_own = "IMAGE_PIPELINES_PROXY";

// "IMAGE_PIPELINES_WEBHOOK" -> "IMAGE_PIPELINES_".
std::string family(const std::string& key)
{
  const auto end = key.find('_', tekton_operator::k_image_prefix.size());
  return end == std::string::npos ? key : key.substr(0, end + 1);
}

class Selector {
public:
  explicit Selector(const std::vector<EnvEntry>& env) : m_env(env)
  {
    for (const auto& entry : env) {
      if (entry.name.starts_with(tekton_operator::k_image_prefix)) m_names.push_back(entry.name);
    }
  }

  Result<Selection> run(const std::vector<record::BuiltComponent>& built)
  {
    for (const auto& component : built) {
      for (const auto& image : component.images) SG_TRY(add_image(component.component, image));
    }
    if (m_out.changes.empty()) {
      return fail(ErrorCode::bad_input,
                  "no image was built that the operator has a key for: there is nothing to put on the target");
    }
    add_warnings();
    return std::move(m_out);
  }

private:
  Status add_image(const std::string& component, const record::BuiltImage& image)
  {
    if (!tekton_operator::is_digest(image.digest) || tekton_operator::pinned_digest(image.pull) != image.digest) {
      return fail(ErrorCode::bad_input,
                  fmt::format("image {} of {}: the pull reference '{}' does not pin the built digest '{}'", image.name,
                              component, image.pull, image.digest));
    }
    bool found = false;
    for (const auto& key : image.keys) {
      SG_TRY_ASSIGN(const auto* entry, entry_of(key));
      if (entry == nullptr) continue;
      found = true;
      SG_TRY(add_key(component, image, *entry));
    }
    if (found || !image.required) return {};
    return no_key(component, image);
  }

  Result<const EnvEntry*> entry_of(const std::string& key) const
  {
    const EnvEntry* found = nullptr;
    for (const auto& entry : m_env) {
      if (entry.name != key) continue;
      if (found != nullptr)
        return fail(ErrorCode::bad_input, "the operator's container has " + key + " twice in its environment");
      if (entry.from_elsewhere) {
        return fail(ErrorCode::bad_input, key + " of the operator's container is a valueFrom, which cannot be patched",
                    "set the key to a plain value in the ClusterServiceVersion");
      }
      found = &entry;
    }
    return found;
  }

  Status add_key(const std::string& component, const record::BuiltImage& image, const EnvEntry& entry)
  {
    const auto owner = component + "/" + image.name;
    const auto [taken, fresh] = m_owners.emplace(entry.name, owner);
    if (!fresh)
      return fail(ErrorCode::bad_input, fmt::format("{} is wanted by {} and by {}", entry.name, taken->second, owner));
    m_out.changes.push_back({entry.name, entry.value, image.pull});
    m_out.expected.push_back({component, image.name, entry.name, image.pull, image.digest});
    return {};
  }

  std::unexpected<Error> no_key(const std::string& component, const record::BuiltImage& image) const
  {
    std::vector<std::string> near;
    for (const auto& key : image.keys) {
      for (auto& name : near_ones(key, m_names, 3)) {
        if (std::find(near.begin(), near.end(), name) == near.end()) near.push_back(std::move(name));
      }
    }
    return fail(
        ErrorCode::bad_input,
        fmt::format("the operator has no key for image {} of {}; tried {}; nearest in the operator: {}", image.name,
                    component,
                    image.keys.empty() ? std::string("none") : fmt::format("{}", fmt::join(image.keys, ", ")),
                    near.empty() ? std::string("none") : fmt::format("{}", fmt::join(near, ", "))),
        "add the operator's spelling to `keys` of the image in config/components.yaml, or mark it `required: false`");
  }

  void add_warnings()
  {
    std::set<std::string> families;
    for (const auto& change : m_out.changes) families.insert(family(change.key));
    for (const auto& name : m_names) {
      if (name == k_operators_own || m_owners.contains(name) || !families.contains(family(name))) continue;
      m_out.warnings.push_back(name + " of the operator is not covered by any built image: it keeps its old image");
    }
  }

  const std::vector<EnvEntry>& m_env;
  std::vector<std::string> m_names;
  std::map<std::string, std::string> m_owners; // key -> component/image
  Selection m_out;
};

} // namespace

Result<Selection> select_keys(const std::vector<record::BuiltComponent>& built, const std::vector<EnvEntry>& env)
{
  return Selector(env).run(built);
}

} // namespace streamgate::patch_csv
