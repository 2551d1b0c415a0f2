// SPDX-License-Identifier: Apache-2.0
#include "target.hpp"

#include "base/log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace streamgate::build_images {
namespace {

bool is_relative(std::string_view import_path)
{
  return import_path == "." || import_path.starts_with("./");
}

Result<oci::Reference> reference(const std::string& registry, const std::string& name, const std::string& tag)
{
  return during(oci::parse_reference(fmt::format("{}/{}:{}", registry, name, tag)), "while naming the image");
}

// A commit's image depends on how it was built too; who builds it otherwise gets another tag and not that image. Eight
// digits suffice: they tell apart the few ways in which one commit is built.
std::string tag_of(const record::PlannedComponent& component, const record::PlannedImage& image, const Recipe& recipe)
{
  const auto all = fmt::format("{}\n{}\n{}\n{}", recipe.base_image, recipe.platform, image.containerfile,
                               fmt::join(image.import_paths, "\n"));
  return fmt::format("{}-{}", component.commit, oci::sha256(all).substr(std::string_view("sha256:").size(), 8));
}

// What an image was made of, when that is sure without a look at the checkout.
std::string known_source(const record::PlannedImage& image)
{
  if (!image.containerfile.empty()) return image.containerfile;
  return image.import_paths.size() == 1 ? image.import_paths.front() : std::string();
}

} // namespace

Result<std::vector<Target>> targets_of(const record::PlannedComponent& component, const Registries& registries,
                                       const Recipe& recipe)
{
  std::vector<Target> out;
  for (const auto& image : component.images) {
    const auto name = component.name + "-" + image.name;
    Target target{.planned = image};
    const auto tag = tag_of(component, image, recipe);
    SG_TRY_ASSIGN(target.pushed, reference(registries.push, name, tag));
    SG_TRY_ASSIGN(target.pull, reference(registries.pull, name, tag));
    out.push_back(std::move(target));
  }
  return out;
}

Status find_existing(std::vector<Target>& targets, oci::Client& client)
{
  for (auto& target : targets) {
    auto manifest = client.head(target.pushed);
    if (!manifest && manifest.error().code == ErrorCode::not_found) continue;
    if (!manifest) return std::unexpected(std::move(manifest.error()));
    target.digest = manifest->digest;
    target.cached = true;
    target.import_path = known_source(target.planned);
    log::info("the registry has {} for this commit", target.pushed.text());
  }
  return {};
}

Status verify_pushed(const std::vector<Target>& targets, oci::Client& client)
{
  for (const auto& target : targets) {
    auto manifest = client.head(target.pushed.with_digest(target.digest));
    if (manifest) continue;
    auto error = std::move(manifest.error());
    if (error.code == ErrorCode::not_found) error.code = ErrorCode::registry;
    return std::unexpected(std::move(error).during("while checking that the registry has " + target.planned.name));
  }
  return {};
}

Result<std::string> choose_import_path(const record::PlannedImage& image, const std::filesystem::path& checkout)
{
  for (const auto& path : image.import_paths) {
    std::error_code failed;
    if (!is_relative(path) || std::filesystem::is_directory(checkout / path, failed)) return path;
  }
  return fail(ErrorCode::build_failed,
              fmt::format("image {}: the checkout has none of its import paths: {}", image.name,
                          fmt::join(image.import_paths, ", ")),
              "add the path that this commit has to the component's entry in components.yaml");
}

record::BuiltImage to_record(const Target& target)
{
  return {.name = target.planned.name,
          .import_path = target.import_path,
          .keys = target.planned.keys,
          .required = target.planned.required,
          .digest = target.digest,
          .pushed = target.pushed.with_digest(target.digest).text(),
          .pull = target.pull.with_digest(target.digest).text(),
          .cached = target.cached};
}

} // namespace streamgate::build_images
