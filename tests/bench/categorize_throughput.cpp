// SPDX-License-Identifier: Apache-2.0
// categorize_throughput ready FILE: reads and compiles a rule file and ends.
// categorize_throughput speed FILE MESSAGES: judges so many of 1 500 made-up failures, in turns with a bare RE2::Set of
// the same patterns, and prints how many patterns these are and MB/s: RE2::Set, one thread, all threads.
#include "base/file.hpp"
#include "categorize/rules.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <random>
#include <string_view>

namespace streamgate {
namespace {

constexpr std::size_t k_distinct = 1500;
constexpr std::size_t k_mean_size = 1200;
constexpr std::size_t k_round = 1500;

// What stands in failures beside their cause.
constexpr std::string_view k_noise[] = {
    "=== RUN   TestPipelineRun/retries_{}\n",
    "    init_test.go:{}: create namespace arendelle-{:x} to deploy to\n",
    "    pipelinerun_test.go:{}: waiting for PipelineRun to be done in namespace arendelle-{:x}\n",
    "2026-01-0{} 10:22:31 INFO reconciling taskrun build-{:x} in 41ms\n",
    "\tgithub.com/tektoncd/pipeline/test/wait.go:{} +0x1f{:x}\n",
    "Namespace: arendelle-{}, uid {:x}-4c1e, phase Running, restarts 0\n",
    "  - name: step-{} image: registry.example.com/team/tool@sha256:{:x}\n"};
// Most of what fails has a cause that a rule knows.
constexpr std::string_view k_causes[] = {
    "dial tcp 10.0.0.{}:443: connect: connection refused",
    "secrets is forbidden: User \"u{}\" cannot list resource \"secrets\" in API group \"\"",
    "0/{} nodes are available: 3 Insufficient memory.",
    "no matches for kind \"EventListener{}\" in version \"triggers.tekton.dev/v1beta1\"",
    "secret \"git-{}\" not found",
    "expected {} TaskRuns but got 2",
    "timed out waiting for run {}",
    "exit status {}"};

std::string caused(std::mt19937& random)
{
  return fmt::format(fmt::runtime(k_causes[random() % std::size(k_causes)]), random() % 100);
}

std::vector<record::TestResult> failures()
{
  std::mt19937 random(1);
  std::vector<record::TestResult> out(k_distinct);
  for (auto& test : out) {
    const auto size = k_mean_size / 2 + random() % k_mean_size;
    const auto cause = random() % size;
    bool told = random() % 2 == 0; // in the message: half of them
    test.message = told ? caused(random) : fmt::format("failed in round {}", random() % 1000);
    while (test.detail.size() < size) {
      if (!told && test.detail.size() >= cause) {
        test.detail += caused(random) + "\n";
        told = true;
      }
      test.detail += fmt::format(fmt::runtime(k_noise[random() % std::size(k_noise)]), random() % 9, random());
    }
    test.id = fmt::format("suite/test {}", random() % 1000);
    test.suite = "suite";
    test.status = record::TestStatus::failed;
  }
  return out;
}

// The least that a program with these rules does: say which of them fit a text.
class Bare {
public:
  explicit Bare(const categorize::Config& config) : m_set(options(), RE2::UNANCHORED)
  {
    for (const auto& rule : config.rules) {
      const auto& pattern = !rule.text.empty() ? rule.text : !rule.message.empty() ? rule.message : rule.detail;
      if (!pattern.empty() && m_set.Add(pattern, nullptr) >= 0) ++m_count;
    }
    m_set.Compile();
  }
  std::size_t count() const { return m_count; }
  std::size_t judge(const std::string& text)
  {
    m_found.clear();
    m_set.Match(text, &m_found);
    return m_found.empty() ? m_count : static_cast<std::size_t>(*std::ranges::min_element(m_found));
  }

private:
  static RE2::Options options()
  {
    RE2::Options out;
    out.set_case_sensitive(false);
    out.set_max_mem(std::int64_t{64} << 20U);
    return out;
  }

  RE2::Set m_set;
  std::size_t m_count = 0;
  std::vector<int> m_found;
};

template <class Act>
double seconds(Act&& act)
{
  const auto begin = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int speed(const categorize::Rules& rules, std::size_t messages)
{
  const auto tests = failures();
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (const auto& test : tests) bytes += texts.emplace_back(test.message + "\n" + test.detail).size();
  std::vector<const record::TestResult*> round;
  for (std::size_t i = 0; i < k_round; ++i) round.push_back(&tests[i % k_distinct]);
  Bare bare(rules.config());
  double all = 0;
  double one = 0;
  double theirs = 0;
  std::size_t sum = 0; // so that nothing is left out
  for (std::size_t done = 0; done <= messages; done += k_round) {
    const double set = seconds([&] {
      for (std::size_t i = 0; i < k_round; ++i) sum += bare.judge(texts[i % k_distinct]);
    });
    const double alone = seconds([&] {
      for (const auto* test : round) sum += rules.judge(*test).matched.size();
    });
    const double together = seconds([&] {
      for (const auto& row : rules.judge_all(round)) sum += row.matched.size();
    });
    if (done == 0) continue; // the automata are built in the first round
    theirs += set;
    one += alone;
    all += together;
  }
  const double megabytes =
      static_cast<double>(bytes) / k_distinct * static_cast<double>(messages / k_round * k_round) / 1e6;
  fmt::print("{} {:.1f} {:.1f} {:.1f} {}\n", bare.count(), megabytes / theirs, megabytes / one, megabytes / all,
             sum % 10);
  return 0;
}

} // namespace
} // namespace streamgate

int main(int argc, char** argv)
{
  using namespace streamgate;
  const std::string_view mode = argc > 2 ? argv[1] : "";
  std::size_t messages = 0;
  const std::string_view count = argc > 3 ? argv[3] : "0";
  std::from_chars(count.data(), count.data() + count.size(), messages);
  if (mode != "ready" && (mode != "speed" || messages < k_round)) {
    fmt::print(stderr, "usage: categorize_throughput ready FILE | speed FILE MESSAGES (at least {})\n", k_round);
    return 2;
  }
  const auto text = file::read(argv[2]);
  const auto rules = text ? categorize::Rules::parse(*text, argv[2]) : std::unexpected(text.error());
  if (!rules) {
    fmt::print(stderr, "categorize_throughput: {}\n", rules.error().text());
    return 2;
  }
  return mode == "ready" ? 0 : speed(*rules, messages);
}
