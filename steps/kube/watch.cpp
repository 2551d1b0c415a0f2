// SPDX-License-Identifier: Apache-2.0
#include "kube/watch.hpp"

#include "base/log.hpp"
#include "kube/path.hpp"
#include "kube/status.hpp"

#include <fmt/format.h>

namespace streamgate::kube {
namespace {

// A stream that ends sooner without an event is a failure: it must not be asked for again at once.
constexpr auto k_shortest_stream = std::chrono::seconds(1);

SteadyTime steady_now()
{
  return std::chrono::steady_clock::now();
}

std::optional<EventType> event_type(std::string_view name)
{
  if (name == "ADDED") return EventType::added;
  if (name == "MODIFIED") return EventType::modified;
  if (name == "DELETED") return EventType::deleted;
  return std::nullopt;
}

} // namespace

Watch::Watch(Transport& transport, http::Multi& multi, const LoopOptions& times, const Resource& resource,
             const std::string& nspace, const ListOptions& options, WatchHandler& handler)
    : m_transport(transport), m_multi(multi), m_times(times), m_path(collection_path(resource, nspace)),
      m_options(options), m_handler(handler), m_due(steady_now())
{
}

Watch::~Watch()
{
  m_multi.stop(m_transfer);
}

void Watch::advance(SteadyTime now)
{
  take_lines();
  if (m_error || now < m_due) return;
  if (m_transfer != 0) {
    // Silent for too long: the connection may be half open. Nothing is lost by going on from where it stood.
    log::debug("watch of {}: silent, asking anew", m_path);
    m_allowed = true;
    end_transfer();
  }
  start(now);
}

std::string Watch::path() const
{
  Query query;
  query.add(m_options);
  if (m_phase == Phase::listing) {
    if (m_options.page > 0) query.add("limit", std::to_string(m_options.page));
    query.add("continue", m_continue);
  } else {
    // Shortened at random, so that not all watches end at once.
    const auto life = std::chrono::ceil<std::chrono::seconds>(http::jitter(m_times.life));
    query.add("watch", "1").add("allowWatchBookmarks", "true").add("resourceVersion", m_version);
    query.add("timeoutSeconds", std::to_string(life.count()));
  }
  return m_path + query.text();
}

void Watch::start(SteadyTime now)
{
  auto request = m_transport.request({.path = path()});
  if (!request) return on_failure(std::move(request.error()), std::nullopt);
  m_lines.clear();
  m_bytes_came = false;
  m_started = now;
  m_due = SteadyTime::max(); // a list has a timeout of its own
  if (m_phase == Phase::watching) {
    request->timeout = Duration(0);
    request->sink = [this](std::string_view piece) {
      m_due = steady_now() + m_times.idle;
      m_bytes_came = true;
      return m_lines.append(piece);
    };
    m_due = now + m_times.idle;
  }
  m_transfer = m_multi.start(std::move(*request), [this](const http::Outcome& outcome) { on_end(outcome); });
}

void Watch::on_end(const http::Outcome& outcome)
{
  m_transfer = 0;
  if (m_phase == Phase::watching) {
    take_lines();
    if (m_phase != Phase::watching) return; // a line said how to go on
    // A refusal comes at once: a stream that lived was let in.
    m_allowed = m_allowed || ((!outcome || outcome->good()) && steady_now() - m_started > k_shortest_stream);
  }
  if (!outcome && outcome.error().code == ErrorCode::cancelled) {
    m_error = Error{ErrorCode::bad_input,
                    fmt::format("the watch of {} told of an object above {} bytes", m_path, LineBuffer::k_longest)};
    return;
  }
  if (!outcome) return on_failure(static_cast<const Error&>(outcome.error()), std::nullopt);
  if (!outcome->good())
    return on_failure(status_error(*outcome, "GET " + m_path), http::retry_after(*outcome, wall_now()));
  if (m_phase == Phase::listing) return on_page(*outcome);
  on_stream_end();
}

void Watch::on_page(const http::Response& response)
{
  const auto page = json::parse(response.body, "the list of " + m_path);
  const auto* items = page ? json::find(*page, {"items"}) : nullptr;
  const std::string version(page ? json::text(*page, {"metadata", "resourceVersion"}) : "");
  if (items == nullptr || version.empty() || !(items->IsArray() || items->IsNull())) {
    m_error = Error{ErrorCode::bad_input, "the answer to GET " + m_path + " is not a list"};
    return;
  }
  m_synced = false;
  m_progress = true;
  if (m_continue.empty()) m_handler.on_reset();
  if (items->IsArray()) {
    for (const auto& item : items->GetArray()) m_handler.on_object(EventType::added, item);
  }
  m_due = steady_now();
  m_continue = json::text(*page, {"metadata", "continue"});
  if (!m_continue.empty()) return;
  m_version = version;
  m_phase = Phase::watching;
  m_synced = true;
  m_doubt_since.reset();
  if (!m_stream_failed) m_trouble.reset();
  m_renewed = false;
  m_handler.on_synced();
}

void Watch::take_lines()
{
  while (m_phase == Phase::watching) {
    const auto line = m_lines.next();
    if (!line) return;
    on_line(*line);
  }
}

void Watch::on_line(std::string_view line)
{
  const auto event = json::parse(line, "an event of the watch of " + m_path);
  if (!event) return list_later(event.error());
  const auto type = json::text(*event, {"type"});
  const auto* object = json::find(*event, {"object"});
  const std::string version(json::text(*event, {"object", "metadata", "resourceVersion"}));
  if (type == "ERROR" && object != nullptr) return on_error_event(*object);
  const auto kind = event_type(type);
  if (version.empty() || (!kind && type != "BOOKMARK")) {
    return list_later(
        {ErrorCode::bad_input, fmt::format("the watch of {} told of a '{}' that is unknown", m_path, type)});
  }
  m_version = version;
  worked();
  if (!kind) return;
  m_progress = true;
  m_handler.on_object(*kind, *object);
}

void Watch::on_error_event(const json::Value& status)
{
  auto error = status_error(status, "watch of " + m_path);
  if (error.code == ErrorCode::gone) return on_failure(std::move(error), std::nullopt);
  list_later(std::move(error));
}

void Watch::on_stream_end()
{
  if (!m_bytes_came && steady_now() - m_started < k_shortest_stream) {
    return try_later({ErrorCode::unavailable, "the watch of " + m_path + " ended at once"}, std::nullopt);
  }
  worked();
  m_due = steady_now();
}

void Watch::on_failure(Error error, std::optional<Duration> asked)
{
  if (error.code == ErrorCode::gone) {
    // At once, but not in a circle with a server that says so of every list.
    if (m_failures++ == 0) return list_anew();
    return list_later(std::move(error));
  }
  if (error.code == ErrorCode::unauthorized && !m_renewed && m_transport.renew_credentials()) {
    m_renewed = true;
    m_due = steady_now();
    return;
  }
  if (!may_pass(error.code)) {
    m_error = std::move(error);
    return;
  }
  const bool was_good = m_phase == Phase::watching && m_bytes_came && m_failures == 0;
  if (was_good && error.code == ErrorCode::unavailable) {
    ++m_failures;
    m_trouble = std::move(error);
    m_due = steady_now();
    return;
  }
  try_later(std::move(error), asked);
}

// Return true when waiting may cure the error.
bool Watch::may_pass(ErrorCode code)
{
  if (code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::throttled) return true;
  if (!m_allowed) return false;
  const auto now = steady_now();
  if (!m_doubt_since) m_doubt_since = now;
  return now - *m_doubt_since < m_times.doubt;
}

void Watch::list_anew()
{
  end_transfer();
  m_phase = Phase::listing;
  m_synced = false;
  m_continue.clear();
  m_due = steady_now();
}

void Watch::list_later(Error error)
{
  m_stream_failed = m_stream_failed || m_phase == Phase::watching;
  list_anew();
  try_later(std::move(error), std::nullopt);
}

void Watch::try_later(Error error, std::optional<Duration> asked)
{
  end_transfer();
  const auto& policy = m_transport.options().retry;
  const auto wait = asked ? std::min(*asked, policy.patience) : http::jitter(http::back_off(policy, ++m_failures));
  log::debug("{}; next try in {}", error.text(), to_text(wait));
  m_trouble = std::move(error);
  m_due = steady_now() + wait;
}

void Watch::end_transfer()
{
  m_multi.stop(std::exchange(m_transfer, 0));
  m_lines.clear();
}

void Watch::worked()
{
  m_allowed = true;
  m_failures = 0;
  m_renewed = false;
  m_doubt_since.reset();
  m_trouble.reset();
  m_stream_failed = false;
}

} // namespace streamgate::kube
