// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/resolve_ref.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"
#include "record/deploy.hpp"
#include "record/run_dir.hpp"
#include "record/tests.hpp"
#include "record/verdict.hpp"
#include "resolve-ref/component_config.hpp"
#include "resolve-ref/plan_text.hpp"
#include "resolve-ref/ref_request.hpp"
#include "resolve-ref/resolve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::resolve_ref {
namespace {

record::PlannedComponent planned(const ComponentRequest& request, const ConfiguredComponent& known,
                                 const git::Location& location, const Resolved& resolved)
{
  record::PlannedComponent out;
  out.name = request.name;
  out.repository = location.url;
  out.requested_ref = request.ref.text;
  out.ref = resolved.ref;
  out.kind = resolved.kind;
  out.commit = resolved.commit;
  out.build = known.build;
  out.created_by = known.created_by;
  for (const auto& [name, image] : known.images) {
    out.images.push_back({name, image.import_paths, image.containerfile, image.keys, image.required});
  }
  return out;
}

// What is asked for, checked as far as it can be without a server.
struct Request {
  struct Component {
    ComponentRequest asked;
    const ConfiguredComponent* known;
    git::Location location;
  };
  std::vector<Component> components;
  SuiteRequest suite;
  git::Location suite_location = {};
  RefRequest suite_ref = {};
};

Result<Request> parse(const Options& options, const ComponentConfig& config)
{
  Request out;
  SG_TRY_ASSIGN(const auto asked, parse_components(options.components));
  for (const auto& request : asked) {
    SG_TRY_ASSIGN(const auto* known, during(config.find(request.name), "--components"));
    SG_TRY_ASSIGN(auto location,
                  during(git::parse_location(known->repository), fmt::format("component {}", request.name)));
    out.components.push_back({request, known, std::move(location)});
  }
  SG_TRY_ASSIGN(out.suite, parse_suite(options.suite));
  if (out.suite.source == SuiteSource::repository) {
    SG_TRY_ASSIGN(out.suite_location, during(git::parse_location(out.suite.where), "--suite-url"));
    SG_TRY_ASSIGN(out.suite_ref, during(parse_ref(out.suite.suite.ref), "--release-tests-ref"));
    out.suite.suite.ref = out.suite_ref.text;
  } else if (out.suite.source == SuiteSource::component) {
    const auto named = [&](const Request::Component& component) { return component.asked.name == out.suite.where; };
    if (std::ranges::none_of(out.components, named)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("--suite-url component:{} is not among --components", out.suite.where),
                  "add the component, or give the repository's address");
    }
  }
  return out;
}

Status resolve_suite(record::Plan& plan, const Request& request, const git::Access& access, const Cancel& cancel)
{
  plan.suite = request.suite.suite;
  if (request.suite.source == SuiteSource::repository) {
    SG_TRY_ASSIGN(const Resolved resolved, during(resolve(request.suite_location, request.suite_ref, access, cancel),
                                                  "resolving the test suite"));
    plan.suite.repository = request.suite_location.url;
    plan.suite.commit = resolved.commit;
  } else if (request.suite.source == SuiteSource::component) {
    const auto component = std::ranges::find(plan.components, request.suite.where, &record::PlannedComponent::name);
    plan.suite.repository = component->repository;
    plan.suite.ref = component->requested_ref;
    plan.suite.commit = component->commit;
  }
  return {};
}

std::map<std::string, std::string> parameters(const Options& options)
{
  std::map<std::string, std::string> out;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = redact::clean(value);
  };
  add("components", options.components);
  add("repository", fmt::format("{}", fmt::join(options.repositories, "\n")));
  add("runner", options.suite.runner);
  add("suite-url", options.suite.url);
  add("release-tests-ref", options.suite.ref);
  add("suite-folder", options.suite.folder);
  add("package", options.suite.package);
  add("tags", options.suite.tags);
  add("specs", fmt::format("{}", fmt::join(options.suite.specs, "\n")));
  add("pattern", options.suite.pattern);
  add("skip", options.suite.skip);
  add("suite-arg", fmt::format("{}", fmt::join(options.suite.arguments, "\n")));
  add("suite-env", fmt::format("{}", fmt::join(options.suite.environment, "\n")));
  add("push-registry", options.push_registry);
  add("publish-url", options.publish_url);
  add("publish-branch", options.publish_url.empty() ? "" : options.publish_branch);
  return out;
}

Result<std::vector<record::PlannedChange>> changes(const Options& options, const record::Plan& plan)
{
  std::vector<record::PlannedChange> out;
  const std::string registry = options.push_registry.empty() ? "the push registry" : options.push_registry;
  for (const auto& component : plan.components) {
    for (const auto& image : component.images) {
      out.push_back({"registry", fmt::format("image {}/{} in {}", component.name, image.name, registry),
                     "push, unless it is there for this commit"});
    }
  }
  for (const auto& component : plan.components) {
    for (const auto& image : component.images) {
      out.push_back({"target", fmt::format("ClusterServiceVersion env {}", fmt::join(image.keys, " or ")),
                     "patch, then restore"});
    }
    out.push_back({"target", fmt::format("TektonInstallerSets of {}", component.created_by),
                   "delete, recreated by the operator; again after the restore"});
  }
  out.push_back({"target", "ClusterServiceVersion strategy of the operator's Deployment", "Recreate, then restore"});
  if (!options.publish_url.empty()) {
    SG_TRY_ASSIGN(const auto location, during(git::parse_location(options.publish_url), "--publish-url"));
    out.push_back(
        {"publish", fmt::format("branch {} of {}", options.publish_branch, location.url), "add the run's record"});
  }
  return out;
}

