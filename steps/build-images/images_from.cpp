// SPDX-License-Identifier: Apache-2.0
#include "images_from.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::build_images {

Result<record::RunDir> find_run(const std::string& named, const std::filesystem::path& run_dir,
                                const std::string& component)
{
  const std::filesystem::path given(named);
  std::vector<std::filesystem::path> candidates{given};
  if (given.filename() == "images") candidates.push_back(given.parent_path());
  if (given.is_relative()) candidates.push_back(std::filesystem::absolute(run_dir).parent_path() / given);
  for (const auto& candidate : candidates) {
    record::RunDir run(candidate);
    if (run.has(record::BuiltComponent::file(component))) return run;
  }
  return fail(ErrorCode::not_found, fmt::format("{} has no {}", named, record::BuiltComponent::file(component)),
              "--images-from names the run directory of a run that built this component");
}

Result<std::vector<record::BuiltImage>> images_from(const record::RunDir& other,
                                                    const record::PlannedComponent& component)
{
  SG_TRY_ASSIGN(const auto built, other.load<record::BuiltComponent>(record::BuiltComponent::file(component.name)));
  if (built.commit != component.commit) {
    return fail(ErrorCode::bad_input,
                fmt::format("{} has images of {} at commit {}, but the plan says {}", other.root().string(),
                            component.name, built.commit, component.commit),
                "take a run of the same commit, or build");
  }
  std::vector<record::BuiltImage> out;
  for (const auto& planned : component.images) {
    const auto found = std::ranges::find(built.images, planned.name, &record::BuiltImage::name);
    if (found == built.images.end()) {
      if (!planned.required) continue;
      return fail(ErrorCode::not_found,
                  fmt::format("{} has no image {} of {}", other.root().string(), planned.name, component.name));
    }
    auto image = *found;
    image.keys = planned.keys;
    image.required = planned.required;
    image.cached = true;
    out.push_back(std::move(image));
  }
  return out;
}

} // namespace streamgate::build_images
