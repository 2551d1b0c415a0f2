// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/suite_options.hpp"

#include "base/redact.hpp"
#include "resolve-ref/ref_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace streamgate::resolve_ref {
namespace {

constexpr std::string_view k_component = "component:";
constexpr std::string_view k_image = "image:";

// "https://host/o/Release_Tests.git" -> "release-tests"
std::string name_from(std::string_view where)
{
  while (where.ends_with('/')) where.remove_suffix(1);
  where.remove_prefix(std::min(where.find_last_of("/:") + 1, where.size()));
  if (where.ends_with(".git")) where.remove_suffix(4);
  std::string out;
  for (const char c : where) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    else if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "suite" : out;
}

bool good_variable(std::string_view name)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, allowed) && !(name.front() >= '0' && name.front() <= '9');
}

// A path that stays in the checkout.
Status check_inside(std::string_view option, const std::string& path)
{
  const std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
  const bool outside = normal.is_absolute() || (!normal.empty() && *normal.begin() == "..");
  if (outside || path.starts_with('-')) {
    return fail(ErrorCode::bad_input, fmt::format("--{} \"{}\" does not stay in the suite's checkout", option, path));
  }
  return {};
}

Result<std::map<std::string, std::string>> environment(const std::vector<std::string>& items)
{
  std::map<std::string, std::string> out;
  for (const auto& item : items) {
    const std::size_t equals = item.find('=');
    const std::string name = item.substr(0, equals);
    if (equals == std::string::npos || !good_variable(name)) {
      return fail(ErrorCode::bad_input, fmt::format("--suite-env \"{}\" is not NAME=VALUE", redact::clean(item)));
    }
    if (!out.emplace(name, item.substr(equals + 1)).second) {
      return fail(ErrorCode::bad_input, fmt::format("--suite-env: {} is given twice", name));
    }
  }
  return out;
}

// Whatever has a secret's shape is redacted in every record, plan.json too: the runner would get "[redacted]".
Status check_no_secret(std::string_view option, const std::string& value)
{
  if (redact::clean(value) == value) return {};
  return fail(ErrorCode::bad_input, fmt::format("--{} {} holds what looks like a secret", option, redact::clean(value)),
              "records never hold secrets; give them to the tests in a Secret that the suite reads from the cluster");
}

// An option that the runner would pass over in silence is an error: the user meant something by it.
Status check_fit(const SuiteOptions& options)
{
  const bool gauge = options.runner == "gauge";
  const auto misfit = [&](std::string_view option) {
    return fail(ErrorCode::usage, fmt::format("--{} means nothing to --runner {}", option, options.runner),
                "see --help");
  };
  if (gauge && !options.package.empty()) return misfit("package");
  if (gauge && !options.skip.empty()) return misfit("skip");
  if (!gauge && !options.specs.empty()) return misfit("specs");
  if (!gauge && options.package.empty()) {
    return fail(ErrorCode::usage, "--runner go-test needs --package",
                "give the Go package that holds the tests, for example github.com/tektoncd/pipeline/test");
  }
  return {};
}

SuiteRequest located(const SuiteOptions& options)
{
  SuiteRequest out;
  out.where = options.url;
  if (options.url.starts_with(k_component)) {
    out.source = SuiteSource::component;
    out.where = options.url.substr(k_component.size());
  } else if (options.url.starts_with(k_image)) {
    out.source = SuiteSource::image;
    out.where = options.url.substr(k_image.size());
  }
  return out;
}

} // namespace

void SuiteOptions::bind(Cli& cli)
{
  cli.choice("runner", runner, {"gauge", "go-test"}, "what runs the tests");
  cli.option("suite-url", url,
             "repository of the test suite; component:NAME for the repository and commit of a planned component; "
             "image:FOLDER for a folder of the test image");
  cli.option("release-tests-ref", ref, "ref of the suite's repository, as in --components (default HEAD)");
  cli.option("suite-folder", folder, "folder of the suite in its repository (default: its root)");
  cli.option("suite-name", name, "name of the suite in records (default: the last part of its address)");
  cli.option("package", package, "go-test: Go package that holds the tests");
  cli.option("tags", tags, "gauge: tag expression (e2e for release-tests); go-test: build tags");
  cli.list("specs", specs, "gauge: spec file or folder; may be given several times (default: all)");
  cli.option("pattern", pattern, "only tests whose name matches this regular expression");
  cli.option("skip", skip, "go-test: not the tests whose name matches this regular expression");
  cli.list("suite-arg", arguments, "argument for the runner, passed on as it is; may be given several times");
  cli.list("suite-env", environment, "NAME=VALUE for the tests; may be given several times");
}

Result<SuiteRequest> parse_suite(const SuiteOptions& options)
{
  SG_TRY(check_fit(options));
  SuiteRequest out = located(options);
  if (out.where.empty())
    return fail(ErrorCode::bad_input, fmt::format("--suite-url \"{}\" names nothing", options.url));
  if (out.source != SuiteSource::repository && !options.ref.empty()) {
    return fail(ErrorCode::usage, fmt::format("--release-tests-ref means nothing to --suite-url {}", options.url),
                "the files come with the component or with the test image");
  }
  SG_TRY(check_inside("suite-folder", options.folder));
  for (const auto& spec : options.specs) SG_TRY(check_inside("specs", spec));
  for (const auto& [option, value] : {std::pair("pattern", &options.pattern), std::pair("skip", &options.skip),
                                      std::pair("tags", &options.tags), std::pair("package", &options.package)}) {
    SG_TRY(check_no_secret(option, *value));
  }
  for (const auto& item : options.specs) SG_TRY(check_no_secret("specs", item));
  for (const auto& item : options.environment) SG_TRY(check_no_secret("suite-env", item));
  for (const auto& item : options.arguments) SG_TRY(check_no_secret("suite-arg", item));
  if (options.package.starts_with('-')) return fail(ErrorCode::bad_input, "--package begins with -");
  out.suite.runner = *value_of<record::Runner>(options.runner);
  out.suite.name = options.name.empty() ? name_from(out.where) : options.name;
  if (!is_name(out.suite.name)) {
    return fail(ErrorCode::bad_input,
                fmt::format("--suite-name \"{}\" is not of lower-case letters, digits and -", options.name));
  }
  out.suite.ref = options.ref;
  out.suite.folder = out.source == SuiteSource::image ? out.where : options.folder;
  out.suite.package = options.package;
  // A copy too: without a tag, its scenarios that remove the operator would run.
  out.suite.tags = options.tags.empty() && name_from(out.where) == name_from(k_release_tests) ? "e2e" : options.tags;
  out.suite.specs = options.specs;
  out.suite.pattern = options.pattern;
  out.suite.skip = options.skip;
  out.suite.arguments = options.arguments;
  SG_TRY_ASSIGN(out.suite.environment, environment(options.environment));
  return out;
}

} // namespace streamgate::resolve_ref
