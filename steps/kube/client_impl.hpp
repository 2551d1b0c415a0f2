// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "kube/transport.hpp"

namespace streamgate::kube {

struct Client::Impl {
  Transport transport;
};

} // namespace streamgate::kube
