// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/json.hpp"
#include "go_events.hpp"
#include "go_pattern.hpp"
#include "go_rerun.hpp"
#include "listing.hpp"
#include "runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace streamgate::run_tests {
namespace {

// A pattern longer than this is near what the kernel takes as one argument.
constexpr std::size_t k_longest_pattern = 100'000;
constexpr std::size_t k_events_limit = std::size_t{2} << 30U;

class GoTest final : public TestRunner {
public:
  explicit GoTest(Suite suite) : m_suite(std::move(suite)) {}

  Result<std::vector<std::string>> list(const Cancel& cancel) override
  {
    if (!std::filesystem::exists(m_suite.folder / "go.mod")) {
      return fail(ErrorCode::bad_input, fmt::format("{} is not a Go module: it has no go.mod", m_suite.folder.string()),
                  "the plan's suite.folder names the module's folder in the repository");
    }
    SG_TRY_ASSIGN(const auto pattern, GoPattern::parse(m_suite.plan.pattern));
    SG_TRY_ASSIGN(const auto skip, GoPattern::parse(m_suite.plan.skip));
    SG_TRY_ASSIGN(const auto listed, run_listing(m_suite, listing(), cancel));
    if (!listed.finished.good()) return std::unexpected(listing_error(listed));
    SG_TRY_ASSIGN(const auto tests, read_go_list(listed.out));
    std::vector<std::string> ids;
    for (const auto& test : tests) {
      const bool planned = pattern.runs(test.name) && !skip.skips(test.name);
      if (planned) ids.push_back(test_id(m_suite.plan.name, test.package, test.name));
      else m_others.insert(test.name);
      m_listed[test.package].emplace(test.name, planned);
    }
    return ids;
  }

  process::Command command() const override
  {
    const bool choice = !m_suite.plan.pattern.empty();
    return gotestsum(m_suite.plan.pattern, skip_pattern(choice ? by_name(m_others) : ""), m_suite.plan.package);
  }

  // "PASS dir.TestName (0.00s)"; a subtest has a slash behind the name, a package has no time.
  LineMeaning meaning(std::string_view line) const override
  {
    const bool ended = line.starts_with("PASS ") || line.starts_with("FAIL ") || line.starts_with("SKIP ");
    if (!ended || !line.ends_with("s)")) return LineMeaning::other;
    const auto name = line.substr(5, line.rfind(" (") - 5);
    const auto dot = name.rfind('.');
    const auto test = dot == std::string_view::npos ? name : name.substr(dot + 1);
    return is_test_name(test) ? LineMeaning::test_ended : LineMeaning::other;
  }

  Duration longest_test() const override { return Duration(0); }

  std::vector<ResultFile> result_files() const override
  {
    return {{m_suite.scratch / "junit.xml", "junit.xml", redact::clean}, {events_file(), "go-test.json", clean_events}};
  }

  Result<RunOutcome> outcome() override
  {
    // The file itself: names that are redacted would fit no test.
    SG_TRY_ASSIGN(const std::string events, file::read(events_file(), k_events_limit));
    RunOutcome out;
    std::size_t cut_off = 0;
    for (const auto& [package, tests] : read_go_events(events)) {
      for (const auto& [name, said] : tests) {
        if (!planned(package, name)) continue;
        const auto end = said.end;
        const bool top = top_level(name) == name;
        out.tests_executed += top && end >= GoEnd::passed ? 1 : 0;
        out.tests_failed += top && end == GoEnd::failed ? 1 : 0;
        cut_off += top && end == GoEnd::none ? 1U : 0U;
        if (!top && end != GoEnd::failed) m_unfailed[package].insert(name);
      }
      for (auto& name : failed_leaves(tests)) {
        if (!planned(package, name)) continue;
        auto id = test_id(m_suite.plan.name, package, top_level(name));
        out.failed.push_back({.id = std::move(id), .package = package, .name = std::move(name)});
      }
      // A name that is made anew each time is not there again, and its test passes without it.
      if (const auto wanted = m_wanted.find(package); wanted != m_wanted.end()) {
        for (const auto& name : wanted->second) {
          if (!tests.contains(name)) out.notes.push_back(fmt::format("{} {} did not run again", package, name));
        }
      }
    }
    if (cut_off > 0) out.notes.push_back(fmt::format("{} tests did not end, because their package did", cut_off));
    return out;
  }

  // A command for each package: -run and -skip are for all packages of one, and names need not differ.
  std::vector<process::Command> again(const std::vector<FailedTest>& failed) override
  {
    std::map<std::string, std::vector<std::string>> by_package;
    for (const auto& test : failed) by_package[test.package].push_back(test.name);
    std::vector<process::Command> out;
    out.reserve(by_package.size());
    m_wanted = by_package;
    for (const auto& [package, names] : by_package)
      out.push_back(gotestsum(go_run_pattern(names), skip_pattern(all_but(package, names)), package));
    return out;
  }

private:
  // For a package whose TestMain sets -run anew: the other tests, and the subtests that did not fail.
  std::string all_but(const std::string& package, const std::vector<std::string>& names) const
  {
    const std::set<std::string, std::less<>> wanted(names.begin(), names.end());
    std::set<std::string> others;
    for (const auto& [name, is_planned] : m_listed.at(package)) {
      if (!go_runs(wanted, name)) others.insert(name);
    }
    auto out = by_name(others);
    const auto subtests = m_unfailed.find(package);
    if (subtests == m_unfailed.end()) return out;
    for (const auto& name : subtests->second) {
      // What is below a test that is left out needs no pattern of its own.
      const auto parent = name.substr(0, name.rfind('/'));
      if (!go_runs(wanted, name) && go_runs(wanted, parent)) out += (out.empty() ? "" : "|") + exact_go_pattern(name);
    }
    return out;
  }

