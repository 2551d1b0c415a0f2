// SPDX-License-Identifier: Apache-2.0
#include "kube/client_impl.hpp"
#include "kube/watch.hpp"

#include <algorithm>

namespace streamgate::kube {
namespace {

SteadyTime steady_now()
{
  return std::chrono::steady_clock::now();
}

} // namespace

struct Loop::Impl {
  Impl(Transport& with, const Cancel& until, LoopOptions options) : transport(with), cancel(until), times(options) {}

  Result<bool> advance();
  bool all_synced() const;
  SteadyTime next_due() const;
  Error too_late() const;

  Transport& transport;
  const Cancel& cancel;
  const LoopOptions times;
  http::Multi multi;
  std::vector<std::unique_ptr<Watch>> watches; // after `multi`, which they use to their end
};

// Let every watch go on. Returns true when a handler was called. By index: a handler may add watches.
Result<bool> Loop::Impl::advance()
{
  bool progress = false;
  for (std::size_t i = 0; i < watches.size(); ++i) {
    watches[i]->advance(steady_now());
    if (watches[i]->error()) return std::unexpected(*watches[i]->error());
    progress = watches[i]->take_progress() || progress;
  }
  return progress;
}

bool Loop::Impl::all_synced() const
{
  return std::ranges::all_of(watches, [](const auto& watch) { return watch->synced(); });
}

SteadyTime Loop::Impl::next_due() const
{
  auto first = SteadyTime::max();
  for (const auto& watch : watches) first = std::min(first, watch->due());
  return first;
}

Error Loop::Impl::too_late() const
{
  Error error{ErrorCode::timeout, "the deadline passed before it came true"};
  for (const auto& watch : watches) {
    if (watch->trouble()) error.message += "; last problem: " + watch->trouble()->text();
  }
  return error;
}

Loop::Loop(const Client& client, const Cancel& cancel, LoopOptions options)
    : m_impl(std::make_unique<Impl>(client.m_impl->transport, cancel, options))
{
}

Loop::~Loop() = default;

void Loop::watch(const Resource& resource, const std::string& nspace, const ListOptions& options, WatchHandler& handler)
{
  m_impl->watches.push_back(
      std::make_unique<Watch>(m_impl->transport, m_impl->multi, m_impl->times, resource, nspace, options, handler));
}

Status Loop::run(SteadyTime deadline, const std::function<bool()>& done, const std::function<void(Duration)>& tick,
                 Duration tick_every)
{
  const auto begin = steady_now();
  auto next_tick = begin + tick_every;
  bool ask = true;
  m_impl->multi.wait(Duration(0), m_impl->cancel); // what came since the last run, before anything seems late
  for (;;) {
    SG_TRY_ASSIGN(const bool progress, m_impl->advance());
    ask = ask || progress;
    if (ask && m_impl->all_synced()) {
      if (done()) return {};
      ask = false;
    }
    SG_TRY(m_impl->cancel.check());
    const auto now = steady_now();
    if (now >= deadline) return std::unexpected(m_impl->too_late());
    if (tick && now >= next_tick) {
      tick(std::chrono::floor<std::chrono::seconds>(now - begin));
      next_tick = now + tick_every;
    }
    const auto until = std::min({deadline, tick ? next_tick : SteadyTime::max(), m_impl->next_due()});
    const auto wait =
        std::min<SteadyTime::duration>(std::max(until - now, SteadyTime::duration(0)), std::chrono::minutes(1));
    m_impl->multi.wait(std::chrono::ceil<Duration>(wait), m_impl->cancel);
  }
}

} // namespace streamgate::kube
