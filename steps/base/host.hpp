// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace streamgate {

// Return the host of "host", "host:port" or "[address]:port", with its brackets.
std::string_view host_of(std::string_view authority);

// Return true for hosts that may be spoken to without TLS: localhost, loopback and private IPv4 addresses (RFC 1918),
// and names below .local, as ko and its kin do. A port may follow.
bool is_private_host(std::string_view authority);

// Return true when a secret may go to this http(s) URL: by TLS anywhere, in clear only to a private host.
bool may_carry_secret(std::string_view url);

} // namespace streamgate
