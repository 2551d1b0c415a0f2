// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "go_events.hpp"
#include "go_pattern.hpp"
#include "listing.hpp"
#include "runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace streamgate::run_tests {
namespace {

// A pattern longer than this is near what the kernel takes as one argument.
constexpr std::size_t k_longest_pattern = 100'000;

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
    std::set<std::string> others;
    for (const auto& test : tests) {
      if (pattern.runs(test.name) && !skip.skips(test.name))
        ids.push_back(test_id(m_suite.plan.name, test.package, test.name));
      else others.insert(test.name);
    }
    m_others.assign(others.begin(), others.end());
    return ids;
  }

  process::Command command() const override
  {
    process::Command out = base();
    out.argv = {"gotestsum",   "--format",
                "testname",    "--no-color",
                "--junitfile", (m_suite.scratch / "junit.xml").string(),
                "--jsonfile",  (m_suite.scratch / "go-test.json").string(),
                "--"};
    add_flags(out.argv);
    // Never a result of another day: the cluster is an input that go does not see.
    out.argv.emplace_back("-count=1");
    // Go's own default would end a package after 10 minutes and make failures of the tests that run.
    out.argv.push_back(fmt::format("-timeout={}ms", m_suite.test_timeout.value_or(Duration(0)).count()));
    if (!m_suite.plan.pattern.empty()) out.argv.insert(out.argv.end(), {"-run", m_suite.plan.pattern});
    if (const auto skip = skip_pattern(); !skip.empty()) out.argv.insert(out.argv.end(), {"-skip", skip});
    add_package(out.argv);
    return out;
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
    return {{m_suite.scratch / "junit.xml", "junit.xml", redact::clean},
            {m_suite.scratch / "go-test.json", "go-test.json", clean_events}};
  }

private:
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

  void add_package(std::vector<std::string>& argv) const
  {
    argv.push_back(m_suite.plan.package.empty() ? "./..." : m_suite.plan.package);
    argv.insert(argv.end(), m_suite.plan.arguments.begin(), m_suite.plan.arguments.end());
  }

  process::Command listing() const
  {
    process::Command out = base();
    constexpr auto k_longest_listing = std::chrono::minutes(30); // compiling counts
    out.timeout = k_longest_listing;
    out.argv = {"go", "test", "-json", "-list", "."};
    add_flags(out.argv);
    add_package(out.argv);
    return out;
  }

  // A package's own TestMain may set -run anew (upstream's e2e suites do), so the pattern alone does not choose: what
  // is not wanted is skipped by name too.
  std::string skip_pattern() const
  {
    auto by_name = fmt::format("^({})$", fmt::join(m_others, "|"));
    if (m_suite.plan.pattern.empty() || m_others.empty() || by_name.size() > k_longest_pattern)
      return m_suite.plan.skip;
    return m_suite.plan.skip.empty() ? by_name : m_suite.plan.skip + "|" + by_name;
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
  std::vector<std::string> m_others; // names of the tests that are not planned
};

} // namespace

std::unique_ptr<TestRunner> make_go_test(Suite suite)
{
  return std::make_unique<GoTest>(std::move(suite));
}

} // namespace streamgate::run_tests
