// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/multi.hpp"
#include "kube/client.hpp"
#include "kube/line_buffer.hpp"
#include "kube/transport.hpp"

#include <string>

namespace streamgate::kube {

// One watch of a Loop: a list, page by page, then a stream of events, again and again. It never waits: it says by
// `due` when it wants to be called.
class Watch {
public:
  Watch(Transport& transport, http::Multi& multi, const LoopOptions& times, const Resource& resource,
        const std::string& nspace, const ListOptions& options, WatchHandler& handler);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // When `advance` has something to do, without anything coming in.
  SteadyTime due() const { return m_due; }
  // Hand over the events that have come, and start what is due.
  void advance(SteadyTime now);

  // False before the first list, and while a list is partly told.
  bool synced() const { return m_synced; }
  // Return true once after the handler was called.
  bool take_progress() { return std::exchange(m_progress, false); }
  // What ended this watch for good.
  const std::optional<Error>& error() const { return m_error; }
  // The last problem since it worked, for the message of a deadline.
  const std::optional<Error>& trouble() const { return m_trouble; }

private:
  enum class Phase { listing, watching };

  void start(SteadyTime now);
  std::string path() const;
  void on_end(const http::Outcome& outcome);
  void on_page(const http::Response& response);
  void take_lines();
  void on_line(std::string_view line);
  void on_error_event(const json::Value& status);
  void on_stream_end();
  void on_failure(Error error, std::optional<Duration> asked);
  bool may_pass(ErrorCode code);
  void list_anew();
  void list_later(Error error);
  void try_later(Error error, std::optional<Duration> asked);
  void end_transfer();
  void worked();

  Transport& m_transport;
  http::Multi& m_multi;
  const LoopOptions& m_times;
  const std::string m_path;
  const ListOptions m_options;
  WatchHandler& m_handler;

  Phase m_phase = Phase::listing;
  std::string m_version;  // resourceVersion to go on from
  std::string m_continue; // of the list's next page
  LineBuffer m_lines;
  http::Multi::Id m_transfer = 0; // 0: none is under way
  SteadyTime m_due;
  SteadyTime m_started;
  std::optional<SteadyTime> m_doubt_since;
  int m_failures = 0;     // of the stream, in a row
  bool m_renewed = false; // credentials, since it last worked
  bool m_bytes_came = false;
  bool m_allowed = false; // the server let a stream in once
  bool m_synced = false;
  bool m_stream_failed = false; // after a list that worked: another such list does not end the trouble
  bool m_progress = false;
  std::optional<Error> m_trouble;
  std::optional<Error> m_error;
};

} // namespace streamgate::kube
