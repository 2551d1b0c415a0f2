// SPDX-License-Identifier: Apache-2.0
#include "facts/sightings.hpp"

#include "facts/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

namespace streamgate::facts {
namespace {

constexpr std::size_t k_most_states = 200'000;

std::string state_text(const record::FactContainer& fact)
{
  return fmt::format("{}\n{}\n{}\n{}\n{}", fact.state, fact.reason, fact.message, fact.exit_code, fact.restarts);
}

} // namespace

bool Before::has(const std::string& nspace, const std::string& state)
{
  const auto hash = std::hash<std::string>{}(nspace + "\n" + state);
  if (m_synced) return m_states.contains(hash);
  const bool old = !m_old || m_old->contains(nspace);
  if (old && m_states.size() < k_most_states) m_states.insert(hash);
  return old;
}

void EventSightings::on_object(kube::EventType type, const json::Value& event)
{
  if (type == kube::EventType::deleted || json::text(event, {"type"}) != "Warning") return;
  auto fact = event_fact(event);
  const auto name = text_of(event, {"metadata", "name"});
  if (m_before.has(fact.nspace, fmt::format("{}\n{}\n{}", name, fact.count, fact.last))) return;
  fact.message = scrub(fact.message);
  m_events.touch(fact.nspace, name) = std::move(fact);
}

std::vector<record::FactEvent> EventSightings::all() const
{
  std::vector<record::FactEvent> out;
  m_events.for_each([&](const std::string&, const record::FactEvent& event) { out.push_back(event); });
  return merged(std::move(out));
}

void PodSightings::on_object(kube::EventType type, const json::Value& pod)
{
  auto all = troubles(pod);
  if (all.empty()) return;
  const auto uid = text_of(pod, {"metadata", "uid"});
  const auto secrets = secret_values(pod);
  for (auto& [fact, end, previous] : all) {
    const auto key = uid + "/" + fact.container;
    if (m_before.has(fact.nspace, key + "\n" + state_text(fact))) continue;
    fact.message = scrub(fact.message, secrets);
    auto& seen = m_containers.touch(fact.nspace, key);
    seen.fact = fact;
    if (type == kube::EventType::deleted || end.empty() || end == seen.end) continue;
    seen.end = end;
    m_wanted.push_back({fact.nspace, fact.pod, fact.container, key, secrets, previous});
    if (m_wanted.size() <= k_most_wanted) continue;
    m_wanted.pop_front();
    ++m_unread;
  }
}

void PodSightings::keep_log(const WantedLog& wanted, std::string text)
{
  if (auto* seen = m_containers.find(wanted.nspace, wanted.key)) seen->log = std::move(text);
}

std::vector<SeenContainer> PodSightings::all() const
{
  std::vector<SeenContainer> out;
  m_containers.for_each([&](const std::string&, const SeenContainer& seen) { out.push_back(seen); });
  return out;
}

std::vector<record::FactEvent> merged(std::vector<record::FactEvent> events)
{
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Key, std::size_t> places;
  std::vector<record::FactEvent> out;
  for (auto& event : events) {
    const auto [place, fresh] =
        places.try_emplace({event.nspace, event.object, event.reason, event.message}, out.size());
    if (fresh) {
      out.push_back(std::move(event));
      continue;
    }
    auto& same = out[place->second];
    same.count += event.count;
    same.first = std::min(same.first, event.first); // RFC 3339 in UTC sorts as text
    same.last = std::max(same.last, event.last);
  }
  return out;
}

} // namespace streamgate::facts
