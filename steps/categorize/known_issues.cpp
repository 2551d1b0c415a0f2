// SPDX-License-Identifier: Apache-2.0
#include "categorize/known_issues.hpp"

#include "base/time.hpp"
#include "base/yaml.hpp"
#include "categorize/patterns.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace streamgate::categorize {
namespace {

using Member = std::string Issue::*;
constexpr std::array<Member, 3> k_members{&Issue::test, &Issue::message, &Issue::detail};
constexpr std::array<std::string_view, k_members.size()> k_member_names{"test", "message", "detail"};

std::string_view subject_of(const record::TestResult& test, std::size_t member)
{
  const std::array<std::string_view, k_members.size()> subjects{test.id, test.message, test.detail};
  return subjects.at(member);
}

Status check(const IssueList& list)
{
  std::set<std::string_view> ids;
  for (const auto& issue : list.issues) {
    const auto refuse = [&](std::string_view why) {
      return fail(ErrorCode::bad_input, fmt::format("known issue '{}' {}", issue.id, why));
    };
    if (!ids.insert(issue.id).second) return refuse("is there twice");
    if (!parse_rfc3339(issue.expires + "T00:00:00Z")) return refuse("expires on a day that is none: " + issue.expires);
    const bool some = std::ranges::any_of(k_members, [&](Member member) { return !(issue.*member).empty(); });
    if (!some) return refuse("must name a test, or a pattern on the message or the detail");
  }
  return {};
}

} // namespace

struct KnownIssues::Impl {
  // For each member the patterns, and for each entry the number of its own, or -1.
  struct MemberPatterns {
    Patterns patterns;
    std::vector<int> number;
  };

  IssueList list;
  std::array<MemberPatterns, k_members.size()> members;
  std::vector<char> used;

  Status compile();
  std::vector<char> fitting(const record::TestResult& test, std::string_view category) const;
};

Status KnownIssues::Impl::compile()
{
  used.resize(list.issues.size());
  for (std::size_t m = 0; m < k_members.size(); ++m) {
    for (const auto& issue : list.issues) {
      const auto& pattern = issue.*k_members.at(m);
      members.at(m).number.push_back(pattern.empty() ? -1 : static_cast<int>(members.at(m).patterns.size()));
      if (pattern.empty()) continue;
      SG_TRY(during(members.at(m).patterns.add(pattern),
                    fmt::format("known issue '{}': its {}", issue.id, k_member_names.at(m))));
    }
    SG_TRY(during(members.at(m).patterns.compile(), fmt::format("the patterns on {}", k_member_names.at(m))));
  }
  return {};
}

std::vector<char> KnownIssues::Impl::fitting(const record::TestResult& test, std::string_view category) const
{
  std::vector<char> out(list.issues.size(), 1);
  for (std::size_t m = 0; m < k_members.size(); ++m) {
    const auto& of = members.at(m);
    std::vector<char> found(of.patterns.size());
    std::vector<int> numbers;
    of.patterns.fitting(FoldedText(subject_of(test, m)), numbers);
    for (const int number : numbers) found[static_cast<std::size_t>(number)] = 1;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (of.number[i] >= 0 && found[static_cast<std::size_t>(of.number[i])] == 0) out[i] = 0;
    }
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& wanted = list.issues[i].category;
    if (!wanted.empty() && wanted != category) out[i] = 0;
  }
  return out;
}

std::chrono::sys_days expiry(const Issue& issue)
{
  return std::chrono::floor<std::chrono::days>(parse_rfc3339(issue.expires + "T00:00:00Z").value_or(WallTime{}));
}

Result<IssueList> parse_issues(std::string_view yaml, std::string_view what)
{
  SG_TRY_ASSIGN(const auto document, yaml::parse(yaml, what));
  SG_TRY(record::check_schema(document, "known-issues", what));
  SG_TRY_ASSIGN(auto list, from_json<IssueList>(document, what));
  SG_TRY(during(check(list), fmt::format("reading {}", what)));
  return list;
}

KnownIssues::KnownIssues(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
KnownIssues::KnownIssues(KnownIssues&&) noexcept = default;
KnownIssues& KnownIssues::operator=(KnownIssues&&) noexcept = default;
KnownIssues::~KnownIssues() = default;

Result<KnownIssues> KnownIssues::make(IssueList list, std::string_view what)
{
  auto impl = std::make_unique<Impl>();
  impl->list = std::move(list);
  SG_TRY(during(impl->compile(), fmt::format("reading {}", what)));
  return KnownIssues(std::move(impl));
}

std::optional<record::KnownIssue> KnownIssues::find(const record::TestResult& test, std::string_view category,
                                                    std::chrono::sys_days today)
{
  if (test.status == record::TestStatus::missing || m_impl->list.issues.empty()) return std::nullopt;
  const auto fitting = m_impl->fitting(test, category);
  std::optional<record::KnownIssue> out;
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    if (fitting[i] == 0) continue;
    const auto& issue = m_impl->list.issues[i];
    const bool expired = today > expiry(issue);
    m_impl->used[i] = 1;
    if (!out || (out->expired && !expired)) out = {issue.id, issue.owner, issue.link, issue.expires, expired};
  }
  return out;
}

std::vector<std::string> KnownIssues::unused() const
{
  std::vector<std::string> out;
  for (std::size_t i = 0; i < m_impl->used.size(); ++i) {
    if (m_impl->used[i] == 0) out.push_back(m_impl->list.issues[i].id);
  }
  return out;
}

} // namespace streamgate::categorize
