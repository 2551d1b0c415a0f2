// SPDX-License-Identifier: Apache-2.0
// Writes a JUnit file of about the size asked for to stdout: junit_generate heavy|lean MEGABYTES. The same arguments
// always give the same bytes. heavy: 15 % failures and 5 % errors with bodies, 10 % skipped, some nested suites. lean:
// many small elements, 98 % pass.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t k_block = std::size_t{1} << 20U;

// xorshift: the same numbers on every machine.
class Random {
public:
  std::uint64_t below(std::uint64_t limit)
  {
    m_state ^= m_state << 13U;
    m_state ^= m_state >> 7U;
    m_state ^= m_state << 17U;
    return m_state % limit;
  }

private:
  std::uint64_t m_state = 0x9E3779B97F4A7C15ULL;
};

constexpr std::array<std::string_view, 6> k_messages{
    "timed out waiting for the condition: PipelineRun pipelinerun-sample is still Running",
    "Error creating: pods is forbidden: User system:serviceaccount:ns:default cannot create resource",
    "expected &quot;Succeeded&quot; to equal &quot;Failed&quot;",
    "failed to pull image registry.example.com/task:v1: manifest unknown",
    "no matches for kind Task in version tekton.dev/v1",
    "Get https://10.0.0.1:443/api?timeout=30s: dial tcp 10.0.0.1:443: i/o timeout",
};

class Generator {
public:
  explicit Generator(bool heavy) : m_heavy(heavy) {}

  void suite(int number)
  {
    fmt::format_to(
        to(), "  <testsuite name=\"suite-{}\" tests=\"200\" timestamp=\"2026-03-01T09:30:00Z\" hostname=\"node-{}\">\n",
        number, number % 7);
    for (int i = 0; i < 200; ++i) test(number, i);
    if (m_heavy && number % 2 == 0) {
      fmt::format_to(to(), "    <testsuite name=\"nested-{}\" tests=\"35\">\n", number);
      for (int i = 200; i < 235; ++i) test(number, i);
      m_text += "    </testsuite>\n";
    }
    m_text += "  </testsuite>\n";
  }
  std::string& text() { return m_text; }

private:
  std::back_insert_iterator<std::string> to() { return std::back_inserter(m_text); }

  void test(int suite, int number)
  {
    const auto draw = m_random.below(1000);
    fmt::format_to(to(),
                   "    <testcase name=\"TestScenario{}/case_{}_with_a_name\" "
                   "classname=\"example.test/suite{}/package\" time=\"{}.{:03}\"",
                   number, suite * 1000 + number, suite, m_random.below(90), m_random.below(1000));
    if (m_heavy) heavy(draw);
    else lean(draw);
  }

  void lean(std::uint64_t draw)
  {
    if (draw < 980)
      m_text +=
          "><properties><property name=\"attempt\" value=\"1\"/><property name=\"shard\" value=\"3\"/></properties>"
          "<system-out>ok</system-out></testcase>\n";
    else if (draw < 990) fmt::format_to(to(), "><failure message=\"{}\">trace</failure></testcase>\n", message());
    else m_text += "><skipped/></testcase>\n";
  }

  void heavy(std::uint64_t draw)
  {
    if (draw < 150) failure("failure");
    else if (draw < 200) failure("error");
    else if (draw < 300) m_text += ">\n      <skipped message=\"not on this platform\"/>\n    </testcase>\n";
    else output();
  }

  void failure(std::string_view element)
  {
    fmt::format_to(to(), ">\n      <{} message=\"{}\" type=\"AssertionError\">", element, message());
    const auto lines = 8 + m_random.below(16);
    for (std::uint64_t i = 0; i < lines; ++i) {
      fmt::format_to(to(), "    at example.test/suite/package.Check{}(runner_test.go:{}) value &lt;{}&gt;\n", i,
                     m_random.below(900), m_random.below(1000000));
    }
    fmt::format_to(to(), "</{}>\n    </testcase>\n", element);
  }

  void output()
  {
    m_text += ">\n      <system-out>";
    const auto lines = 8 + m_random.below(14);
    for (std::uint64_t i = 0; i < lines; ++i) {
      fmt::format_to(to(), "time=12:{:02}:{:02} level=info msg=waiting object=taskrun-{}\n", i, m_random.below(60),
                     m_random.below(100000));
    }
    m_text += "</system-out>\n    </testcase>\n";
  }

  std::string_view message() { return k_messages.at(m_random.below(k_messages.size())); }

  bool m_heavy;
  Random m_random;
  std::string m_text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
};

} // namespace

int main(int argc, char** argv)
{
  std::size_t megabytes = 0;
  const std::string_view kind = argc == 3 ? argv[1] : "";
  if (argc == 3) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), megabytes);
  if ((kind != "heavy" && kind != "lean") || megabytes == 0) {
    std::fputs("usage: junit_generate heavy|lean MEGABYTES > FILE\n", stderr);
    return 2;
  }
  Generator generator(kind == "heavy");
  std::size_t written = 0;
  for (int suite = 0; written + generator.text().size() < megabytes * 1000000; ++suite) {
    generator.suite(suite);
    if (generator.text().size() < k_block) continue;
    written += std::fwrite(generator.text().data(), 1, generator.text().size(), stdout);
    generator.text().clear();
  }
  generator.text() += "</testsuites>\n";
  std::fwrite(generator.text().data(), 1, generator.text().size(), stdout);
  return std::ferror(stdout) == 0 && std::fflush(stdout) == 0 ? 0 : 2;
}
