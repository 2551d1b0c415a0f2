// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http.hpp"

#include <curl/curl.h>

namespace streamgate::http {

// Return the request's URL without query, user and password, for messages.
std::string display_url(const Request& request);

// Return what libcurl's `code` and `message` mean. `sent`: bytes of the request left; `os_error`: the system said no.
Failure transfer_error(const Request& request, CURLcode code, std::string_view message, bool sent, bool os_error);

} // namespace streamgate::http
