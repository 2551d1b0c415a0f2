// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "http/retry.hpp"
#include "kube/config.hpp"
#include "kube/resource.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// A Kubernetes API client. Errors carry the server's Status message, and the code that fits it: not_found (404),
// unauthorized (401), forbidden (403), conflict (409, and 422 of a JSON patch whose `test` failed), gone (410),
// bad_input (400, 422), throttled (429), unavailable (5xx, no connection), tls, timeout, cancelled.
// A client, and a loop over it, are of one thread; others make their own.
namespace streamgate::kube {

// Names an object. `nspace` is "" for cluster-scoped kinds and for "all namespaces" in lists.
struct ObjectName {
  std::string nspace;
  std::string name;
};

struct ListOptions {
  std::string labels = {}; // label selector
  std::string fields = {}; // field selector
  int page = 500;          // objects asked for at once
};

struct List {
  std::vector<json::Document> items; // of built-in kinds without apiVersion and kind, as the server lists them
  std::string resource_version;
};

enum class PatchType { json, merge };

struct DeleteOptions {
  std::string uid = {};              // precondition: only the object with this UID
  std::string resource_version = {}; // precondition
  std::string propagation = {};      // "Foreground", "Background", "Orphan"; "" for the kind's default
  std::optional<int> grace = {};     // seconds; nothing for the object's own. Of a pod that is ending: only less counts
};

struct LogOptions {
  std::string container;
  int tail_lines = 50;
  bool previous = false;
  std::size_t limit_bytes = 0; // of the tail's beginning; 0 for all of it
};

// What an account may be allowed to do. `object.name` is "" for any object of the kind.
struct Right {
  std::string verb;
  Resource resource;
  ObjectName object = {};
};

// JSON patches with a `test`, replace, apply, merge patches and deletes count as idempotent; create and other JSON
// patches do not.
using RetryPolicy = http::RetryPolicy;

struct ClientOptions {
  Duration timeout = std::chrono::seconds(30); // of one try
  RetryPolicy retry = {};
  // No try begins, waits or runs past it: a call ends with `timeout` then, whatever the server or a plugin does.
  SteadyTime deadline = SteadyTime::max();
};

enum class EventType { added, modified, deleted };

// What a watch tells. After each (re-)list: `on_reset`, `on_object(added)` for every object there is, `on_synced`.
class WatchHandler {
public:
  virtual ~WatchHandler() = default;
  virtual void on_reset() = 0;
  virtual void on_object(EventType type, const json::Value& object) = 0;
  virtual void on_synced() {}
};

class Client {
public:
  static Result<Client> make(Config config, const Cancel& cancel, ClientOptions options = {});
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  const std::string& server() const;
  const std::string& default_namespace() const;

  Result<json::Document> get(const Resource& resource, const ObjectName& name) const;
  // All pages; a continue token that expired (410) starts the list anew.
  Result<List> list(const Resource& resource, const std::string& nspace, const ListOptions& options = {}) const;
  Result<json::Document> create(const Resource& resource, const std::string& nspace, const std::string& body) const;
  Result<json::Document> replace(const Resource& resource, const ObjectName& name, const std::string& body) const;
  // A JSON patch with a `test` that cannot be applied is a conflict, because the server does not say what of it failed.
  // When an answer was lost such a patch is sent again, and is a conflict too if the first one was applied.
  Result<json::Document> patch(const Resource& resource, const ObjectName& name, PatchType type,
                               const std::string& body) const;
  // Server-side apply of the fields in `body`, as `manager`.
  Result<json::Document> apply(const Resource& resource, const ObjectName& name, const std::string& manager,
                               const std::string& body, bool force = false) const;
  // Good when the object is gone already, unless a precondition was given (not_found); conflict when it does not hold.
  Status remove(const Resource& resource, const ObjectName& name, const DeleteOptions& options = {}) const;
  // A pod's log; "" of a pod that has no node yet. Error not_found when the container has none (yet).
  Result<std::string> logs(const ObjectName& pod, const LogOptions& options) const;
  // Ask the server whether this account has a right (SelfSubjectAccessReview, which everybody may make by default).
  Result<bool> may(const Right& right) const;
  // Any other GET, for example /version.
  Result<json::Document> get_path(const std::string& path) const;

private:
  friend class Loop;
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

// Times of a loop's watches; the defaults are for everything but tests.
struct LoopOptions {
  Duration idle = std::chrono::seconds(90); // a watch that is silent for so long is asked for anew where it stood
  Duration life = std::chrono::minutes(5);  // the server ends each watch after about this
  // A server that has just been restarted may refuse what it allowed before: 401, 403 and 404 of a watch that
  // worked before end the loop only after so long.
  Duration doubt = std::chrono::seconds(30);
};

// Many watches over one event loop. Each watch lists (handing over page by page), then watches with bookmarks from
// there, goes on where it stood when cut, and lists anew on 410. No change is lost, and none is told twice but by a new
// list. Handlers are called from `run`, in its thread; they may use the client and add watches.
class Loop {
public:
  Loop(const Client& client, const Cancel& cancel, LoopOptions options = {});
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Start a watch; `handler` must outlive the loop.
  void watch(const Resource& resource, const std::string& nspace, const ListOptions& options, WatchHandler& handler);

  // Run until `done` returns true, or an error: timeout at `deadline` (with the watches' last problems), cancelled, or
  // the first error of a watch that repeating does not cure (400, 401, 403, 404, bad TLS). `done` is asked after each
  // batch of events, but never while a list is only partly told: every watch is synced then. May be called again: the
  // watches go on. `tick`, where given, is called about every `tick_every`, for progress, with how long this run has
  // lasted, in whole seconds.
  Status run(SteadyTime deadline, const std::function<bool()>& done, const std::function<void(Duration)>& tick = {},
             Duration tick_every = std::chrono::seconds(5));

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::kube
