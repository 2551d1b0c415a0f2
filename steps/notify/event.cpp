// SPDX-License-Identifier: Apache-2.0
#include "notify/event.hpp"

#include "base/codec.hpp"
#include "base/utf8.hpp"
#include "kube/client.hpp"
#include "notify/text.hpp"

#include <fmt/format.h>

namespace streamgate::notify {
namespace {

constexpr std::size_t k_longest_message = 1024; // the API server takes no more

struct Metadata {
  std::string generate_name = "streamgate-notify-";
  std::string nspace;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("generateName", self.generate_name);
    visit("namespace", self.nspace);
  }
};

struct Involved {
  std::string api_version = "tekton.dev/v1";
  std::string kind, nspace, name, uid;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("apiVersion", self.api_version);
    visit("kind", self.kind);
    visit("namespace", self.nspace);
    visit("name", self.name);
    visit("uid", self.uid);
  }
};

struct Source {
  std::string component = "streamgate-notify";

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("component", self.component);
  }
};

struct Event {
  std::string api_version = "v1", kind = "Event";
  Metadata metadata;
  Involved involved;
  std::string reason = "NotificationFailed", message, type = "Warning";
  Source source;
  std::string first, last;
  std::int64_t count = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("apiVersion", self.api_version);
    visit("kind", self.kind);
    visit("metadata", self.metadata);
    visit("involvedObject", self.involved);
    visit("reason", self.reason);
    visit("message", self.message);
    visit("type", self.type);
    visit("source", self.source);
    visit("firstTimestamp", self.first);
    visit("lastTimestamp", self.last);
    visit("count", self.count);
  }
};

} // namespace

Result<EventTarget> parse_event_target(const std::string& object, const std::string& nspace)
{
  const auto slash = object.find('/');
  EventTarget out{nspace, object.substr(0, slash), slash == std::string::npos ? "" : object.substr(slash + 1)};
  if ((out.kind == "PipelineRun" || out.kind == "TaskRun") && !out.name.empty()) return out;
  return fail(ErrorCode::usage, fmt::format("--event-object '{}' is not PipelineRun/NAME or TaskRun/NAME", object));
}

std::string event_body(const EventTarget& target, const std::string& uid, const std::string& message, WallTime now)
{
  Event event;
  event.metadata.nspace = target.nspace;
  event.involved.kind = target.kind;
  event.involved.nspace = target.nspace;
  event.involved.name = target.name;
  event.involved.uid = uid;
  event.message = one_line(message, k_longest_message);
  event.first = event.last = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
  return to_json(event);
}

Status send_event(const EventTarget& target, const std::string& message, const kube::ConfigSource& source,
                  const Cancel& cancel)
{
  SG_TRY_ASSIGN(auto config, kube::load_config(source));
  kube::ClientOptions options;
  options.timeout = std::chrono::seconds(10);
  options.retry.tries = 3;
  SG_TRY_ASSIGN(const auto client, kube::Client::make(std::move(config), cancel, options));
  EventTarget in = target;
  if (in.nspace.empty()) in.nspace = client.default_namespace();
  const auto& resource = in.kind == "TaskRun" ? kube::k_task_runs : kube::k_pipeline_runs;
  // An Event without the UID is shown too, where all of a name are; reading the run may not be allowed.
  const auto object = client.get(resource, {in.nspace, in.name});
  const std::string uid = object ? std::string(json::text(*object, {"metadata", "uid"})) : "";
  SG_TRY(client.create(kube::k_events, in.nspace, event_body(in, uid, message, wall_now())));
  return {};
}

} // namespace streamgate::notify
