// SPDX-License-Identifier: Apache-2.0
#include "operator/views.hpp"

#include "operator/digest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::tekton_operator {

namespace {

std::string text(const json::Value& value, json::Path path)
{
  return std::string(json::text(value, path));
}

template <class Each>
void for_items(const json::Value& value, json::Path path, Each each)
{
  const auto* array = json::find(value, path);
  if (array == nullptr || !array->IsArray()) return;
  for (const auto& item : array->GetArray()) each(item);
}

std::string controller_of(const json::Value& object)
{
  std::string out;
  for_items(object, {"metadata", "ownerReferences"}, [&](const json::Value& owner) {
    if (json::flag(owner, {"controller"})) out = text(owner, {"uid"});
  });
  return out;
}

bool deleting(const json::Value& object)
{
  return json::find(object, {"metadata", "deletionTimestamp"}) != nullptr;
}

// Ready=True gives "", anything else gives what is said about it.
std::string not_ready(const json::Value& object)
{
  std::string out = "Ready is not set";
  for_items(object, {"status", "conditions"}, [&](const json::Value& condition) {
    if (json::text(condition, {"type"}) != "Ready") return;
    const auto status = json::text(condition, {"status"});
    if (status == "True") {
      out.clear();
      return;
    }
    auto why = text(condition, {"message"});
    if (why.empty()) why = text(condition, {"reason"});
    out = fmt::format("Ready={}{}", status, why.empty() ? "" : " (" + why + ")");
  });
  return out;
}

void add_texts(const json::Value& container, json::Path path, std::vector<std::string>& to)
{
  for_items(container, path, [&](const json::Value& item) {
    if (item.IsString()) to.emplace_back(item.GetString(), item.GetStringLength());
  });
}

ContainerView container_view(const json::Value& container)
{
  ContainerView out{text(container, {"name"}), text(container, {"image"}), {}, {}};
  add_texts(container, {"command"}, out.arguments);
  add_texts(container, {"args"}, out.arguments);
  for_items(container, {"env"},
            [&](const json::Value& entry) { out.env.emplace_back(text(entry, {"name"}), text(entry, {"value"})); });
  return out;
}

ContainerStatus status_view(const json::Value& status)
{
  ContainerStatus out;
  out.name = text(status, {"name"});
  out.image_id = text(status, {"imageID"});
  out.running = json::find(status, {"state", "running"}) != nullptr;
  out.ready = json::flag(status, {"ready"});
  out.restarts = json::integer(status, {"restartCount"}).value_or(0);
  out.waiting = text(status, {"state", "waiting", "reason"});
  out.waiting_message = text(status, {"state", "waiting", "message"});
  const auto* ended = json::find(status, {"state", "terminated"});
  if (ended == nullptr) ended = json::find(status, {"lastState", "terminated"});
  if (ended != nullptr) {
    out.ended = {json::integer(*ended, {"exitCode"}).value_or(0), text(*ended, {"reason"}), text(*ended, {"message"})};
  }
  return out;
}

Selector selector_of(const json::Value& object)
{
  Selector out;
  const auto* labels = json::find(object, {"spec", "selector", "matchLabels"});
  if (labels != nullptr && labels->IsObject()) {
    for (const auto& member : labels->GetObject()) {
      if (member.value.IsString()) out.rules.push_back({member.name.GetString(), "In", {member.value.GetString()}});
    }
  }
  for_items(object, {"spec", "selector", "matchExpressions"}, [&](const json::Value& rule) {
    std::vector<std::string> values;
    add_texts(rule, {"values"}, values);
    out.rules.push_back({text(rule, {"key"}), text(rule, {"operator"}), {values.begin(), values.end()}});
  });
  return out;
}

std::string deployment_gap(const json::Value& object, std::int64_t wanted)
{
  const auto count = [&](std::string_view name) { return json::integer(object, {"status", name}).value_or(0); };
  if (count("observedGeneration") < json::integer(object, {"metadata", "generation"}).value_or(0)) {
    return "its controller has not seen it yet";
  }
  if (count("updatedReplicas") < wanted)
    return fmt::format("{} of {} replicas updated", count("updatedReplicas"), wanted);
  if (count("replicas") > count("updatedReplicas")) {
    return fmt::format("{} old replicas still there", count("replicas") - count("updatedReplicas"));
  }
  if (count("availableReplicas") < wanted)
    return fmt::format("{} of {} replicas available", count("availableReplicas"), wanted);
  return {};
}

std::string stateful_set_gap(const json::Value& object, std::int64_t wanted)
{
  const auto count = [&](std::string_view name) { return json::integer(object, {"status", name}).value_or(0); };
  if (count("observedGeneration") < json::integer(object, {"metadata", "generation"}).value_or(0)) {
    return "its controller has not seen it yet";
  }
  if (json::text(object, {"status", "currentRevision"}) != json::text(object, {"status", "updateRevision"})) {
    return "replicas of an old revision still there";
  }
  if (count("readyReplicas") < wanted) return fmt::format("{} of {} replicas ready", count("readyReplicas"), wanted);
  return {};
}

} // namespace

