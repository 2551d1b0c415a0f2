// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/multi.hpp"

#include <curl/curl.h>

#include <array>

// One libcurl handle and what it points to. Used by `Multi` alone.
namespace streamgate::http {

// Load libcurl, once for the process.
void load_curl();

struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistDeleter>;

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

class Transfer {
public:
  Transfer(Request request, Multi::Done done);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const { return m_easy.get(); }
  // Say that nobody waits for it any more.
  void drop() { m_dropped = true; }
  bool dropped() const { return m_dropped; }
  // Return how it ended, given libcurl's result, and give the callback away.
  Outcome outcome(CURLcode code);
  Multi::Done take_done() { return std::move(m_done); }
  // Return true once after bytes of a body went to the sink.
  bool take_progress() { return std::exchange(m_progress, false); }

private:
  void set_up();
  void set_url();
  void set_body();
  void set_headers();
  void set_authorization();
  void set_tls();
  void set_proxy(std::string_view host);
  bool on_body(std::string_view piece);
  void on_header(std::string_view line);
  Failure failure(CURLcode code) const;

  static std::size_t body_callback(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t header_callback(char* data, std::size_t size, std::size_t count, void* self);

  Request m_request;
  Multi::Done m_done;
  Response m_response;
  std::array<char, CURL_ERROR_SIZE> m_message = {};
  std::string m_host_header; // of the URL, when the TLS name replaces the URL's host
  Slist m_headers;
  Slist m_connect_to;
  std::unique_ptr<CURL, EasyDeleter> m_easy; // before the lists it points to, in order of destruction
  bool m_dropped = false;
  bool m_too_large = false;
  bool m_refused_by_sink = false;
  bool m_progress = false;
};

} // namespace streamgate::http
