// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "gauge_outcome.hpp"
#include "gauge_result.hpp"
#include "gauge_spec.hpp"
#include "listing.hpp"
#include "runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

namespace streamgate::run_tests {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_result_limit = std::size_t{1} << 30U;

// A spec file, its path as in messages.
struct SpecFile {
  std::string path;
  Spec spec;
};

struct Chosen {
  std::string path; // relative to the project's folder
  std::int64_t line = 0;
  std::string spec;
  std::string scenario;
};

std::string_view trim(std::string_view text)
{
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

class Gauge final : public TestRunner {
public:
  explicit Gauge(Suite suite) : m_suite(std::move(suite)) {}

  Result<std::vector<std::string>> list(const Cancel& cancel) override
  {
    SG_TRY(check_project());
    // One that came with the repository would be taken for this run's when Gauge dies before it writes its own.
    std::error_code ignored;
    fs::remove(m_suite.folder / ".gauge/last_run_result", ignored);
    SG_TRY_ASSIGN(const auto specs, read_specs());
    SG_TRY(compare_with_gauge(specs, cancel));
    SG_TRY_ASSIGN(const auto chosen, choose(specs));
    std::vector<std::string> ids;
    std::set<std::string> seen;
    for (const auto& [path, line, spec, scenario] : chosen) {
      auto id = test_id(m_suite.plan.name, spec, scenario);
      if (!seen.insert(id).second) {
        return fail(ErrorCode::bad_input,
                    fmt::format("two scenarios \"{}\" are in specs with the heading \"{}\"", scenario, spec),
                    "give one of the specs another heading: results could not be told apart");
      }
      m_places.emplace(id, fmt::format("{}:{}", path, line));
      ids.push_back(std::move(id));
    }
    if (!m_suite.plan.pattern.empty()) {
      std::set<std::string> names;
      for (const auto& one : chosen) names.insert(one.scenario);
      m_scenarios.assign(names.begin(), names.end());
    }
    return ids;
  }

  process::Command command() const override
  {
    std::vector<std::string> choice;
    if (!m_suite.plan.tags.empty()) choice = {"--tags", m_suite.plan.tags};
    for (const auto& scenario : m_scenarios) choice.insert(choice.end(), {"--scenario", scenario});
    return run(choice, m_suite.plan.specs);
  }

  // "# Spec" at the margin, "  ## Scenario" two blanks in.
  LineMeaning meaning(std::string_view line) const override
  {
    return line.starts_with("  ## ") ? LineMeaning::test_began : LineMeaning::other;
  }

  Duration longest_test() const override { return m_suite.test_timeout.value_or(std::chrono::minutes(30)); }

  std::vector<ResultFile> result_files() const override
  {
    return {{m_suite.scratch / "reports/xml-report/result.xml", "result.xml", redact::clean},
            {m_suite.folder / ".gauge/last_run_result", "last_run_result", clean_gauge_result},
            {m_suite.folder / ".gauge/executionStatus.json", "executionStatus.json", redact::clean},
            {m_suite.folder / ".gauge/failures.json", "failures.json", redact::clean}};
  }

  Result<RunOutcome> outcome() override
  {
    SG_TRY_ASSIGN(const std::string bytes, file::read(m_suite.folder / ".gauge/last_run_result", k_result_limit));
    SG_TRY_ASSIGN(const auto said, read_gauge_outcome(bytes));
    RunOutcome out{.failed = {}, .tests_executed = said.rows_executed, .tests_failed = said.rows_failed, .notes = {}};
    for (const auto& [spec, scenario] : said.failed) {
      auto id = test_id(m_suite.plan.name, spec, scenario);
      const auto place = m_places.find(id);
      if (place == m_places.end()) continue;
      out.failed.push_back({.id = std::move(id), .package = "", .name = place->second});
    }
    for (const auto& hook : said.hooks) out.notes.push_back(fmt::format("a hook of {} failed", hook));
    return out;
  }

  // By their places, not by --failed: that would run whole specs again, or all of them, where a hook has failed. The
  // rows of a table are one planned test: all run again, so that they keep their numbers.
  std::vector<process::Command> again(const std::vector<FailedTest>& failed) override
  {
    std::vector<std::string> places;
    std::ranges::transform(failed, std::back_inserter(places), &FailedTest::name);
    return {run({}, places)};
  }

private:
  process::Command run(const std::vector<std::string>& choice, const std::vector<std::string>& specs) const
  {
    process::Command out = base();
    out.argv = {"gauge", "run", "--simple-console", "--hide-suggestion", "--install-plugins=false"};
    for (const auto* more : {&choice, &m_suite.plan.arguments, &specs})
      out.argv.insert(out.argv.end(), more->begin(), more->end());
    return out;
  }

  process::Command base() const
  {
    process::Command out;
    out.folder = m_suite.folder;
    out.environment = m_suite.environment;
    out.environment.emplace("gauge_reports_dir", (m_suite.scratch / "reports").string());
    out.environment.emplace("logs_directory", (m_suite.scratch / "logs").string());
    out.environment.emplace("GAUGE_TELEMETRY_ENABLED", "false");
    out.environment.emplace("save_execution_result", "true"); // .gauge/last_run_result
    return out;
  }

  // A setting of Gauge: from the environment, else from env/default/*.properties of the project.
  std::string setting(const std::string& name, const std::string& otherwise) const
  {
    if (const auto found = m_suite.environment.find(name); found != m_suite.environment.end()) return found->second;
    if (const char* value = std::getenv(name.c_str()); value != nullptr) return value;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(m_suite.folder / "env/default", ignored)) {
      if (entry.path().extension() != ".properties") continue;
      const auto text = file::read(entry.path()).value_or("");
      const RE2 line(fmt::format(R"((?m)^[ \t]*{}[ \t]*[=:][ \t]*(.*?)[ \t\r]*$)", name));
      std::string value;
      if (RE2::PartialMatch(text, line, &value)) return value;
    }
    return otherwise;
  }

  Status check_project() const
  {
    if (!fs::exists(m_suite.folder / "manifest.json")) {
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is not a Gauge project: it has no manifest.json", m_suite.folder.string()),
                  "the plan's suite.folder names the project's folder in the repository");
    }
    for (const auto& argument : m_suite.plan.arguments) {
      if (argument == "-p" || argument == "--parallel" || argument.starts_with("-n") || argument.starts_with("--n")) {
        return fail(ErrorCode::bad_input,
                    fmt::format("gauge's {} cannot be used: it mixes the console's lines", argument),
                    "split the suite by tags or specs over several runs instead");
      }
    }
    return {};
  }

