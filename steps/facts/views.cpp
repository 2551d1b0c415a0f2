// SPDX-License-Identifier: Apache-2.0
#include "facts/views.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace streamgate::facts {
namespace {

constexpr std::size_t k_most_items = 50; // of one object's list

template <class Each>
void for_items(const json::Value& value, json::Path path, Each each)
{
  const auto* array = json::find(value, path);
  if (array == nullptr || !array->IsArray()) return;
  for (rapidjson::SizeType i = 0; i < std::min<rapidjson::SizeType>(array->Size(), k_most_items); ++i)
    each((*array)[i]);
}

std::int64_t count_of(const json::Value& object, json::Path path)
{
  return std::max<std::int64_t>(0, json::integer(object, path).value_or(0));
}

std::string first_of(std::initializer_list<std::string> texts)
{
  const auto* const found = std::ranges::find_if(texts, [](const std::string& text) { return !text.empty(); });
  return found == texts.end() ? "" : *found;
}

std::string owner_of(const json::Value& object)
{
  std::string out = text_of(object, {"metadata", "labels", "operator.tekton.dev/created-by"});
  for_items(object, {"metadata", "ownerReferences"}, [&](const json::Value& owner) {
    if (out.empty()) out = text_of(owner, {"kind"}) + "/" + text_of(owner, {"name"});
  });
  return out;
}

// Conditions that are as they should be when they are False; the others when they are True.
bool tells_of_trouble(std::string_view type)
{
  return type.ends_with("Pressure") || type == "NetworkUnavailable" || type == "ReplicaFailure" ||
         type == "DisruptionTarget";
}

std::string condition_text(const json::Value& condition)
{
  const auto message = text_of(condition, {"message"}, k_longest_message);
  const auto reason = text_of(condition, {"reason"});
  return fmt::format("{}={}{}{}{}{}", text_of(condition, {"type"}), text_of(condition, {"status"}),
                     reason.empty() ? "" : " ", reason, message.empty() ? "" : ": ", message);
}

bool normal_wait(std::string_view reason)
{
  return reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing";
}

// How a container ended, when that was not good.
struct End {
  std::string id, reason, message;
  std::int64_t code = 0;
};
std::optional<End> bad_end(const json::Value& status, const char* state)
{
  const auto* ended = json::find(status, {state, "terminated"});
  if (ended == nullptr) return std::nullopt;
  End out{text_of(*ended, {"containerID"}), text_of(*ended, {"reason"}),
          text_of(*ended, {"message"}, k_longest_message), json::integer(*ended, {"exitCode"}).value_or(0)};
  if (out.code == 0 && out.reason != "OOMKilled") return std::nullopt;
  // A container that could not be started has no id; its time tells its ends apart.
  if (out.id.empty()) out.id = "at " + text_of(*ended, {"finishedAt"});
  return out;
}

// SIGTERM and SIGKILL.
bool ended_by_deletion(const End& end)
{
  return (end.code == 143 || end.code == 137) && end.reason != "OOMKilled";
}

std::optional<Trouble> container_trouble(const json::Value& status, bool deleting)
{
  Trouble out;
  auto& fact = out.fact;
  fact.container = text_of(status, {"name"});
  fact.restarts = count_of(status, {"restartCount"});
  const auto waiting = text_of(status, {"state", "waiting", "reason"});
  auto now = bad_end(status, "state");
  auto before = bad_end(status, "lastState");
  if (deleting && now && ended_by_deletion(*now)) now.reset();
  if (now) {
    fact.state = "terminated";
    fact.reason = now->reason;
    fact.message = now->message;
    fact.exit_code = now->code;
    out.end = now->id;
    return out;
  }
  if (before) {
    fact.exit_code = before->code;
    out.end = before->id;
    out.previous = true;
  }
  if (!normal_wait(waiting)) {
    fact.state = "waiting";
    fact.reason = waiting;
    fact.message = text_of(status, {"state", "waiting", "message"}, k_longest_message);
    if (before) fact.message += fmt::format("; it ended with exit code {} ({}) before", before->code, before->reason);
    return out;
  }
  if (!before || fact.restarts == 0) return std::nullopt;
  fact.state = json::find(status, {"state", "running"}) != nullptr ? "running" : "waiting";
  fact.reason = before->reason;
  fact.message = before->message;
  return out;
}

// A pod that fails as a whole.
std::optional<Trouble> pod_trouble(const json::Value& pod)
{
  Trouble out;
  auto& fact = out.fact;
  // Of a pod whose containers failed the containers say more.
  const auto reason = text_of(pod, {"status", "reason"});
  if (json::text(pod, {"status", "phase"}) == "Failed" && !reason.empty()) {
    fact.state = "terminated";
    fact.reason = reason;
    fact.message = text_of(pod, {"status", "message"}, k_longest_message);
    return out;
  }
  for_items(pod, {"status", "conditions"}, [&](const json::Value& condition) {
    if (json::text(condition, {"type"}) != "PodScheduled" || json::text(condition, {"status"}) != "False") return;
    fact.state = "waiting";
    fact.reason = text_of(condition, {"reason"});
    fact.message = text_of(condition, {"message"}, k_longest_message);
  });
  return fact.state.empty() ? std::nullopt : std::optional(out);
}

PodState::Container container_state(const json::Value& status)
{
  PodState::Container out;
  out.name = text_of(status, {"name"});
  out.image = text_of(status, {"image"});
  out.restarts = count_of(status, {"restartCount"});
  out.ready = json::flag(status, {"ready"});
  for (const char* state : {"waiting", "running", "terminated"}) {
    const auto* found = json::find(status, {"state", state});
    if (found == nullptr) continue;
    out.state = state;
    out.reason = text_of(*found, {"reason"});
    out.message = text_of(*found, {"message"}, k_longest_message);
    out.exit_code = json::integer(*found, {"exitCode"}).value_or(0);
  }
  return out;
}

} // namespace

