// SPDX-License-Identifier: Apache-2.0
#include "facts/gather.hpp"

#include "base/time.hpp"
#include "facts/namespace_facts.hpp"
#include "facts/operator_facts.hpp"
#include "facts/secrets.hpp"
#include "record/artifacts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace streamgate::facts {
namespace {

constexpr std::size_t k_most_asked = 20;       // namespaces that the suite left behind
constexpr std::size_t k_most_namespaces = 100; // that get a folder
constexpr std::size_t k_most_listed = 5000;    // namespaces of a cluster
constexpr std::size_t k_most_nodes = 1000;
constexpr std::size_t k_component_logs = 40;

class Gatherer {
public:
  Gatherer(Seen seen, const record::RunDir& run, const ArtifactLimits& limits)
      : m_run(run), m_before(std::move(seen.before)), m_problems(std::move(seen.problems)),
        m_artifacts(run, m_problems, limits), m_limits(limits)
  {
    m_facts.time = to_rfc3339(wall_now());
    for (auto& event : seen.events) m_spaces[event.nspace].events.push_back(std::move(event));
    for (auto& container : seen.containers) m_spaces[container.fact.nspace].containers.push_back(std::move(container));
  }

  void ask(const kube::Config& config, const Cancel& cancel, Duration longest)
  {
    if (cancel.requested()) return m_problems.add("the target was asked for nothing: this step was to end");
    auto inquiry = Inquiry::make(config, cancel, longest, m_problems);
    if (!inquiry) return m_problems.add(inquiry.error().text());
    (void)inquiry->get_path("/version");
    if (!inquiry->answers()) return m_problems.add("the API server was asked for nothing else: it does not answer");
    m_operator = operator_facts(*inquiry, m_run, m_artifacts, m_problems);
    m_facts.components = std::move(m_operator.components);
    ask_nodes(*inquiry);
    if (!m_operator.target_namespace.empty())
      look_at(*inquiry, m_operator.target_namespace, {.workloads = true, .logs = k_component_logs},
              m_spaces[m_operator.target_namespace]);
    if (has_operator()) {
      std::vector<std::string> pods;
      for (const auto& deployment : m_operator.deployments) pods.push_back(deployment + "-");
      look_at(*inquiry, m_operator.nspace, {.workloads = true, .only = pods}, m_spaces[m_operator.nspace]);
    }
    ask_left_over(*inquiry);
  }

  Status write()
  {
    if (const auto components = m_spaces.extract(m_operator.target_namespace))
      facts::write(m_artifacts, record::k_component_artifacts, components.mapped(), m_facts);
    if (const auto own = has_operator() ? m_spaces.extract(m_operator.nspace) : Spaces::node_type())
      facts::write(m_artifacts, record::k_operator_artifacts, own.mapped(), m_facts);
    write_namespaces();
    m_facts.files = m_artifacts.files();
    m_facts.problems = m_problems.all();
    std::ranges::sort(m_facts.events, {}, &record::FactEvent::last);
    shorten(m_facts, m_limits.file);
    return m_run.store(m_facts);
  }

private:
  using Spaces = std::map<std::string, NamespaceFacts>;

  bool has_operator() const { return !m_operator.nspace.empty() && m_operator.nspace != m_operator.target_namespace; }
  bool is_ours(const std::string& nspace) const
  {
    return nspace == m_operator.target_namespace || nspace == m_operator.nspace;
  }

  void ask_nodes(Inquiry& inquiry)
  {
    inquiry.list(kube::k_nodes, "", {.page = 100}, k_most_nodes, [&](const json::Value& node) {
      for (auto& fact : node_facts(node)) {
        fact.message = scrub(fact.message);
        m_facts.nodes.push_back(std::move(fact));
      }
    });
  }

  // Namespaces with something that is not well first, then by name.
  bool more_telling(const std::string& a, const std::string& b) const
  {
    const auto weight = [&](const std::string& nspace) {
      const auto found = m_spaces.find(nspace);
      if (found == m_spaces.end()) return 0;
      return found->second.containers.empty() ? 1 : 2;
    };
    return std::pair(-weight(a), a) < std::pair(-weight(b), b);
  }

  void ask_left_over(Inquiry& inquiry)
  {
    if (!m_before) return;
    inquiry.list(kube::k_namespaces, "", {.page = 500}, k_most_listed, [&](const json::Value& nspace) {
      auto name = text_of(nspace, {"metadata", "name"});
      if (!m_before->contains(name) && !is_ours(name)) m_left.push_back(std::move(name));
    });
    std::ranges::sort(m_left, [&](const auto& a, const auto& b) { return more_telling(a, b); });
    if (m_left.size() > k_most_asked) {
      m_problems.add(
          fmt::format("{} of {} namespaces that the suite left were looked at", k_most_asked, m_left.size()));
      m_left.resize(k_most_asked);
    }
    for (const auto& name : m_left) look_at(inquiry, name, {.runs = true}, m_spaces[name]);
  }

  void write_namespaces()
  {
    auto names = m_left;
    std::vector<std::string> others;
    for (const auto& [name, facts] : m_spaces) {
      if (std::ranges::find(m_left, name) == m_left.end()) others.push_back(name);
    }
    std::ranges::sort(others, [&](const auto& a, const auto& b) { return more_telling(a, b); });
    names.insert(names.end(), others.begin(), others.end());
    if (names.size() > k_most_namespaces) {
      m_problems.add(fmt::format("{} of {} namespaces have a folder", k_most_namespaces, names.size()));
      names.resize(k_most_namespaces);
    }
    for (const auto& name : names) {
      const auto folder = safe_name(name.empty() ? "cluster" : name);
      if (facts::write(m_artifacts, fmt::format("{}/{}", record::k_namespace_artifacts, folder), m_spaces[name],
                       m_facts))
        m_facts.namespaces.push_back(folder);
    }
  }

  const record::RunDir& m_run;
  const Namespaces m_before;
  Problems m_problems;
  Artifacts m_artifacts;
  const ArtifactLimits m_limits;
  Spaces m_spaces;
  OperatorFacts m_operator;
  std::vector<std::string> m_left; // namespaces that the suite left behind
  record::Facts m_facts;
};

// Drop the first half of a list, at least one.
template <class T>
void halve(std::vector<T>& list)
{
  list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>((list.size() + 1) / 2));
}

} // namespace

void shorten(record::Facts& facts, std::size_t bytes)
{
  const auto events = facts.events.size();
  const auto containers = facts.containers.size();
  bool said = false;
  while (to_pretty_json(facts).size() > bytes && !(facts.events.empty() && facts.containers.empty())) {
    if (!said) facts.problems.emplace_back();
    said = true;
    if (facts.events.size() >= facts.containers.size()) halve(facts.events);
    else halve(facts.containers);
    facts.problems.back() = fmt::format("facts.json has {} of {} events and {} of {} containers", facts.events.size(),
                                        events, facts.containers.size(), containers);
  }
}

Status gather(const kube::Config& config, Seen seen, const record::RunDir& run, const Cancel& cancel,
              const GatherOptions& options)
{
  Gatherer gatherer(std::move(seen), run, options.limits);
  gatherer.ask(config, cancel, options.longest);
  return gatherer.write();
}

} // namespace streamgate::facts
