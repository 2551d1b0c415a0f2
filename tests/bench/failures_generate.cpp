// SPDX-License-Identifier: Apache-2.0
// Writes failures to stdout: failures_generate MIX COUNT. Each is a message, a line end, a detail and a NUL. The same
// arguments always give the same bytes. causes: 200 causes under changing names, times and addresses. forms: 20,000
// different texts in changing forms. different: no two say the same, with words of a whole vocabulary. alike: no two
// say the same, all are long and of the same few words.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace {

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
  // Letters as Kubernetes draws them.
  std::string letters(int count)
  {
    constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
    std::string out;
    for (int i = 0; i < count; ++i) out += alphabet[below(alphabet.size())];
    return out;
  }

private:
  std::uint64_t m_state = 0x9E3779B97F4A7C15ULL;
};

constexpr std::array<std::string_view, 5> k_kinds{"Task", "Pipeline", "Secret", "ConfigMap", "ServiceAccount"};
constexpr std::array<std::string_view, 8> k_reasons{
    "no matches for kind in version tekton.dev/v1",
    "the server could not find the requested resource",
    "is forbidden: exceeded quota: small",
    "admission webhook denied the request: validation failed: invalid value",
    "connect: connection refused",
    "context deadline exceeded while awaiting headers",
    "Back-off pulling image: manifest unknown",
    "terminated: OOMKilled"};

// A word for a number: "zubako".
std::string word_of(std::uint64_t number)
{
  constexpr std::string_view consonants = "bdfgklmnprstvz";
  constexpr std::string_view vowels = "aeiou";
  std::string out;
  for (int i = 0; i < 3; ++i) {
    out += consonants[number % consonants.size()];
    number /= consonants.size();
    out += vowels[number % vowels.size()];
    number /= vowels.size();
  }
  return out;
}

// What all details carry: the log of a Go test around the line that says why.
std::string detail(Random& random, std::string_view why)
{
  std::string out = fmt::format("=== RUN   TestRun{}\n", random.below(900));
  const auto lines = 4 + random.below(12);
  for (std::uint64_t i = 0; i < lines; ++i)
    fmt::format_to(std::back_inserter(out),
                   "    run_test.go:{}: 2026-11-22T13:{:02}:{:02}Z created pod {}-{}-{} on 10.0.{}.{}:8080\n",
                   random.below(900), random.below(60), random.below(60), word_of(random.below(50)), random.letters(9),
                   random.letters(5), random.below(256), random.below(256));
  fmt::format_to(std::back_inserter(out), "    run_test.go:{}: {}\n--- FAIL: TestRun ({}.{:02}s)\n", random.below(900),
                 why, random.below(90), random.below(100));
  return out;
}

std::string failure(Random& random, std::string_view mix, std::uint64_t number)
{
  if (mix == "causes") {
    const auto cause = random.below(200);
    const auto why = fmt::format(
        "failed to get {} \"{}\" for TaskRun \"run-{}\" in namespace arendelle-{}: {} (attempt {} after {}s)",
        k_kinds[cause % 5], word_of(cause / 40), random.letters(5), random.letters(5), k_reasons[cause / 5 % 8],
        random.below(9), random.below(90));
    return cause % 2 == 0 ? why + "\n" + detail(random, why) : "Failed\n" + detail(random, why);
  }
  if (mix == "forms") {
    const auto form = random.below(20000);
    const auto why = fmt::format("error in {} of {}: cannot reconcile {} at 10.0.0.{}: {}", word_of(form),
                                 word_of(form * 7), word_of(form * 31), random.below(256), k_reasons[form % 8]);
    return "Failed\n" + detail(random, why);
  }
  std::string out = fmt::format("Failed\nerror {}", word_of(number));
  const auto words = mix == "alike" ? 200 + random.below(100) : 40 + random.below(80);
  for (std::uint64_t i = 0; i < words; ++i)
    out += " " + word_of(mix == "alike" ? random.below(60) : random.below(20000));
  return out;
}

} // namespace

int main(int argc, char** argv)
{
  std::uint64_t count = 0;
  const std::string_view mix = argc == 3 ? argv[1] : "";
  if (argc == 3) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), count);
  if ((mix != "causes" && mix != "forms" && mix != "different" && mix != "alike") || count == 0) {
    std::fputs("usage: failures_generate causes|forms|different|alike COUNT > FILE\n", stderr);
    return 2;
  }
  Random random;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto text = failure(random, mix, i);
    std::fwrite(text.c_str(), 1, text.size() + 1, stdout);
  }
  return std::ferror(stdout) == 0 && std::fflush(stdout) == 0 ? 0 : 2;
}
