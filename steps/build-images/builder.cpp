// SPDX-License-Identifier: Apache-2.0
#include "builder.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/yaml.hpp"
#include "checkout/go_cache.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::build_images {
namespace {

std::filesystem::path ko_config(const BuildSettings& settings)
{
  return settings.scratch / "ko.yaml";
}

void trim(std::string& text)
{
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
}

// Run one builder; stdout is kept besides going to the log.
Result<std::string> run_builder(process::Command command, const BuildSettings& settings, const Target& target, Tee& log,
                                const Cancel& cancel)
{
  constexpr std::size_t k_kept_lines = 2000;
  std::vector<std::string> lines;
  std::string out;
  log.on_line = [&](process::Stream, std::string_view line) {
    if (lines.size() == k_kept_lines) lines.erase(lines.begin(), lines.begin() + k_kept_lines / 2);
    lines.emplace_back(line);
  };
  const auto sink = [&](process::Stream stream, std::string_view piece) {
    if (stream == process::Stream::out) out.append(piece);
    log.write(stream, piece);
  };
  const auto left = std::chrono::duration_cast<Duration>(settings.deadline - std::chrono::steady_clock::now());
  command.timeout = std::max(left, Duration(1));
  log::debug("{}", process::to_line(command.argv));
  auto finished = process::run(command, sink, cancel);
  const Status flushed = log.flush();
  log.on_line = {};
  if (!finished)
    return std::unexpected(std::move(finished.error()).advise("is it installed in this image, and in PATH?"));
  if (finished->how == process::End::cancelled) return fail(ErrorCode::cancelled, "the build was cancelled");
  if (finished->how == process::End::timed_out) {
    return fail(ErrorCode::timeout, fmt::format("building image {} {}", target.planned.name, finished->text()),
                "give more by --timeout");
  }
  if (!finished->good()) return std::unexpected(builder_error(lines, target.planned.name, finished->text()));
  SG_TRY(flushed);
  return out;
}

std::vector<std::string> storage(const BuildSettings& settings)
{
  return {"buildah",
          "--root",
          (settings.scratch / "storage").string(),
          "--runroot",
          (settings.scratch / "run").string(),
          "--storage-driver",
          "vfs"};
}

std::string tls_verify(const BuildSettings& settings)
{
  return settings.plain_http ? "--tls-verify=false" : "--tls-verify=true";
}

void add_auth(const BuildSettings& settings, std::vector<std::string>& argv)
{
  if (settings.registry_auth.empty()) return;
  argv.insert(argv.end(), {"--authfile", settings.registry_auth.string()});
}

} // namespace

process::Command ko_command(const BuildSettings& settings, const Target& target)
{
  process::Command out;
  // One call an image: ko builds its arguments one after the other anyway, and only --bare gives a name of our choice.
  out.argv = {"ko",         "build",           "--bare", "--tags",     target.pushed.tag,
              "--platform", settings.platform, "--sbom", settings.sbom};
  if (settings.plain_http) out.argv.emplace_back("--insecure-registry");
  out.argv.push_back(target.import_path);
  out.folder = settings.checkout;
  out.environment = checkout::go_cache(settings.go_cache);
  out.environment["KO_DOCKER_REPO"] = target.pushed.name();
  if (!settings.base_image.empty()) {
    out.environment["KO_DEFAULTBASEIMAGE"] = settings.base_image;
    out.environment["KO_CONFIG_PATH"] = ko_config(settings).string();
  }
  if (!settings.registry_auth.empty()) out.environment["DOCKER_CONFIG"] = (settings.scratch / "docker").string();
  return out;
}

Status write_ko_config(const BuildSettings& settings)
{
  if (!settings.registry_auth.empty()) {
    // ko takes credentials only from a file of this very name.
    std::error_code failed;
    std::filesystem::create_directories(settings.scratch / "docker", failed);
    std::filesystem::create_symlink(std::filesystem::absolute(settings.registry_auth),
                                    settings.scratch / "docker/config.json", failed);
    if (failed) return fail(ErrorCode::io, "cannot hand the registry credentials to ko: " + failed.message());
  }
  if (settings.base_image.empty()) return {};
  std::string config = "{}\n";
  if (const auto own = settings.checkout / ".ko.yaml"; std::filesystem::exists(own)) {
    SG_TRY_ASSIGN(const std::string text, file::read(own));
    SG_TRY_ASSIGN(json::Document document, yaml::parse(text, ".ko.yaml"));
    if (document.IsObject()) {
      for (const auto* key : {"defaultBaseImage", "baseImageOverrides"}) document.RemoveMember(key);
      config = json::dump(document) + "\n";
    }
  }
  return file::write_atomic(ko_config(settings), config);
}

Status build_with_ko(const BuildSettings& settings, Target& target, Tee& log, const Cancel& cancel)
{
  SG_TRY_ASSIGN(std::string out, run_builder(ko_command(settings, target), settings, target, log, cancel));
  trim(out);
  const auto line = out.substr(out.rfind('\n') + 1);
  const auto pushed = oci::parse_reference(line);
  if (!pushed || pushed->digest.empty() || pushed->name() != target.pushed.name()) {
    return fail(ErrorCode::build_failed,
                fmt::format("ko says \"{}\" where {} with a digest was expected", line, target.pushed.name()));
  }
  target.digest = pushed->digest;
  return {};
}

std::filesystem::path digest_file(const BuildSettings& settings)
{
  return settings.scratch / "digest";
}

std::vector<process::Command> buildah_commands(const BuildSettings& settings, const Target& target)
{
  process::Command build;
  build.argv = storage(settings);
  build.argv.insert(build.argv.end(),
                    {"build", "--isolation", "chroot", tls_verify(settings), "--platform", settings.platform});
  add_auth(settings, build.argv);
  build.argv.insert(build.argv.end(), {"--file", (settings.checkout / target.planned.containerfile).string(), "--tag",
                                       target.pushed.text(), settings.checkout.string()});
  build.folder = settings.checkout;
  process::Command push;
  push.argv = storage(settings);
  push.argv.insert(push.argv.end(), {"push", tls_verify(settings), "--digestfile", digest_file(settings).string()});
  add_auth(settings, push.argv);
  push.argv.insert(push.argv.end(), {target.pushed.text(), "docker://" + target.pushed.text()});
  return {build, push};
}

Status build_with_buildah(const BuildSettings& settings, Target& target, Tee& log, const Cancel& cancel)
{
  if (!std::filesystem::is_regular_file(settings.checkout / target.planned.containerfile)) {
    return fail(ErrorCode::build_failed,
                fmt::format("image {}: the checkout has no {}", target.planned.name, target.planned.containerfile));
  }
  target.import_path = target.planned.containerfile;
  for (const auto& command : buildah_commands(settings, target)) {
    SG_TRY(run_builder(command, settings, target, log, cancel));
  }
  SG_TRY_ASSIGN(target.digest, file::read(digest_file(settings)));
  trim(target.digest);
  if (oci::is_digest(target.digest)) return {};
  return fail(ErrorCode::build_failed, fmt::format("buildah wrote no digest for image {}", target.planned.name));
}

} // namespace streamgate::build_images
