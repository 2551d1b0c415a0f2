// SPDX-License-Identifier: Apache-2.0
#include "base/host.hpp"

#include <algorithm>
#include <string>

#include <arpa/inet.h>

namespace streamgate {

std::string_view host_of(std::string_view authority)
{
  if (authority.starts_with('[')) return authority.substr(0, std::min(authority.find(']'), authority.size() - 1) + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_private_host(std::string_view authority)
{
  const auto host = host_of(authority);
  if (host == "localhost" || host == "[::1]" || host.ends_with(".local") || host.ends_with(".localhost")) return true;
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) return false;
  const auto value = ntohl(address.s_addr);
  return value >> 24U == 127U || value >> 24U == 10U || value >> 20U == 0xac1U || value >> 16U == 0xc0a8U;
}

bool may_carry_secret(std::string_view url)
{
  if (url.starts_with("https://")) return true;
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return false;
  const auto authority = url.substr(scheme.size(), url.find('/', scheme.size()) - scheme.size());
  return is_private_host(authority.substr(authority.rfind('@') + 1));
}

} // namespace streamgate
