// SPDX-License-Identifier: Apache-2.0
#include "categorize/run_facts.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "categorize/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::categorize {
namespace {

constexpr std::size_t k_text_limit = 200;
constexpr std::size_t k_evidence_limit = 3;

bool is_name_character(char c)
{
  const char lower = ascii::lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

// What may stand between a kind and a name: `TaskRun build`, `TaskRun "build"`, taskrun/build.
bool joins(std::string_view between)
{
  return between == " " || between == "/" || between == " \"" || between == " '";
}

bool tells(std::string_view name)
{
  return std::ranges::any_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

std::string shortened(std::string_view text)
{
  auto line = utf8::truncate(text, k_text_limit);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

std::string kind_of(std::string_view object)
{
  return std::string(object.substr(0, object.find('/')));
}

std::string object_name(std::string_view object)
{
  return std::string(object.substr(object.find('/') + 1));
}

// A pod of a workload whose images are under test: its name is the workload's with random endings.
bool is_under_test(const RunFacts& facts, std::string_view pod)
{
  return std::ranges::any_of(facts.proof, [&](const record::ProofRow& row) {
    const auto workload = object_name(row.workload);
    return row.pod == pod || (!workload.empty() && pod.starts_with(workload + "-"));
  });
}

// Collects the facts that fit one condition into a FactFit.
class Condition {
public:
  Condition(FactFit& to, Whose of) : m_to(to), m_of(of) {}
  ~Condition()
  {
    if (m_found.empty()) m_to.possible = false;
    if (m_of == Whose::test) m_to.of_test.push_back(std::move(m_found));
    else
      for (auto& fact : m_found) m_to.evidence.push_back(std::move(fact.text));
  }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // `object` is "Pod/name".
  void add(std::string_view text, std::string_view nspace = {}, std::string_view object = {})
  {
    if (m_of != Whose::test && m_found.size() == k_evidence_limit) return;
    m_found.push_back({shortened(text), std::string(nspace), kind_of(object), object_name(object)});
  }

private:
  FactFit& m_to;
  Whose m_of;
  std::vector<Fact> m_found;
};

void fit_components(const std::vector<std::string>& wanted, const RunFacts& facts, bool missing, FactFit& out)
{
  if (wanted.empty()) return;
  Condition condition(out, Whose::any);
  for (const auto& component : facts.facts.components) {
    if (std::ranges::find(wanted, component.name) == wanted.end()) continue;
    if (missing && !component.installed) condition.add(component.name + " is not installed");
    if (!missing && component.installed && !component.ready)
      condition.add(fmt::format("{} is not ready: {}", component.name, component.message));
  }
}

void fit_events(const FactPattern& wanted, const RunFacts& facts, FactFit& out)
{
  const Pattern pattern(wanted.pattern);
  Condition condition(out, wanted.of);
  for (const auto& event : facts.facts.events) {
    const auto name = object_name(event.object);
    if (wanted.of == Whose::component && !is_under_test(facts, name)) continue;
    const auto subject = event.reason + ": " + event.message;
    if (pattern.fits(subject))
      condition.add(fmt::format("event on {} in {}: {}", event.object, event.nspace, subject), event.nspace,
                    event.object);
  }
}

std::string text_of(const record::FactContainer& container)
{
  return fmt::format("{} {} {}", container.state, container.reason, container.message);
}

void fit_containers(const FactPattern& wanted, const RunFacts& facts, bool logs, FactFit& out)
{
  const Pattern pattern(wanted.pattern);
  Condition condition(out, wanted.of);
  for (const auto& container : facts.facts.containers) {
    if (wanted.of == Whose::component && !is_under_test(facts, container.pod)) continue;
    const auto where = fmt::format("{}/{}/{}", container.nspace, container.pod, container.container);
    if (!logs) {
      const auto state = text_of(container);
      if (pattern.fits(state))
        condition.add(fmt::format("container {}: {}", where, state), container.nspace, "Pod/" + container.pod);
      continue;
    }
    const auto log = facts.logs.find(container.log);
    if (log != facts.logs.end() && pattern.fits(log->second))
      condition.add(fmt::format("log of {}: {}", where, container.log), container.nspace, "Pod/" + container.pod);
  }
}

void fit_nodes(const std::string& wanted, const RunFacts& facts, FactFit& out)
{
  const Pattern pattern(wanted);
  Condition condition(out, Whose::any);
  for (const auto& node : facts.facts.nodes) {
    const auto subject = node.condition + ": " + node.message;
    if (pattern.fits(subject)) condition.add(fmt::format("node {}: {}", node.name, subject));
  }
}

void fit_proof(const std::string& wanted, const RunFacts& facts, FactFit& out)
{
  const Pattern pattern(wanted);
  Condition condition(out, Whose::any);
  for (const auto& row : facts.proof) {
    const auto subject = row.component + " " + row.image;
    if (!row.proven && pattern.fits(subject)) condition.add(fmt::format("not proven: {}: {}", subject, row.note));
  }
}

} // namespace

NamesIn::NamesIn(std::string_view text)
{
  std::string_view before;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_name_character(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_name_character(text[at])) ++at;
    auto run = text.substr(begin, at - begin);
    run = run.substr(0, run.find_last_not_of('.') + 1);
    if (run.empty()) continue;
    m_names.insert(run);
    // service.namespace.svc holds three.
    for (std::size_t from = 0; from < run.size();) {
      const auto end = std::min(run.find('.', from), run.size());
      m_names.insert(run.substr(from, end - from));
      from = end + 1;
    }
    const auto gap = before.empty() ? begin : static_cast<std::size_t>(before.data() + before.size() - text.data());
    if (joins(text.substr(gap, begin - gap)))
      m_with_kind.insert(ascii::lower(std::string(before)).append("/").append(run));
    before = run;
  }
}

bool NamesIn::has(std::string_view kind, std::string_view name) const
{
  if (tells(name)) return m_names.contains(name);
  return !kind.empty() && m_with_kind.contains(ascii::lower(std::string(kind)).append("/").append(name));
}

bool wants_facts(const Rule& rule)
{
  return !rule.component_missing.empty() || !rule.component_not_ready.empty() || rule.event || rule.container ||
         rule.log || !rule.node.empty() || !rule.proof_failed.empty();
}

FactFit fit(const Rule& rule, const RunFacts& facts)
{
  FactFit out;
  if (facts.facts.namespaces.size() == 1) out.only_namespace = facts.facts.namespaces.front();
  fit_components(rule.component_missing, facts, true, out);
  fit_components(rule.component_not_ready, facts, false, out);
  if (rule.event) fit_events(*rule.event, facts, out);
  if (rule.container) fit_containers(*rule.container, facts, false, out);
  if (rule.log) fit_containers(*rule.log, facts, true, out);
  if (!rule.node.empty()) fit_nodes(rule.node, facts, out);
  if (!rule.proof_failed.empty()) fit_proof(rule.proof_failed, facts, out);
  return out;
}

std::optional<std::vector<std::string>> evidence_for(const FactFit& fit, const NamesIn& names)
{
  if (!fit.possible) return std::nullopt;
  auto out = fit.evidence;
  for (const auto& condition : fit.of_test) {
    const auto before = out.size();
    for (const auto& fact : condition) {
      if (out.size() - before == k_evidence_limit) break;
      const bool alone = !fact.nspace.empty() && fact.nspace == fit.only_namespace;
      if (alone || names.has({}, fact.nspace) || names.has(fact.kind, fact.object)) out.push_back(fact.text);
    }
    if (out.size() == before) return std::nullopt;
  }
  return out;
}

} // namespace streamgate::categorize
