// SPDX-License-Identifier: Apache-2.0
#include "build_images.hpp"

#include "base/codec.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "builder.hpp"
#include "checkout/checkout.hpp"
#include "checkout/work_folder.hpp"
#include "images_from.hpp"
#include "target.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::build_images {
namespace {

constexpr std::string_view k_this_platform =
#if defined(__aarch64__)
    "linux/arm64";
#elif defined(__powerpc64__)
    "linux/ppc64le";
#elif defined(__s390x__)
    "linux/s390x";
#else
    "linux/amd64";
#endif

Result<record::PlannedComponent> planned_component(const record::Plan& plan, const std::string& name)
{
  const auto found = std::ranges::find(plan.components, name, &record::PlannedComponent::name);
  if (found != plan.components.end()) return *found;
  std::vector<std::string> names;
  std::ranges::transform(plan.components, std::back_inserter(names), &record::PlannedComponent::name);
  return fail(ErrorCode::not_found, fmt::format("the plan has no component {}", name),
              fmt::format("it has: {}", fmt::join(names, ", ")));
}

std::filesystem::path auth_file(const Options& options)
{
  if (options.registry_auth.empty()) return oci::Auth::find_file();
  auto path = file::mounted(options.registry_auth, "config.json");
  // The key of a Secret of type kubernetes.io/dockerconfigjson.
  if (!std::filesystem::exists(path)) path = file::mounted(options.registry_auth, ".dockerconfigjson");
  return path;
}

Result<oci::Client> registry_client(const Options& options, const Deps& deps)
{
  oci::ClientOptions out;
  if (options.registry_http == "always") out.scheme = oci::Scheme::http;
  if (options.registry_http == "never") out.scheme = oci::Scheme::https;
  if (const auto file = auth_file(options); !file.empty()) {
    SG_TRY_ASSIGN(out.auth, oci::Auth::load(file));
  }
  out.timeout = std::min(out.timeout, options.timeout / out.retry.tries);
  return oci::Client(std::move(out), deps.cancel);
}

Result<Registries> registries(const Options& options)
{
  if (options.push_registry.empty()) {
    return fail(ErrorCode::usage, "--push-registry is needed to build",
                "for example --push-registry registry.example:5000/gate; the pipeline's param push-registry, or "
                "STREAMGATE_PUSH_REGISTRY in the ConfigMap streamgate-defaults");
  }
  const auto plain = [](std::string text) {
    while (text.ends_with('/')) text.pop_back();
    return text;
  };
  return Registries{plain(options.push_registry),
                    plain(options.pull_registry.empty() ? options.push_registry : options.pull_registry)};
}

class Build {
public:
  Build(const Options& options, const Deps& deps, record::PlannedComponent component)
      : m_options(options), m_deps(deps), m_component(std::move(component)), m_run(options.common.run_dir),
        m_begin(std::chrono::steady_clock::now())
  {
  }

  Result<Outcome> run()
  {
    SG_TRY_ASSIGN(auto client, registry_client(m_options, m_deps));
    if (!m_options.images_from.empty()) return take(client);
    SG_TRY_ASSIGN(const auto where, registries(m_options));
    SG_TRY_ASSIGN(m_targets, targets_of(m_component, where, {m_options.base_image, platform()}));
    if (!m_options.rebuild) SG_TRY(find_existing(m_targets, client));
    if (m_options.common.dry_run) return show(client);
    if (std::ranges::any_of(m_targets, &std::string::empty, &Target::digest)) SG_TRY(build_missing(client));
    SG_TRY(verify_pushed(m_targets, client));
    std::vector<record::BuiltImage> images;
    std::ranges::transform(m_targets, std::back_inserter(images), to_record);
    return finish(std::move(images));
  }

private:
  // The images of another run.
  Result<Outcome> take(oci::Client& client)
  {
    SG_TRY_ASSIGN(const auto other, find_run(m_options.images_from, m_options.common.run_dir, m_component.name));
    SG_TRY_ASSIGN(auto images, images_from(other, m_component));
    for (const auto& image : images) {
      Target target;
      target.planned.name = image.name;
      target.digest = image.digest;
      SG_TRY_ASSIGN(target.pushed, during(oci::parse_reference(image.pushed), "while reading the other run's images"));
      SG_TRY(verify_pushed({target}, client));
    }
    log::info("took {} images of {} from {}", images.size(), m_component.name, other.root().string());
    if (m_options.common.dry_run) return Outcome{};
    return finish(std::move(images));
  }

  std::string platform() const
  {
    return m_options.platform.empty() ? std::string(k_this_platform) : m_options.platform;
  }

  BuildSettings settings(const oci::Client& client, const std::filesystem::path& folder) const
  {
    return {.checkout = folder / "source",
            .scratch = folder,
            .registry_auth = auth_file(m_options),
            .base_image = m_options.base_image,
            .platform = platform(),
            .sbom = m_options.sbom,
            .plain_http = client.plain_http(m_targets.front().pushed.registry),
            .deadline = m_begin + m_options.timeout,
            .go_cache = m_options.cache_dir};
  }

