// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"
#include "http/http.hpp"

#include <string_view>

// The API server's `Status` objects as Errors.
namespace streamgate::kube {

// Return the error that an answer other than 2xx stands for. `what` names the request: "GET /api/v1/pods".
Error status_error(const http::Response& response, std::string_view what);

// Return true when a patch could not be applied to the object as it is: a `test` that does not hold, or a path that is
// not there (the server does not say which). An invalid object that came of a patch has causes instead.
bool refuses_patch(const http::Response& response);

// Return the error that a Status object stands for, as it comes in a watch's ERROR event.
Error status_error(const json::Value& status, std::string_view what);

} // namespace streamgate::kube