std::string text_of(const json::Value& object, json::Path path, std::size_t longest)
{
  return utf8::truncate(json::text(object, path), longest);
}

record::FactEvent event_fact(const json::Value& event)
{
  record::FactEvent out;
  out.nspace = first_of({text_of(event, {"involvedObject", "namespace"}), text_of(event, {"metadata", "namespace"})});
  out.object = text_of(event, {"involvedObject", "kind"}) + "/" + text_of(event, {"involvedObject", "name"});
  out.reason = text_of(event, {"reason"});
  out.message = text_of(event, {"message"}, k_longest_message);
  out.count = std::max({std::int64_t{1}, count_of(event, {"count"}), count_of(event, {"series", "count"})});
  out.first = first_of({text_of(event, {"firstTimestamp"}), text_of(event, {"eventTime"}),
                        text_of(event, {"metadata", "creationTimestamp"})});
  out.last = first_of({text_of(event, {"series", "lastObservedTime"}), text_of(event, {"lastTimestamp"}),
                       text_of(event, {"eventTime"}), out.first});
  return out;
}

std::vector<Trouble> troubles(const json::Value& pod)
{
  std::vector<Trouble> out;
  const auto name = text_of(pod, {"metadata", "name"});
  if (name.empty()) return out;
  const bool deleting = json::find(pod, {"metadata", "deletionTimestamp"}) != nullptr;
  if (auto whole = pod_trouble(pod)) out.push_back(std::move(*whole));
  for (const char* part : {"initContainerStatuses", "containerStatuses"}) {
    for_items(pod, {"status", part}, [&](const json::Value& status) {
      if (auto one = container_trouble(status, deleting)) out.push_back(std::move(*one));
    });
  }
  for (auto& one : out) {
    one.fact.nspace = text_of(pod, {"metadata", "namespace"});
    one.fact.pod = name;
  }
  return out;
}

