// SPDX-License-Identifier: Apache-2.0
#include "categorize/allure.hpp"

#include "base/json.hpp"
#include "categorize/java_regex.hpp"
#include "categorize/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace streamgate::categorize {
namespace {

struct AllureCategory {
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> message_regex;
  std::optional<std::string> trace_regex;
  std::vector<std::string> matched_statuses;
  bool flaky = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("description", self.description);
    visit("messageRegex", self.message_regex);
    visit("traceRegex", self.trace_regex);
    visit("matchedStatuses", self.matched_statuses);
    visit("flaky", self.flaky);
  }
};

// "Product defects (API)" -> "product-defects-api"
std::string id_of(std::string_view name)
{
  std::string out;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "category" : out;
}

// Names that differ in other characters alone still have ids of their own.
std::string unused_id(const Config& config, const std::string& wanted)
{
  auto out = wanted;
  for (int n = 2; std::ranges::find(config.categories, out, &Category::id) != config.categories.end(); ++n)
    out = fmt::format("{}-{}", wanted, n);
  return out;
}

Result<std::vector<record::TestStatus>> statuses_of(const AllureCategory& category)
{
  std::vector<record::TestStatus> out;
  for (const auto& word : category.matched_statuses) {
    if (word == "failed") out.push_back(record::TestStatus::failed);
    else if (word == "broken") out.push_back(record::TestStatus::error);
    else if (word == "unknown") out.push_back(record::TestStatus::missing);
    else if (word != "passed" && word != "skipped")
      return fail(ErrorCode::bad_input, fmt::format("'{}' is no status of Allure", word));
  }
  return out;
}

Result<std::string> pattern_of(const std::optional<std::string>& regex)
{
  return regex ? from_java_regex(*regex) : Result<std::string>(std::string());
}

Category category_of(const Config& config, const AllureCategory& from)
{
  return {unused_id(config, id_of(from.name)), from.name, "whoever looks at this run",
          from.description && !from.description->empty() ? *from.description
                                                         : "read the test's detail and the suite's console log"};
}

Status add(const AllureCategory& from, AllureCategories& to)
{
  if (from.name.empty()) return fail(ErrorCode::bad_input, "it has no name");
  SG_TRY_ASSIGN(auto statuses, statuses_of(from));
  const auto category = category_of(to.config, from);
  // Only tests that failed, broke or are missing are judged.
  if (from.flaky || (statuses.empty() && !from.matched_statuses.empty())) {
    to.left_out.push_back(from.name);
    return {};
  }
  if (statuses.empty()) statuses = {record::TestStatus::failed, record::TestStatus::error, record::TestStatus::missing};
  Rule rule;
  rule.id = category.id;
  rule.category = category.id;
  rule.status = std::move(statuses);
  SG_TRY_ASSIGN(rule.message, during(pattern_of(from.message_regex), "messageRegex"));
  SG_TRY_ASSIGN(rule.detail, during(pattern_of(from.trace_regex), "traceRegex"));
  to.config.categories.push_back(category);
  to.config.rules.push_back(std::move(rule));
  return {};
}

} // namespace

Result<AllureCategories> parse_allure(std::string_view json, std::string_view what)
{
  SG_TRY_ASSIGN(const auto document, json::parse(json, what));
  SG_TRY_ASSIGN(const auto categories, from_json<std::vector<AllureCategory>>(document, what));
  AllureCategories out;
  for (const auto& category : categories) {
    SG_TRY(during(add(category, out), fmt::format("{}: category '{}'", what, category.name)));
  }
  if (std::ranges::find(out.config.categories, k_unknown, &Category::id) == out.config.categories.end()) {
    out.config.categories.push_back({std::string(k_unknown), "To Investigate", "whoever looks at this run",
                                     "read the test's detail and the suite's console log"});
  }
  return out;
}

} // namespace streamgate::categorize
