// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/newest.hpp"
#include "facts/views.hpp"
#include "kube/client.hpp"

#include <deque>
#include <optional>
#include <set>
#include <unordered_set>

// What two watches tell while a suite runs, bounded. Objects that are deleted stay: that is what this is for.
namespace streamgate::facts {

// Names of the namespaces that there were before the suite; nothing when they could not be listed.
using Namespaces = std::optional<std::set<std::string>>;

// Tells what a watch's first list shows of old namespaces (that is not the suite's doing) from what comes later.
class Before {
public:
  explicit Before(const Namespaces& old) : m_old(old) {}

  void on_synced() { m_synced = true; }
  bool synced() const { return m_synced; }
  // Return true when this, in this very state, was there before; each call while the first list is told notes it.
  bool has(const std::string& nspace, const std::string& state);

private:
  const Namespaces& m_old;
  std::unordered_set<std::size_t> m_states; // hashes
  bool m_synced = false;
};

// Warning events.
class EventSightings : public kube::WatchHandler {
public:
  static constexpr Bounds k_bounds{200, 2000};

  explicit EventSightings(const Namespaces& old, Bounds bounds = k_bounds) : m_before(old), m_events(bounds) {}

  void on_reset() override {}
  void on_object(kube::EventType type, const json::Value& event) override;
  void on_synced() override { m_before.on_synced(); }

  bool synced() const { return m_before.synced(); }
  std::size_t size() const { return m_events.size(); }
  std::vector<record::FactEvent> all() const;
  std::size_t dropped() const { return m_events.dropped(); }

private:
  Before m_before;
  Newest<record::FactEvent> m_events;
};

// A container that was not well, and the end of its log.
struct SeenContainer {
  record::FactContainer fact; // the last bad state; its log is ""
  std::string end;            // see Trouble
  std::string log;
};

// A log that is to be fetched.
struct WantedLog {
  std::string nspace, pod, container;
  std::string key;                  // of the container
  std::vector<std::string> secrets; // values that must not be in it
  bool previous = false;
  int tries = 0;
};

// Pods: containers that are not well.
class PodSightings : public kube::WatchHandler {
public:
  static constexpr Bounds k_bounds{50, 300};
  static constexpr std::size_t k_most_wanted = 200; // logs

  explicit PodSightings(const Namespaces& old, Bounds bounds = k_bounds) : m_before(old), m_containers(bounds) {}

  void on_reset() override {}
  void on_object(kube::EventType type, const json::Value& pod) override;
  void on_synced() override { m_before.on_synced(); }

  bool synced() const { return m_before.synced(); }
  // Logs that tell why a container ended, in the order in which they were wanted.
  std::deque<WantedLog>& wanted() { return m_wanted; }
  void keep_log(const WantedLog& wanted, std::string text);
  std::size_t size() const { return m_containers.size(); }
  std::vector<SeenContainer> all() const;
  std::size_t dropped() const { return m_containers.dropped(); }
  std::size_t unread() const { return m_unread; } // logs that nobody had the time to fetch

private:
  Before m_before;
  Newest<SeenContainer> m_containers;
  std::deque<WantedLog> m_wanted;
  std::size_t m_unread = 0;
};

// Count events that differ in nothing but their times together; the order is that of the first ones.
std::vector<record::FactEvent> merged(std::vector<record::FactEvent> events);

} // namespace streamgate::facts