std::vector<std::string> conditions_of(const json::Value& object, Conditions which)
{
  std::vector<std::string> out;
  for_items(object, {"status", "conditions"}, [&](const json::Value& condition) {
    const bool good =
        json::text(condition, {"status"}) == (tells_of_trouble(json::text(condition, {"type"})) ? "False" : "True");
    if (which == Conditions::all || !good) out.push_back(condition_text(condition));
  });
  return out;
}

Readiness readiness(const json::Value& object, std::string_view condition)
{
  Readiness out;
  for_items(object, {"status", "conditions"}, [&](const json::Value& one) {
    if (json::text(one, {"type"}) != condition) return;
    out.ready = json::text(one, {"status"}) == "True";
    if (!out.ready) out.message = first_of({text_of(one, {"message"}, k_longest_message), text_of(one, {"reason"})});
  });
  return out;
}

std::vector<record::FactNode> node_facts(const json::Value& node)
{
  std::vector<record::FactNode> out;
  const auto name = text_of(node, {"metadata", "name"});
  if (name.empty()) return out;
  for_items(node, {"status", "conditions"}, [&](const json::Value& condition) {
    const auto type = text_of(condition, {"type"});
    const auto status = json::text(condition, {"status"});
    const auto message = text_of(condition, {"message"}, k_longest_message);
    if (type == "Ready" && status != "True") out.push_back({name, "NotReady", message});
    else if (tells_of_trouble(type) && status == "True") out.push_back({name, type, message});
  });
  if (json::flag(node, {"spec", "unschedulable"})) out.push_back({name, "SchedulingDisabled", "the node is cordoned"});
  return out;
}

PodState pod_state(const json::Value& pod)
{
  PodState out;
  out.name = text_of(pod, {"metadata", "name"});
  out.phase = text_of(pod, {"status", "phase"});
  out.reason = text_of(pod, {"status", "reason"});
  out.message = text_of(pod, {"status", "message"}, k_longest_message);
  out.node = text_of(pod, {"spec", "nodeName"});
  out.created = text_of(pod, {"metadata", "creationTimestamp"});
  out.deleting = text_of(pod, {"metadata", "deletionTimestamp"});
  out.conditions = conditions_of(pod, Conditions::bad_only);
  for (const char* part : {"initContainerStatuses", "containerStatuses"}) {
    for_items(pod, {"status", part},
              [&](const json::Value& status) { out.containers.push_back(container_state(status)); });
  }
  return out;
}

ObjectState object_state(const json::Value& object, std::string_view kind)
{
  ObjectState out;
  out.kind = kind;
  out.name = text_of(object, {"metadata", "name"});
  out.owner = owner_of(object);
  out.created = text_of(object, {"metadata", "creationTimestamp"});
  out.deleting = text_of(object, {"metadata", "deletionTimestamp"});
  if (const auto wanted = json::integer(object, {"spec", "replicas"})) out.counts["wanted"] = *wanted;
  for (const char* name :
       {"replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"}) {
    if (const auto count = json::integer(object, {"status", name})) out.counts[name] = *count;
  }
  out.conditions = conditions_of(object, Conditions::all);
  if (const auto pod = text_of(object, {"status", "podName"}); !pod.empty()) out.parts.push_back("Pod/" + pod);
  for_items(object, {"status", "childReferences"}, [&](const json::Value& child) {
    out.parts.push_back(text_of(child, {"kind"}) + "/" + text_of(child, {"name"}));
  });
  for_items(object, {"status", "steps"}, [&](const json::Value& step) {
    const auto code = json::integer(step, {"terminated", "exitCode"}).value_or(0);
    if (code == 0) return;
    out.parts.push_back(fmt::format("step {}: exit code {} ({})", text_of(step, {"name"}), code,
                                    text_of(step, {"terminated", "reason"})));
  });
  return out;
}

} // namespace streamgate::facts
