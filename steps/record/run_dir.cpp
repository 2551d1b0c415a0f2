// SPDX-License-Identifier: Apache-2.0
#include "record/run_dir.hpp"

#include "base/redact.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::record {
namespace {

// Which step writes a file, for the hint when it is absent.
std::string_view writer_of(std::string_view relative)
{
  if (relative == Plan::k_file) return "resolve-ref";
  if (relative == Deploy::k_file) return "patch-csv";
  if (relative == Results::k_file) return "parse-junit";
  if (relative == Failures::k_file) return "categorize";
  if (relative == Verdict::k_file) return "evaluate";
  if (relative == Facts::k_file) return "run-tests";
  if (relative.starts_with("images/")) return "build-images";
  if (relative.starts_with("raw/")) return "run-tests";
  return {};
}

} // namespace

Result<json::Document> RunDir::load_json(const std::string& relative, std::string_view schema) const
{
  constexpr std::size_t k_largest = std::size_t{1} << 30U; // results.json of some million tests
  std::error_code ignored;
  if (std::filesystem::is_other(std::filesystem::status(path(relative), ignored))) // to open a pipe may take for ever
    return fail(ErrorCode::bad_input, fmt::format("{} is not a regular file", path(relative).string()));
  auto text = file::read(path(relative), k_largest);
  if (!text) {
    const auto writer = writer_of(relative);
    return std::unexpected(
        std::move(text.error()).advise(writer.empty() ? "" : fmt::format("{} writes it: did it run?", writer)));
  }
  SG_TRY_ASSIGN(auto document, json::parse(*text, path(relative).string()));
  SG_TRY(check_schema(document, schema, path(relative).string()));
  return document;
}

Status RunDir::store_json(std::string text, const std::string& relative, std::string_view schema) const
{
  text = redact::clean(text);
  auto document = json::parse(text, relative);
  auto status = document ? check_schema(*document, schema, relative) : Status(std::unexpected(document.error()));
  if (!status) {
    status.error().code = ErrorCode::internal;
    return std::unexpected(std::move(status.error()).during("checking a record before writing it"));
  }
  return file::write_atomic(path(relative), text);
}

Result<std::vector<BuiltComponent>> RunDir::built(const Plan& plan) const
{
  std::vector<BuiltComponent> out;
  for (const auto& component : plan.components) {
    const auto relative = BuiltComponent::file(component.name);
    SG_TRY_ASSIGN(auto built, load<BuiltComponent>(relative));
    if (built.commit != component.commit) {
      return fail(ErrorCode::bad_input, fmt::format("{} was built from commit {}, but the plan says {}", relative,
                                                    built.commit, component.commit));
    }
    out.push_back(std::move(built));
  }
  return out;
}

std::vector<StepError> RunDir::errors() const
{
  std::vector<StepError> out;
  // What cannot be looked into may hold anything.
  for (const auto* folder : {"errors", "raw"}) {
    std::error_code problem;
    const std::filesystem::directory_iterator look(path(folder), problem);
    if (problem && problem != std::errc::no_such_file_or_directory)
      out.push_back({1, "run-directory", folder, 2, std::string(reason(ErrorCode::io)),
                     fmt::format("cannot read {}: {}", path(folder).string(), problem.message()), "", ""});
  }
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path("errors"), ignored)) {
    if (entry.path().extension() != ".json") continue;
    const auto relative = "errors/" + entry.path().filename().string();
    auto error = load<StepError>(relative);
    if (error) out.push_back(std::move(*error));
    else
      out.push_back({1, entry.path().stem().string(), "", 2, std::string(reason(error.error().code)),
                     error.error().text(), "", ""});
  }
  std::ranges::sort(out, {}, [](const StepError& error) { return std::pair(error.time, error.step); });
  return out;
}

std::vector<std::string> RunDir::suites() const
{
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path("raw"), ignored)) {
    std::error_code unknown;
    const bool there = std::filesystem::exists(entry.path() / "run.json", unknown);
    if (there || unknown) out.push_back(entry.path().filename().string());
  }
  std::ranges::sort(out);
  return out;
}

} // namespace streamgate::record
