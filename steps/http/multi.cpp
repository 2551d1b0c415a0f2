// SPDX-License-Identifier: Apache-2.0
#include "http/multi.hpp"

#include "http/transfer.hpp"

#include <algorithm>
#include <unordered_map>

namespace streamgate::http {

struct Multi::Impl {
  Impl()
  {
    load_curl();
    handle = curl_multi_init();
  }
  ~Impl()
  {
    for (auto& [id, transfer] : transfers) curl_multi_remove_handle(handle, transfer->easy());
    transfers.clear();
    curl_multi_cleanup(handle);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool perform();
  bool finish(CURL* easy, CURLcode code);
  void add_new();
  void remove(Id id);

  CURLM* handle = nullptr;
  std::unordered_map<Id, std::unique_ptr<Transfer>> transfers;
  std::vector<Id> fresh;   // not yet given to libcurl
  std::vector<Id> dropped; // stopped while libcurl was running
  bool inside = false;     // libcurl is running: it must not be called
  Id next = 1;
};

void Multi::Impl::add_new()
{
  for (const auto id : std::exchange(fresh, {})) {
    if (const auto it = transfers.find(id); it != transfers.end()) curl_multi_add_handle(handle, it->second->easy());
  }
}

void Multi::Impl::remove(Id id)
{
  const auto it = transfers.find(id);
  if (it == transfers.end()) return;
  curl_multi_remove_handle(handle, it->second->easy());
  transfers.erase(it);
}

// Return true when a callback was called.
bool Multi::Impl::perform()
{
  add_new();
  int running = 0;
  inside = true;
  curl_multi_perform(handle, &running);
  inside = false;
  for (const auto id : std::exchange(dropped, {})) remove(id);
  bool happened = false;
  for (auto& [id, transfer] : transfers) happened = transfer->take_progress() || happened;
  int left = 0;
  while (const auto* message = curl_multi_info_read(handle, &left)) {
    if (message->msg == CURLMSG_DONE) happened = finish(message->easy_handle, message->data.result) || happened;
  }
  return happened;
}

bool Multi::Impl::finish(CURL* easy, CURLcode code)
{
  const auto it = std::ranges::find_if(transfers, [&](const auto& entry) { return entry.second->easy() == easy; });
  if (it == transfers.end()) return false;
  const auto transfer = std::move(it->second);
  transfers.erase(it);
  auto outcome = transfer->outcome(code);
  curl_multi_remove_handle(handle, easy);
  if (auto done = transfer->take_done()) done(std::move(outcome));
  return true;
}

Multi::Multi() : m_impl(std::make_unique<Impl>()) {}
Multi::Multi(Multi&&) noexcept = default;
Multi& Multi::operator=(Multi&&) noexcept = default;
Multi::~Multi() = default;

Multi::Id Multi::start(Request request, Done done)
{
  const auto id = m_impl->next++;
  m_impl->transfers.emplace(id, std::make_unique<Transfer>(std::move(request), std::move(done)));
  m_impl->fresh.push_back(id);
  return id;
}

void Multi::stop(Id id)
{
  const auto it = m_impl->transfers.find(id);
  if (it == m_impl->transfers.end()) return;
  if (!m_impl->inside) return m_impl->remove(id);
  it->second->drop();
  m_impl->dropped.push_back(id);
}

void Multi::wait(Duration longest, const Cancel& cancel)
{
  if (m_impl->perform()) return;
  curl_waitfd extra = {cancel.fd(), CURL_WAIT_POLLIN, 0};
  const auto milliseconds = std::clamp<Duration::rep>(longest.count(), 0, 3600 * 1000);
  // A transfer started by nobody but the caller is running by now: perform() added it.
  curl_multi_poll(m_impl->handle, &extra, 1, static_cast<int>(milliseconds), nullptr);
  m_impl->perform();
}

} // namespace streamgate::http
