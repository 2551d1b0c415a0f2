// SPDX-License-Identifier: Apache-2.0
#include "patch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::patch_csv {

namespace {

using tekton_operator::SitePlace;

class Operations {
public:
  void test(const std::string& path, const std::string& value) { add("test", path, json::quote(value)); }
  void remove(const std::string& path) { add("remove", path, ""); }
  // `value` is JSON, or "" for none.
  void add(const char* op, const std::string& path, const std::string& value)
  {
    std::string text = fmt::format(R"({{"op":"{}","path":{})", op, json::quote(path));
    if (!value.empty()) text += R"(,"value":)" + value;
    m_texts.push_back(text + "}");
  }
  std::string text() const { return fmt::format("[{}]", fmt::join(m_texts, ",")); }

private:
  std::vector<std::string> m_texts;
};

void add_change(Operations& operations, const SitePlace& place, const record::EnvChange& change, Direction direction)
{
  const auto* entry = place.find(change.key);
  if (entry == nullptr) return;
  const std::optional<std::string> after(change.after);
  const auto& from = direction == Direction::to_after ? change.before : after;
  const auto& to = direction == Direction::to_after ? after : change.before;
  const auto path = place.env_path(entry->index);
  operations.test(path + "/name", change.key);
  if (from) operations.test(path + "/value", *from);
  if (!to) operations.remove(path + "/value");
  else operations.add(from ? "replace" : "add", path + "/value", json::quote(*to));
}

// A patch of this CSV and no other, in this phase, with the deployment and the container where they were.
Operations guarded(const record::OperatorSite& site, const SitePlace& place, const std::string& uid,
                   const std::string& phase)
{
  Operations out;
  out.test("/metadata/uid", uid);
  out.test("/status/phase", phase);
  out.test(place.deployment_path() + "/name", site.deployment);
  out.test(place.container_path() + "/name", site.container);
  return out;
}

std::string quoted(const std::optional<std::string>& value)
{
  return value ? "'" + *value + "'" : "no value";
}

} // namespace

Standing standing_of(const std::vector<record::EnvChange>& changes, const SitePlace& place)
{
  Standing out;
  for (const auto& change : changes) {
    const auto* entry = place.find(change.key);
    if (entry != nullptr && !entry->from_elsewhere && entry->value == change.before) out.pending.push_back(change);
    else if (entry != nullptr && !entry->from_elsewhere && entry->value == change.after) out.done.push_back(change);
    else out.foreign.push_back({change.key, change.before, entry != nullptr ? entry->value.value_or("") : ""});
  }
  return out;
}

std::string foreign_text(const Standing& standing, const std::vector<record::EnvChange>& changes)
{
  std::vector<std::string> texts;
  for (const auto& foreign : standing.foreign) {
    const auto ours =
        std::find_if(changes.begin(), changes.end(), [&](const auto& change) { return change.key == foreign.key; });
    texts.push_back(fmt::format("{} holds '{}', which is neither {} from before nor ours '{}'", foreign.key,
                                foreign.after, quoted(foreign.before), ours == changes.end() ? "" : ours->after));
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

std::string patch_body(const record::OperatorSite& site, const SitePlace& place, const std::string& uid,
                       const std::string& phase, const std::vector<record::EnvChange>& changes, Direction direction)
{
  auto operations = guarded(site, place, uid, phase);
  if (direction == Direction::to_after) {
    if (!place.strategy.empty()) operations.add("test", place.strategy_path(), place.strategy);
    operations.add("add", place.strategy_path(), k_recreate);
  }
  for (const auto& change : changes) add_change(operations, place, change, direction);
  return operations.text();
}

std::string strategy_body(const record::OperatorSite& site, const SitePlace& place, const std::string& uid,
                          const std::string& phase)
{
  if (place.strategy != k_recreate || site.strategy == k_recreate) return {};
  auto operations = guarded(site, place, uid, phase);
  operations.add("test", place.strategy_path(), k_recreate);
  if (site.strategy.empty()) operations.remove(place.strategy_path());
  else operations.add("replace", place.strategy_path(), site.strategy);
  return operations.text();
}

} // namespace streamgate::patch_csv
