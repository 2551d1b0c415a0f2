// SPDX-License-Identifier: Apache-2.0
#include "facts/namespace_facts.hpp"

#include "base/redact.hpp"
#include "facts/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace streamgate::facts {
namespace {

constexpr std::size_t k_most_events = 1000; // that are looked at
constexpr std::size_t k_most_pods = 300;
constexpr std::size_t k_most_objects = 200;
constexpr int k_log_lines = 200;
constexpr std::size_t k_log_asked = std::size_t{1} << 20U; // bytes
constexpr std::size_t k_log_kept = std::size_t{64} << 10U; // bytes

struct LogWish {
  kube::ObjectName pod;
  std::string container;
  std::vector<std::string> secrets;
  bool previous = false;
  int rank = 0; // lowest first
};

bool chosen(const Look& look, const std::string& pod)
{
  return look.only.empty() ||
         std::ranges::any_of(look.only, [&](const std::string& beginning) { return pod.starts_with(beginning); });
}

SeenContainer* find(std::vector<SeenContainer>& all, const record::FactContainer& fact)
{
  const auto found = std::ranges::find_if(
      all, [&](const SeenContainer& one) { return one.fact.pod == fact.pod && one.fact.container == fact.container; });
  return found == all.end() ? nullptr : &*found;
}

class PodLook {
public:
  PodLook(const Look& look, NamespaceFacts& facts) : m_look(look), m_facts(facts) {}

  void take(const json::Value& pod)
  {
    auto state = pod_state(pod);
    const kube::ObjectName name{text_of(pod, {"metadata", "namespace"}), state.name};
    const auto secrets = secret_values(pod);
    const auto bad = troubles(pod);
    for (const auto& trouble : bad) take_trouble(trouble, name, secrets);
    if (chosen(m_look, state.name)) {
      for (const auto& container : state.containers) {
        if (container.state == "waiting" || container.state.empty()) continue;
        const bool well = std::ranges::none_of(
            bad, [&](const Trouble& trouble) { return trouble.fact.container == container.name && !trouble.previous; });
        // One that ended badly is in the list already; an init container that is done tells least.
        if (well) m_wishes.push_back({name, container.name, secrets, false, container.state == "running" ? 2 : 3});
      }
    }
    for (auto& container : state.containers) container.message = scrub(container.message, secrets);
    m_facts.pods.push_back(std::move(state));
  }

  void fetch(Inquiry& inquiry)
  {
    std::ranges::sort(m_wishes, {},
                      [](const LogWish& wish) { return std::tie(wish.rank, wish.pod.name, wish.container); });
    if (m_wishes.size() > m_look.logs) m_wishes.resize(m_look.logs);
    for (const auto& wish : m_wishes) {
      const auto text = inquiry.log(wish.pod, {.container = wish.container,
                                               .tail_lines = k_log_lines,
                                               .previous = wish.previous,
                                               .limit_bytes = k_log_asked});
      if (text.empty()) continue;
      m_facts.logs.push_back(
          {wish.pod.name, wish.container, last_lines(scrub(text, wish.secrets), k_log_kept), wish.previous});
    }
  }

private:
  void take_trouble(const Trouble& trouble, const kube::ObjectName& pod, const std::vector<std::string>& secrets)
  {
    auto* seen = find(m_facts.containers, trouble.fact);
    const bool has_log = seen != nullptr && seen->end == trouble.end && !seen->log.empty();
    if (seen == nullptr) seen = &m_facts.containers.emplace_back();
    seen->fact = trouble.fact;
    seen->fact.message = scrub(trouble.fact.message, secrets);
    if (trouble.end.empty() || has_log) return;
    seen->end = trouble.end;
    seen->log.clear();
    m_wishes.push_back({pod, trouble.fact.container, secrets, trouble.previous, 0});
  }

