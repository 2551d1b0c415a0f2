// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "categorize/config.hpp"
#include "record/deploy.hpp"
#include "record/facts.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

// What is known of a run beside its results, and which of it fits a rule.
namespace streamgate::categorize {

struct RunFacts {
  record::Facts facts;
  std::vector<record::ProofRow> proof;     // of both proofs
  std::map<std::string, std::string> logs; // file of a container's log -> its last lines

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    record::Facts::fields(self.facts, visit);
    visit("proof", self.proof);
    visit("logs", self.logs);
  }
};

// The names of objects that stand in a text. A plain word says nothing by itself: it is one only behind its kind, as in
// `TaskRun "build"` or pod/build.
class NamesIn {
public:
  // `text` must outlive it.
  explicit NamesIn(std::string_view text);
  // `kind` may be "".
  bool has(std::string_view kind, std::string_view name) const;

private:
  std::unordered_set<std::string_view> m_names;
  std::unordered_set<std::string> m_with_kind; // "taskrun/build"
};

// A fact that fits a condition.
struct Fact {
  std::string text; // for people, at most 200 bytes
  std::string nspace;
  std::string kind;
  std::string object;
};

// The facts that fit one rule's conditions, found once a run.
struct FactFit {
  bool possible = true;                        // every condition on facts is fitted by some fact
  std::vector<std::string> evidence;           // of conditions that look at the whole run
  std::vector<std::vector<Fact>> of_test = {}; // for each condition that looks at the test's objects: what may be it
  std::string only_namespace = {};             // that of all tests, if the run has just one
};

// Return true when `rule` has a condition on facts.
bool wants_facts(const Rule& rule);

// Return what of `facts` fits `rule`, whose patterns must be good.
FactFit fit(const Rule& rule, const RunFacts& facts);

// Return the evidence for a test whose text names `names`, or nothing when a condition is not fitted.
std::optional<std::vector<std::string>> evidence_for(const FactFit& fit, const NamesIn& names);

} // namespace streamgate::categorize
