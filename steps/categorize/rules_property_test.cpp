// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "categorize/rules.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <chrono>
#include <random>

namespace streamgate::categorize {
namespace {

constexpr int k_rounds = 300;

// Small words, so that many rules fit one text.
std::string word(std::mt19937& random)
{
  const std::vector<std::string> words{"a", "b", "ab", "ä", "x1", "a.b", "(a|b)x?", "[^a]b", "\\bab", "é+"};
  return words[random() % words.size()];
}

std::string text(std::mt19937& random)
{
  const std::vector<std::string> parts{"a", "b", "A", "ä", "x1", " ", "\n", "\xff", "é", "ab"};
  std::string out;
  for (auto count = random() % 12; count > 0; --count) out += parts[random() % parts.size()];
  return out;
}

Rule rule(std::mt19937& random, int number)
{
  Rule out;
  out.id = fmt::format("r{}", number);
  out.category = "unknown";
  const auto which = random() % 31 + 1;
  if ((which & 1U) != 0) out.text = word(random);
  if ((which & 2U) != 0) out.message = word(random);
  if ((which & 4U) != 0) out.detail = word(random);
  if ((which & 8U) != 0) out.test = word(random);
  if ((which & 16U) != 0) out.status = {record::TestStatus::failed};
  return out;
}

bool fits(const std::string& pattern, const std::string& subject)
{
  RE2::Options options;
  options.set_case_sensitive(false);
  return pattern.empty() || RE2::PartialMatch(subject, RE2(pattern, options));
}

// What the rules promise, said in the plainest way.
std::optional<std::size_t> reference(const Config& config, const record::TestResult& test)
{
  for (std::size_t i = 0; i < config.rules.size(); ++i) {
    const auto& one = config.rules[i];
    const bool status = one.status.empty() || one.status.front() == test.status;
    if (status && fits(one.text, test.message + "\n" + test.detail) && fits(one.message, test.message) &&
        fits(one.detail, test.detail) && fits(one.test, test.id))
      return i;
  }
  return std::nullopt;
}

TEST(RulesProperty, TheFirstThatFitsDecidesAsOneByOne)
{
  std::mt19937 random(20260101);
  int taken = 0;
  for (int round = 0; round < k_rounds; ++round) {
    Config config;
    config.categories.push_back({"unknown", "t", "o", "n"});
    for (int i = 0; i < 8; ++i) config.rules.push_back(rule(random, i));
    const auto rules = Rules::make(config, "made up");
    ASSERT_TRUE(rules) << rules.error().text();
    for (int i = 0; i < 10; ++i) {
      record::TestResult test;
      test.id = text(random);
      test.message = text(random);
      test.detail = text(random);
      test.status = random() % 2 == 0 ? record::TestStatus::failed : record::TestStatus::error;
      const auto expected = reference(config, test);
      ASSERT_EQ(rules->first(test), expected) << test.message << "|" << test.detail;
      const auto row = rules->judge(test);
      ASSERT_EQ(row.rule, expected ? config.rules[*expected].id : "");
      ASSERT_TRUE(utf8::valid(row.matched));
      ASSERT_EQ(to_json(row), to_json(rules->judge(test))) << "the same again";
      taken += expected ? 1 : 0;
    }
  }
  EXPECT_GT(taken, k_rounds);
}

TEST(RulesProperty, ManyAtOnceAreJudgedAsOneByOne)
{
  std::mt19937 random(3);
  Config config;
  config.categories.push_back({"unknown", "t", "o", "n"});
  for (int i = 0; i < 8; ++i) config.rules.push_back(rule(random, i));
  const auto rules = Rules::make(config, "made up");
  ASSERT_TRUE(rules) << rules.error().text();
  std::vector<record::TestResult> tests(5000);
  std::vector<const record::TestResult*> pointers;
  for (auto& test : tests) {
    test.message = text(random);
    test.detail = text(random);
    test.status = record::TestStatus::failed;
    pointers.push_back(&test);
  }
  const auto rows = rules->judge_all(pointers);
  ASSERT_EQ(rows.size(), tests.size());
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(to_json(rows[i]), to_json(rules->judge(tests[i]))) << i;
  EXPECT_TRUE(rules->judge_all({}).empty());
}

// 16 KiB is the most that a record holds of a detail.
TEST(RulesProperty, HostileTextsTakeBoundedTime)
{
  Config config;
  config.categories.push_back({"unknown", "t", "o", "n"});
  for (int i = 0; i < 40; ++i) {
    Rule one;
    one.id = fmt::format("r{}", i);
    one.category = "unknown";
    one.text = fmt::format("(a+)+{}[^\\n]*(b|ab)*c{}$", i, i);
    config.rules.push_back(one);
  }
  const auto rules = Rules::make(config, "hostile");
  ASSERT_TRUE(rules) << rules.error().text();
  std::mt19937 random(7);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) {
    record::TestResult test;
    test.status = record::TestStatus::failed;
    while (test.detail.size() < (16U << 10U))
      test.detail += random() % 20 == 0 ? std::to_string(random() % 40) : random() % 2 == 0 ? "a" : "ab";
    EXPECT_EQ(rules->judge(test).rule, "");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

} // namespace
} // namespace streamgate::categorize