  bool is_spec(const fs::path& path) const
  {
    const auto extensions = setting("gauge_spec_file_extensions", ".spec, .md");
    std::string_view rest = extensions;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      if (path.extension() == trim(rest.substr(0, comma))) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return false;
  }

  Result<std::vector<fs::path>> spec_paths() const
  {
    auto named = m_suite.plan.specs;
    if (named.empty()) {
      const auto folders = setting("gauge_specs_dir", "specs");
      std::string_view rest = folders;
      while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        named.emplace_back(trim(rest.substr(0, comma)));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
    }
    std::set<fs::path> out;
    for (const auto& name : named) {
      const auto path = m_suite.folder / name;
      if (name.starts_with('-')) return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a spec's path", name));
      if (fs::is_regular_file(path)) {
        out.insert(path);
      } else if (fs::is_directory(path)) {
        std::error_code ignored;
        for (const auto& entry : fs::recursive_directory_iterator(path, ignored)) {
          if (entry.is_regular_file() && is_spec(entry.path())) out.insert(entry.path());
        }
      } else {
        return fail(
            ErrorCode::not_found, fmt::format("the suite has no spec {}", name),
            "specs are files or folders below the project's folder; to choose single scenarios use the pattern");
      }
    }
    return std::vector<fs::path>(out.begin(), out.end());
  }

  Result<std::vector<SpecFile>> read_specs() const
  {
    SG_TRY_ASSIGN(const auto paths, spec_paths());
    std::vector<SpecFile> out;
    for (const auto& path : paths) {
      SG_TRY_ASSIGN(const std::string text, file::read(path));
      out.push_back({path.lexically_relative(m_suite.folder).string(), parse_spec(text)});
    }
    return out;
  }

  // Gauge's own list of the same specs must have the same headings: else our reading of them is not Gauge's.
  Status compare_with_gauge(const std::vector<SpecFile>& specs, const Cancel& cancel) const
  {
    process::Command command = base();
    constexpr auto k_longest_listing = std::chrono::minutes(2);
    command.timeout = k_longest_listing;
    command.argv = {"gauge", "list", "--specs", "--scenarios"};
    command.argv.insert(command.argv.end(), m_suite.plan.specs.begin(), m_suite.plan.specs.end());
    SG_TRY_ASSIGN(const auto listed, run_listing(m_suite, command, cancel));
    std::set<std::string> ours;
    for (const auto& file : specs) {
      if (!file.spec.heading.empty()) ours.insert("# " + file.spec.heading);
      for (const auto& scenario : file.spec.scenarios) ours.insert("## " + scenario.heading);
    }
    const auto theirs = read_gauge_list(listed.out);
    if (listed.finished.good() && theirs == ours) return {};
    std::vector<std::string> differing;
    std::ranges::set_symmetric_difference(ours, theirs, std::back_inserter(differing));
    const auto last =
        trim(std::string_view(listed.all).substr(listed.all.size() - std::min<std::size_t>(listed.all.size(), 1000)));
    return fail(ErrorCode::bad_input,
                fmt::format("gauge list {} and does not agree on: {}\n{}", listed.finished.text(),
                            differing.empty() ? "nothing" : fmt::format("{}", fmt::join(differing, ", ")), last),
                "is there a spec that Gauge cannot parse? see list.log");
  }

  Result<std::vector<Chosen>> choose(const std::vector<SpecFile>& specs) const
  {
    const auto sensitive =
        setting("allow_case_sensitive_tags", "false") == "true" ? CaseSensitive::yes : CaseSensitive::no;
    SG_TRY_ASSIGN(const auto tags, TagExpression::parse(m_suite.plan.tags, sensitive));
    const RE2 pattern(m_suite.plan.pattern, RE2::Quiet);
    if (!pattern.ok())
      return fail(ErrorCode::bad_input, fmt::format("pattern \"{}\": {}", pattern.pattern(), pattern.error()));
    if (!m_suite.plan.skip.empty())
      return fail(ErrorCode::bad_input, "a Gauge suite takes no skip pattern", "use tags: !slow");
    std::vector<Chosen> out;
    for (const auto& file : specs) {
      for (const auto& scenario : file.spec.scenarios) {
        auto all = file.spec.tags;
        all.insert(all.end(), scenario.tags.begin(), scenario.tags.end());
        if (tags.matches(all) && RE2::PartialMatch(scenario.heading, pattern))
          out.push_back({file.path, scenario.line, file.spec.heading, scenario.heading});
      }
    }
    return out;
  }

  Suite m_suite;
  std::vector<std::string> m_scenarios;        // names for --scenario; none when all are wanted
  std::map<std::string, std::string> m_places; // id -> "<path>:<line>"
};

} // namespace

std::unique_ptr<TestRunner> make_gauge(Suite suite)
{
  return std::make_unique<Gauge>(std::move(suite));
}

} // namespace streamgate::run_tests