std::string default_run_name(const std::filesystem::path& run_dir)
{
  std::error_code ignored;
  std::filesystem::path path = std::filesystem::absolute(run_dir, ignored).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().empty() ? "run" : path.filename().string();
}

Outcome outcome(const record::Plan& plan)
{
  std::vector<std::string> ko;
  std::vector<std::string> containers;
  std::map<std::string, std::string> commits;
  for (const auto& component : plan.components) {
    (component.build == record::BuildKind::ko ? ko : containers).push_back(component.name);
    commits[component.name] = component.commit;
  }
  // The flags beside the lists: a Task cannot ask whether an array is empty.
  return {ExitStatus::passed,
          {{"ko-components", to_json(ko)},
           {"container-components", to_json(containers)},
           {"ko", ko.empty() ? "false" : "true"},
           {"containers", containers.empty() ? "false" : "true"},
           {"commits", to_json(commits)}}};
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "resolve-ref",
      .summary = "Resolve the components and the test suite to commits, and write what the gate is going to do.",
      .reads = "the components (--config)\nthe refs of their repositories",
      .writes = "plan.json",
      .results = {{"ko-components", "names of the components that ko builds, a JSON array"},
                  {"container-components", "names of those that are built from a Containerfile, a JSON array"},
                  {"ko", "true when ko builds one, else false"},
                  {"containers", "true when one is built from a Containerfile, else false"},
                  {"commits", "name -> commit, a JSON object"}},
      .example =
          "resolve-ref --run-dir runs/1 --config config/components.yaml --components pipeline:v1.9.2,triggers:pr/12"};
}

void Options::bind(Cli& cli)
{
  cli.option("components", components, "name[:ref],... to test; a ref is a branch, a tag, a commit, pr/N or HEAD");
  cli.option("config", config, "the components that are known (components.yaml)");
  cli.list("repository", repositories,
           "NAME=URL: take this component from another repository; may be given several times");
  cli.option("run", run_name, "name of the run (default: the last part of --run-dir)");
  suite.bind(cli);
  access.bind(cli);
  cli.option("push-registry", push_registry, "registry that images will be pushed to, for the list of changes");
  cli.option("publish-url", publish_url, "repository that the record will be published to, for the list of changes");
  cli.option("publish-branch", publish_branch, "branch of --publish-url");
  cli.choice("plan-only", plan_only, {"true", "false"},
             "true: say that the run ends after the plan and changes nothing");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  // The first step of a run: without the folder, the record of an error would have no place.
  std::error_code problem;
  std::filesystem::create_directories(options.common.run_dir, problem);
  if (problem)
    return fail(ErrorCode::io, fmt::format("cannot make {}: {}", options.common.run_dir.string(), problem.message()));
  // A run's evidence would pass for another's.
  for (const auto* left : {"images", record::Deploy::k_file, "raw", record::Results::k_file, record::Verdict::k_file}) {
    if (!std::filesystem::exists(options.common.run_dir / left, problem)) continue;
    return fail(ErrorCode::bad_input, fmt::format("{} has {} of an earlier run", options.common.run_dir.string(), left),
                "give each run a directory of its own");
  }
  SG_TRY_ASSIGN(ComponentConfig config, load_config(options.config));
  SG_TRY(override_repositories(config, options.repositories));
  git::Access access = options.access;
  SG_TRY(access.load());
  SG_TRY_ASSIGN(const Request request, parse(options, config));

  record::Plan plan;
  plan.run = options.run_name.empty() ? default_run_name(options.common.run_dir) : options.run_name;
  plan.created = to_rfc3339(wall_now());
  for (const auto& [asked, known, location] : request.components) {
    log::info("resolving {} of {}", asked.ref.text, location.url);
    SG_TRY_ASSIGN(const Resolved resolved, during(resolve(location, asked.ref, access, deps.cancel),
                                                  fmt::format("resolving {}:{}", asked.name, asked.ref.text)));
    plan.components.push_back(planned(asked, *known, location, resolved));
  }
  SG_TRY(resolve_suite(plan, request, access, deps.cancel));
  plan.parameters = parameters(options);
  SG_TRY_ASSIGN(plan.changes, changes(options, plan));
  SG_TRY(record::RunDir(options.common.run_dir).store(plan));
  deps.print(options.common.json_output ? to_pretty_json(plan) : to_text(plan));
  if (options.plan_only == "true") log::info("dry run: it ends here, nothing of this is done");
  return outcome(plan);
}

} // namespace streamgate::resolve_ref