SetView set_view(const json::Value& object)
{
  SetView out;
  out.name = text(object, {"metadata", "name"});
  out.uid = text(object, {"metadata", "uid"});
  out.created_by = text(object, {"metadata", "labels", "operator.tekton.dev/created-by"});
  out.type = text(object, {"metadata", "labels", "operator.tekton.dev/type"});
  out.deleting = deleting(object);
  out.hash = text(object, {"metadata", "annotations", k_hash_annotation});
  out.reason = not_ready(object);
  out.ready = out.reason.empty();
  for_items(object, {"spec", "manifests"}, [&](const json::Value& manifest) {
    const auto kind = json::text(manifest, {"kind"});
    if (kind == "MutatingWebhookConfiguration") out.mutating_webhooks.push_back(text(manifest, {"metadata", "name"}));
    if (kind == "ValidatingWebhookConfiguration")
      out.validating_webhooks.push_back(text(manifest, {"metadata", "name"}));
    if (kind != "Deployment" && kind != "StatefulSet") return;
    out.workloads.emplace_back(text(manifest, {"metadata", "namespace"}),
                               WorkloadName{std::string(kind), text(manifest, {"metadata", "name"})});
    collect_digests(manifest, out.digests);
  });
  return out;
}

ConfigView config_view(const json::Value& object)
{
  ConfigView out;
  out.name = text(object, {"metadata", "name"});
  out.uid = text(object, {"metadata", "uid"});
  out.target_namespace = text(object, {"spec", "targetNamespace"});
  out.reason = not_ready(object);
  // Operators up to v0.75 do not say which generation they mean.
  const auto observed = json::integer(object, {"status", "observedGeneration"});
  if (out.reason.empty() && observed && *observed < json::integer(object, {"metadata", "generation"}).value_or(0)) {
    out.reason = "Ready is of an older generation";
  }
  out.ready = out.reason.empty();
  return out;
}

bool Selector::matches(const std::map<std::string, std::string>& labels) const
{
  if (rules.empty()) return false;
  return std::all_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    const auto found = labels.find(rule.key);
    const bool there = found != labels.end();
    if (rule.op == "In") return there && rule.values.contains(found->second);
    if (rule.op == "NotIn") return !there || !rule.values.contains(found->second);
    if (rule.op == "Exists") return there;
    if (rule.op == "DoesNotExist") return !there;
    return false;
  });
}

WorkloadView workload_view(const json::Value& object, std::string_view kind)
{
  WorkloadView out;
  out.id = {std::string(kind), text(object, {"metadata", "name"})};
  out.uid = text(object, {"metadata", "uid"});
  out.owner = controller_of(object);
  out.deleting = deleting(object);
  out.wanted = json::integer(object, {"spec", "replicas"}).value_or(1);
  out.rollout = kind == "StatefulSet" ? stateful_set_gap(object, out.wanted) : deployment_gap(object, out.wanted);
  out.selector = selector_of(object);
  for_items(object, {"spec", "template", "spec", "initContainers"},
            [&](const json::Value& item) { out.containers.push_back(container_view(item)); });
  for_items(object, {"spec", "template", "spec", "containers"},
            [&](const json::Value& item) { out.containers.push_back(container_view(item)); });
  return out;
}

WebhookView webhook_view(const json::Value& object)
{
  WebhookView out;
  for_items(object, {"webhooks"}, [&](const json::Value& webhook) {
    const auto* rules = json::find(webhook, {"rules"});
    if (rules == nullptr || !rules->IsArray() || rules->Empty()) out.lacks = "rules";
    else if (json::find(webhook, {"clientConfig", "service"}) != nullptr &&
             json::text(webhook, {"clientConfig", "caBundle"}).empty())
      out.lacks = "caBundle";
  });
  return out;
}

ReplicaSetView replica_set_view(const json::Value& object)
{
  return {text(object, {"metadata", "uid"}), controller_of(object)};
}

PodView pod_view(const json::Value& object)
{
  PodView out;
  out.nspace = text(object, {"metadata", "namespace"});
  out.name = text(object, {"metadata", "name"});
  out.uid = text(object, {"metadata", "uid"});
  out.owner = controller_of(object);
  out.deleting = deleting(object);
  const auto phase = json::text(object, {"status", "phase"});
  out.finished = phase == "Succeeded" || phase == "Failed";
  const auto* labels = json::find(object, {"metadata", "labels"});
  if (labels != nullptr && labels->IsObject()) {
    for (const auto& member : labels->GetObject()) {
      if (member.value.IsString()) out.labels[member.name.GetString()] = member.value.GetString();
    }
  }
  for (const auto* part : {"initContainers", "containers"}) {
    for_items(object, {"spec", part}, [&](const json::Value& item) { out.containers.push_back(container_view(item)); });
  }
  for (const auto* part : {"initContainerStatuses", "containerStatuses"}) {
    for_items(object, {"status", part}, [&](const json::Value& item) { out.statuses.push_back(status_view(item)); });
  }
  return out;
}

const ContainerStatus* PodView::status(std::string_view container) const
{
  const auto found = std::find_if(statuses.begin(), statuses.end(), [&](const auto& s) { return s.name == container; });
  return found == statuses.end() ? nullptr : &*found;
}

const ContainerView* PodView::container(std::string_view wanted) const
{
  const auto found =
      std::find_if(containers.begin(), containers.end(), [&](const auto& c) { return c.name == wanted; });
  return found == containers.end() ? nullptr : &*found;
}

} // namespace streamgate::tekton_operator
