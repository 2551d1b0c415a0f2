// SPDX-License-Identifier: Apache-2.0
#include "facts/recorder.hpp"

#include "facts/artifacts.hpp"
#include "facts/secrets.hpp"

#include <fmt/format.h>

#include <atomic>
#include <system_error>

namespace streamgate::facts {
namespace {

constexpr auto k_look_up = std::chrono::seconds(5); // how often a loop is left to note its trouble
constexpr auto k_tries_of_log = 2;
constexpr int k_log_lines = 100;
constexpr std::size_t k_log_asked = std::size_t{1} << 20U; // bytes
constexpr std::size_t k_log_kept = std::size_t{32} << 10U; // bytes

SteadyTime steady_now()
{
  return std::chrono::steady_clock::now();
}

bool may_pass(ErrorCode code)
{
  return code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::throttled;
}

// The namespaces that there are, by name.
Result<std::set<std::string>> namespaces_of(const kube::Client& client)
{
  SG_TRY_ASSIGN(const auto list, client.list(kube::k_namespaces, ""));
  std::set<std::string> out;
  for (const auto& item : list.items) out.insert(text_of(item, {"metadata", "name"}));
  return out;
}

} // namespace

// One watch in a thread of its own.
class Recorder::Follower {
public:
  Follower(const kube::Config& config, const RecorderOptions& options, const Cancel& cancel, const char* what)
      : m_config(config), m_options(options), m_cancel(cancel), m_what(what)
  {
  }
  virtual ~Follower() = default;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start()
  {
    try {
      m_thread = std::thread([this] { run(); });
    } catch (const std::system_error& problem) {
      m_problems.add(fmt::format("{} are not watched, there is no thread for it: {}", m_what, problem.what()));
    }
  }
  void join()
  {
    if (m_thread.joinable()) m_thread.join();
  }
  // After the end: what there was of trouble.
  virtual void tell(Problems& problems) const
  {
    problems.add(m_problems.all());
    if (!m_trouble.empty()) problems.add(fmt::format("{} may be incomplete: {}", m_what, m_trouble));
  }

protected:
  virtual Status follow() = 0;

  kube::Client client(kube::ClientOptions options) const
  {
    // Without a server `load_config` had failed.
    return std::move(*kube::Client::make(m_config, m_cancel, options));
  }
  // Note what a loop that came to its deadline says of its trouble.
  void note(const Status& status)
  {
    constexpr std::string_view k_before = "; last problem: ";
    m_trouble.clear();
    if (status) return;
    const auto& text = status.error().message;
    if (const auto at = text.find(k_before); at != std::string::npos) m_trouble = text.substr(at + k_before.size());
  }

  const kube::Config m_config;
  const RecorderOptions& m_options;
  const Cancel& m_cancel;
  const char* m_what;
  Problems m_problems;
  std::string m_trouble; // of the watch, while it lasts

private:
  // A watch that was refused begins anew after a while: a test may take a right away, and give it back.
  void run() noexcept
  {
    do {
      try {
        const auto status = follow();
        if (!status && status.error().code != ErrorCode::cancelled)
          m_problems.add(fmt::format("{} could not be watched: {}", m_what, status.error().text()));
      } catch (const std::exception& problem) {
        m_problems.add(fmt::format("{} could not be watched: {}", m_what, problem.what()));
      }
    } while (m_cancel.sleep(m_options.pause));
  }

  std::thread m_thread;
};

class Recorder::EventFollower : public Follower {
public:
  EventFollower(const kube::Config& config, const RecorderOptions& options, const Cancel& cancel, const Namespaces& old)
      : Follower(config, options, cancel, "events"), m_sightings(old)
  {
  }
  void tell(Problems& problems) const override
  {
    Follower::tell(problems);
    if (!m_sightings.synced()) problems.add("no events were seen while the suite ran");
    if (m_sightings.dropped() > 0) problems.add(fmt::format("{} older events were dropped", m_sightings.dropped()));
  }
  const EventSightings& sightings() const { return m_sightings; }
  std::size_t seen() const { return m_seen; }

private:
  Status follow() override
  {
    const auto client = this->client({});
    kube::Loop loop(client, m_cancel, m_options.loop);
    loop.watch(kube::k_events, "", {.fields = "type=Warning"}, m_sightings);
    for (;;) {
      const auto status = loop.run(steady_now() + k_look_up, [this] {
        m_seen = m_sightings.size();
        return false;
      });
      if (!status && status.error().code != ErrorCode::timeout) return status;
      note(status);
    }
  }

