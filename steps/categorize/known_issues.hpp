// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "base/error.hpp"
#include "record/verdict.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// config/known-issues.yaml: failures that are known. Its schema is config/schema/known-issues.schema.json.
namespace streamgate::categorize {

// An entry as its authors write it. Patterns are RE2's, searched for anywhere and without regard to case but for
// (?-i:...); "" is no matcher. All matchers must fit.
struct Issue {
  std::string id;
  std::string test; // the test's id
  std::string message;
  std::string detail;
  std::string category; // id of a category, whole
  std::string owner;
  std::string link;
  std::string reason;
  std::string expires; // YYYY-MM-DD, UTC: the last day on which it counts

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("id", self.id);
    visit("test", self.test);
    visit("message", self.message);
    visit("detail", self.detail);
    visit("category", self.category);
    visit("owner", self.owner);
    visit("link", self.link);
    visit("reason", self.reason);
    visit("expires", self.expires);
  }
};

struct IssueList {
  std::int64_t schema_version = 1;
  std::vector<Issue> issues;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("issues", self.issues);
  }
};

// Read the list. Refused, with the entry's id and the reason: what breaks the schema, ids given twice, a day that is
// none, an entry that names neither a test nor a message or detail. Error: bad_input.
Result<IssueList> parse_issues(std::string_view yaml, std::string_view what);

// Return the day of an entry that `parse_issues` took.
std::chrono::sys_days expiry(const Issue& issue);

// The list, compiled. Not for several threads at once.
class KnownIssues {
public:
  // Error: bad_input, with the entry's id and the pattern that RE2 refuses.
  static Result<KnownIssues> make(IssueList list, std::string_view what);

  KnownIssues(KnownIssues&&) noexcept;
  KnownIssues& operator=(KnownIssues&&) noexcept;
  ~KnownIssues();

  // Return the entry that takes a failure on the day `today` (UTC): the first that has not expired, else the first
  // that has. A test that is `missing` did not run, and is never known to fail.
  std::optional<record::KnownIssue> find(const record::TestResult& test, std::string_view category,
                                         std::chrono::sys_days today);
  // Return the ids of the entries that took nothing so far.
  std::vector<std::string> unused() const;

private:
  struct Impl;
  explicit KnownIssues(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::categorize