  const Look& m_look;
  NamespaceFacts& m_facts;
  std::vector<LogWish> m_wishes;
};

bool same(const record::FactEvent& a, const record::FactEvent& b)
{
  return a.object == b.object && a.reason == b.reason && a.message == b.message;
}

// An event that was seen before and is still there is one, and its count may have grown.
void add_listed(std::vector<record::FactEvent>& seen, std::vector<record::FactEvent> listed)
{
  for (auto& event : merged(std::move(listed))) {
    const auto old = std::ranges::find_if(seen, [&](const record::FactEvent& one) { return same(one, event); });
    if (old == seen.end()) {
      seen.push_back(std::move(event));
    } else {
      old->count = std::max(old->count, event.count);
      old->last = std::max(old->last, event.last);
    }
  }
}

void add_states(Inquiry& inquiry, const kube::Resource& resource, const std::string& nspace,
                std::vector<ObjectState>& to)
{
  inquiry.list(resource, nspace, {.page = 100}, k_most_objects,
               [&](const json::Value& object) { to.push_back(object_state(object, resource.kind)); });
}

template <class T>
std::vector<std::string> documents(const std::vector<T>& states)
{
  std::vector<std::string> out;
  for (const auto& state : states) out.push_back(redact::clean(to_pretty_json(state)));
  return out;
}

std::string events_text(const std::vector<record::FactEvent>& events)
{
  std::string out;
  for (const auto& event : events)
    out +=
        fmt::format("{}  {} times  {}  {}: {}\n", event.last, event.count, event.object, event.reason, event.message);
  return redact::clean(out);
}

// The pods as they are, and those that are gone as they were seen.
std::vector<PodState> all_pods(const NamespaceFacts& facts)
{
  auto out = facts.pods;
  for (const auto& seen : facts.containers) {
    const auto& fact = seen.fact;
    const auto is_same = [&](const PodState& pod) { return pod.name == fact.pod; };
    if (std::ranges::any_of(facts.pods, is_same)) continue;
    auto pod = std::ranges::find_if(out, is_same);
    if (pod == out.end()) {
      pod = out.emplace(out.end());
      pod->name = fact.pod;
      pod->phase = "gone";
    }
    pod->containers.push_back(
        {fact.container, "", fact.state, fact.reason, fact.message, fact.exit_code, fact.restarts});
  }
  return out;
}

// Pods and containers have no "_" in their names.
std::string log_path(const std::string& folder, const std::string& pod, const std::string& container)
{
  return fmt::format("{}/logs/{}.log", folder, safe_name(pod + "_" + container));
}

} // namespace

void look_at(Inquiry& inquiry, const std::string& nspace, const Look& look, NamespaceFacts& facts)
{
  PodLook pods(look, facts);
  inquiry.list(kube::k_pods, nspace, {.page = 100}, k_most_pods, [&](const json::Value& pod) { pods.take(pod); });
  std::vector<record::FactEvent> listed;
  inquiry.list(kube::k_events, nspace, {.fields = "type=Warning"}, k_most_events, [&](const json::Value& event) {
    listed.push_back(event_fact(event));
    listed.back().message = scrub(listed.back().message);
  });
  add_listed(facts.events, std::move(listed));
  if (look.workloads) {
    for (const auto& resource : {kube::k_deployments, kube::k_stateful_sets, kube::k_replica_sets})
      add_states(inquiry, resource, nspace, facts.workloads);
  }
  if (look.runs) {
    for (const auto& resource : {kube::k_pipeline_runs, kube::k_task_runs})
      add_states(inquiry, resource, nspace, facts.runs);
  }
  pods.fetch(inquiry);
}

bool write(Artifacts& artifacts, const std::string& folder, const NamespaceFacts& facts, record::Facts& to)
{
  const auto before = artifacts.files().size();
  artifacts.text(folder + "/events.txt", events_text(facts.events));
  artifacts.array(folder + "/pods.json", documents(all_pods(facts)));
  artifacts.array(folder + "/workloads.json", documents(facts.workloads));
  artifacts.array(folder + "/runs.json", documents(facts.runs));
  to.events.insert(to.events.end(), facts.events.begin(), facts.events.end());
  const auto first = to.containers.size();
  for (const auto& seen : facts.containers) {
    to.containers.push_back(seen.fact);
    to.containers.back().log = artifacts.text(log_path(folder, seen.fact.pod, seen.fact.container), seen.log);
  }
  for (const auto& log : facts.logs) {
    const auto path =
        artifacts.text(log_path(folder, log.pod, log.container + (log.previous ? "_previous" : "")), log.text);
    for (auto i = first; i < to.containers.size(); ++i) {
      auto& container = to.containers[i];
      if (container.pod == log.pod && container.container == log.container && container.log.empty())
        container.log = path;
    }
  }
  return artifacts.files().size() > before;
}

} // namespace streamgate::facts