  EventSightings m_sightings;
  std::atomic<std::size_t> m_seen = 0;
};

class Recorder::PodFollower : public Follower {
public:
  PodFollower(const kube::Config& config, const RecorderOptions& options, const Cancel& cancel, const Namespaces& old)
      : Follower(config, options, cancel, "pods"), m_sightings(old)
  {
  }
  void tell(Problems& problems) const override
  {
    Follower::tell(problems);
    if (!m_sightings.synced()) problems.add("no pods were seen while the suite ran");
    if (m_sightings.dropped() > 0)
      problems.add(fmt::format("{} older containers that were not well were dropped", m_sightings.dropped()));
    if (m_sightings.unread() > 0) problems.add(fmt::format("{} logs were not fetched in time", m_sightings.unread()));
  }
  const PodSightings& sightings() const { return m_sightings; }
  std::size_t seen() const { return m_seen; }
  std::size_t logs() const { return m_logs; }

private:
  Status follow() override
  {
    const auto client = this->client({});
    const auto log_client = this->client({.timeout = m_options.patience, .retry = {.tries = 1}});
    kube::Loop loop(client, m_cancel, m_options.loop);
    // Most pods succeed, and then nobody asks: the watch tells of those that it begins to leave out as deleted.
    loop.watch(kube::k_pods, "", {.fields = "status.phase!=Succeeded", .page = 100}, m_sightings);
    auto next_log = steady_now();
    const auto due = [&] {
      m_seen = m_sightings.size();
      return !m_sightings.wanted().empty() && steady_now() >= next_log;
    };
    for (;;) {
      const auto status =
          loop.run(m_sightings.wanted().empty() ? steady_now() + k_look_up : std::max(next_log, steady_now()), due);
      if (!status && status.error().code != ErrorCode::timeout) return status;
      note(status);
      if (!due()) continue;
      fetch(log_client);
      next_log = steady_now() + m_options.log_gap;
    }
  }

  void fetch(const kube::Client& client)
  {
    auto& queue = m_sightings.wanted();
    auto wanted = std::move(queue.front());
    queue.pop_front();
    auto text = client.logs({wanted.nspace, wanted.pod}, {.container = wanted.container,
                                                          .tail_lines = k_log_lines,
                                                          .previous = wanted.previous,
                                                          .limit_bytes = k_log_asked});
    if (text) {
      m_sightings.keep_log(wanted, last_lines(scrub(*text, wanted.secrets), k_log_kept));
      ++m_logs;
      return;
    }
    if (text.error().code == ErrorCode::not_found || text.error().code == ErrorCode::cancelled) return;
    if (may_pass(text.error().code) && ++wanted.tries < k_tries_of_log) return queue.push_back(std::move(wanted));
    m_problems.add(
        fmt::format("the log of {}/{} could not be read: {}", wanted.nspace, wanted.pod, text.error().text()));
  }

  PodSightings m_sightings;
  std::atomic<std::size_t> m_seen = 0, m_logs = 0;
};

Recorder::Recorder(const kube::Config& config, RecorderOptions options) : m_options(options)
{
  auto first = kube::Client::make(
      config, m_cancel,
      {.timeout = options.patience, .retry = {.tries = 1}, .deadline = steady_now() + options.patience});
  auto before = first ? namespaces_of(*first) : std::unexpected(first.error());
  if (before) m_seen.before = std::move(*before);
  else m_seen.problems.add("the namespaces before the suite could not be listed: " + before.error().text());
  if (!first) return;
  m_events = std::make_unique<EventFollower>(config, m_options, m_cancel, m_seen.before);
  m_pods = std::make_unique<PodFollower>(config, m_options, m_cancel, m_seen.before);
  m_events->start();
  m_pods->start();
}

Recorder::~Recorder()
{
  m_cancel.request();
  if (m_events) m_events->join();
  if (m_pods) m_pods->join();
}

Progress Recorder::progress() const
{
  Progress out;
  if (m_events) out.events = m_events->seen();
  if (m_pods) out.containers = m_pods->seen();
  if (m_pods) out.logs = m_pods->logs();
  return out;
}

Seen Recorder::stop()
{
  m_cancel.request();
  if (m_events) {
    m_events->join();
    m_events->tell(m_seen.problems);
    m_seen.events = m_events->sightings().all();
  }
  if (m_pods) {
    m_pods->join();
    m_pods->tell(m_seen.problems);
    m_seen.containers = m_pods->sightings().all();
  }
  return std::move(m_seen);
}

} // namespace streamgate::facts