  Result<Outcome> show(const oci::Client& client) const
  {
    const auto building = settings(client, "<work-dir>");
    std::string text = fmt::format("git: check out {} at {}\n", m_component.repository, m_component.commit);
    for (const auto& target : m_targets) {
      if (!target.digest.empty()) {
        text += fmt::format("there already: {}@{}\n", target.pushed.text(), target.digest);
      } else if (m_component.build == record::BuildKind::container) {
        for (const auto& command : buildah_commands(building, target)) text += process::to_line(command.argv) + "\n";
      } else {
        auto chosen = target;
        chosen.import_path = target.planned.import_paths.empty() ? "" : target.planned.import_paths.front();
        const auto command = ko_command(building, chosen);
        for (const auto& [name, value] : command.environment) text += name + "=" + value + " ";
        text += process::to_line(command.argv) + "\n";
      }
    }
    m_deps.print(text);
    return Outcome{};
  }

  Status build_missing(const oci::Client& client)
  {
    SG_TRY_ASSIGN(const auto folder, checkout::WorkFolder::make(m_options.work_dir, "build-" + m_component.name));
    const auto building = settings(client, folder.path());
    SG_TRY_ASSIGN(auto log, Tee::open(m_run.path("raw/build-" + m_component.name + ".log")));
    log::info("checking out {} at {}", m_component.repository, m_component.commit);
    SG_TRY(checkout::checkout({.repository = m_component.repository,
                               .commit = m_component.commit,
                               .ref = m_component.ref,
                               .folder = building.checkout,
                               .token_file = m_options.git_token_file},
                              m_deps.cancel));
    const bool with_ko = m_component.build == record::BuildKind::ko;
    if (with_ko) {
      SG_TRY(write_ko_config(building));
      SG_TRY(choose_sources(building.checkout));
    }
    std::size_t at = 0;
    for (auto& target : m_targets) {
      ++at;
      if (!target.digest.empty()) continue;
      log::info("building image {} ({}/{})", target.planned.name, at, m_targets.size());
      auto built = with_ko ? build_with_ko(building, target, log, m_deps.cancel)
                           : build_with_buildah(building, target, log, m_deps.cancel);
      if (!built) {
        return std::unexpected(
            std::move(built.error())
                .during(fmt::format("while building {} at {}", m_component.name, m_component.commit.substr(0, 12)))
                .advise(fmt::format("the whole log is raw/build-{}.log", m_component.name)));
      }
      log::info("pushed {}@{}", target.pushed.text(), target.digest);
    }
    return {};
  }

  // All before the first build: what cannot be built at all is known in a second, not after minutes.
  Status choose_sources(const std::filesystem::path& checkout)
  {
    for (auto target = m_targets.begin(); target != m_targets.end();) {
      auto path = choose_import_path(target->planned, checkout);
      if (!path && !target->digest.empty()) path = target->import_path;
      if (!path && target->planned.required) return std::unexpected(std::move(path.error()));
      if (!path) {
        log::warn("left out: {}", path.error().text());
        target = m_targets.erase(target);
        continue;
      }
      target->import_path = std::move(*path);
      ++target;
    }
    if (m_targets.empty()) return fail(ErrorCode::build_failed, "the checkout has none of the component's images");
    return {};
  }

  Result<Outcome> finish(std::vector<record::BuiltImage> images)
  {
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - m_begin);
    const auto cached = std::ranges::count(images, true, &record::BuiltImage::cached);
    std::map<std::string, std::string> digests;
    for (const auto& image : images) digests[image.name] = image.digest;
    const auto built = std::ssize(images) - cached;
    const record::BuiltComponent record{.component = m_component.name,
                                        .commit = m_component.commit,
                                        .duration_ms = took.count(),
                                        .images = std::move(images)};
    SG_TRY(m_run.store(record, record::BuiltComponent::file(m_component.name)));
    if (m_options.common.json_output) m_deps.print(to_pretty_json(record));
    else
      m_deps.print(fmt::format("{}: {} images built, {} there already, in {}\n", m_component.name, built, cached,
                               to_text(took)));
    return Outcome{.results = {{"digests", to_json(digests)},
                               {"built", std::to_string(built)},
                               {"cached", std::to_string(cached)}}};
  }

  const Options& m_options;
  const Deps& m_deps;
  record::PlannedComponent m_component;
  record::RunDir m_run;
  SteadyTime m_begin;
  std::vector<Target> m_targets;
};

} // namespace

Result<Outcome> run(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(const auto plan, run_dir.load<record::Plan>());
  SG_TRY_ASSIGN(auto component, planned_component(plan, options.component));
  return Build(options, deps, std::move(component)).run();
}

} // namespace streamgate::build_images