  std::filesystem::path events_file() const { return m_suite.scratch / "go-test.json"; }

  bool planned(std::string_view package, std::string_view name) const
  {
    const auto tests = m_listed.find(package);
    if (tests == m_listed.end()) return false;
    const auto test = tests->second.find(top_level(name));
    return test != tests->second.end() && test->second;
  }

  process::Command base() const
  {
    process::Command out;
    out.folder = m_suite.folder;
    out.environment = m_suite.environment;
    return out;
  }

  // Without vet: the gate judges what the tests say, and vet reads all of their dependencies, which takes minutes.
  void add_flags(std::vector<std::string>& argv) const
  {
    argv.emplace_back("-vet=off");
    if (!m_suite.plan.tags.empty()) argv.push_back("-tags=" + m_suite.plan.tags);
  }

  void add_package(std::vector<std::string>& argv, const std::string& package) const
  {
    argv.push_back(package.empty() ? "./..." : package);
    argv.insert(argv.end(), m_suite.plan.arguments.begin(), m_suite.plan.arguments.end());
  }

  process::Command listing() const
  {
    process::Command out = base();
    constexpr auto k_longest_listing = std::chrono::minutes(30); // compiling counts
    out.timeout = k_longest_listing;
    out.argv = {"go", "test", "-json", "-list", "."};
    add_flags(out.argv);
    add_package(out.argv, m_suite.plan.package);
    return out;
  }

  static std::string by_name(const std::set<std::string>& tests)
  {
    return tests.empty() ? "" : fmt::format("^({})$", fmt::join(tests, "|"));
  }

  // A package's own TestMain may set -run anew (upstream's e2e suites do), so the pattern alone does not choose: what
  // is not wanted is skipped by name too. The names come first: of several alternatives go asks the first that fits,
  // and one for subtests does not skip their parent.
  std::string skip_pattern(const std::string& unwanted) const
  {
    if (unwanted.empty() || unwanted.size() > k_longest_pattern) return m_suite.plan.skip;
    return m_suite.plan.skip.empty() ? unwanted : unwanted + "|" + m_suite.plan.skip;
  }

  process::Command gotestsum(const std::string& run, const std::string& skip, const std::string& package) const
  {
    process::Command out = base();
    out.argv = {"gotestsum",   "--format",
                "testname",    "--no-color",
                "--junitfile", (m_suite.scratch / "junit.xml").string(),
                "--jsonfile",  events_file().string(),
                "--"};
    add_flags(out.argv);
    // Never a result of another day: the cluster is an input that go does not see.
    out.argv.emplace_back("-count=1");
    // Go's own default would end a package after 10 minutes and make failures of the tests that run.
    out.argv.push_back(fmt::format("-timeout={}ms", m_suite.test_timeout.value_or(Duration(0)).count()));
    if (!run.empty()) out.argv.insert(out.argv.end(), {"-run", run});
    if (!skip.empty()) out.argv.insert(out.argv.end(), {"-skip", skip});
    add_package(out.argv, package);
    return out;
  }

  Error listing_error(const Listed& listed) const
  {
    constexpr std::size_t k_most_lines = 10;
    std::vector<std::string> lines;
    bool compile = false;
    std::string_view output = listed.all;
    while (!output.empty() && lines.size() < k_most_lines) {
      const auto end = std::min(output.find('\n'), output.size());
      const auto event = json::parse(output.substr(0, end), "line");
      output.remove_prefix(std::min(end + 1, output.size()));
      if (!event || !event->IsObject()) continue;
      auto text = std::string(json::text(*event, {"Output"}));
      while (text.ends_with('\n')) text.pop_back();
      compile |= json::text(*event, {"Action"}) == "build-fail";
      if (!text.empty()) lines.push_back(std::move(text));
    }
    const auto what = lines.empty() ? listed.all.substr(0, 2000) : fmt::format("{}", fmt::join(lines, "\n  "));
    return {compile ? ErrorCode::build_failed : ErrorCode::bad_input,
            fmt::format("the tests of {} {}:\n  {}", m_suite.plan.name, compile ? "do not compile" : "cannot be listed",
                        what),
            {},
            "see list.log; modules come from GOPROXY and GOMODCACHE of the environment"};
  }

  Suite m_suite;
  std::map<std::string, std::map<std::string, bool, std::less<>>, std::less<>> m_listed; // by package; true: planned
  std::map<std::string, std::vector<std::string>> m_wanted;                              // what runs again, by package
  std::set<std::string> m_others;                          // names of the tests that are not planned
  std::map<std::string, std::set<std::string>> m_unfailed; // subtests that did not fail, by package
};

} // namespace

std::unique_ptr<TestRunner> make_go_test(Suite suite)
{
  return std::make_unique<GoTest>(std::move(suite));
}

} // namespace streamgate::run_tests
