// SPDX-License-Identifier: Apache-2.0
#include "builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace streamgate::build_images {
namespace {

constexpr std::size_t k_most_lines = 10;

// path/file.go:12:3: text, or path/file.go:12: text
bool is_compiler_line(std::string_view line)
{
  const auto suffix = line.find(".go:");
  if (suffix == std::string_view::npos || suffix == 0 || line.substr(0, suffix).find(' ') != std::string_view::npos)
    return false;
  const auto number = line.substr(suffix + 4);
  const auto end = number.find_first_not_of("0123456789");
  return end != 0 && end != std::string_view::npos && number[end] == ':';
}

template <std::size_t N>
bool has_any(std::string_view line, const std::array<std::string_view, N>& signs)
{
  return std::ranges::any_of(signs, [&](std::string_view sign) { return line.find(sign) != std::string_view::npos; });
}

constexpr std::array<std::string_view, 9> k_network{"connection refused",
                                                    "no such host",
                                                    "i/o timeout",
                                                    "connection reset",
                                                    "no route to host",
                                                    "network is unreachable",
                                                    "TLS handshake",
                                                    "HTTP response to HTTPS client",
                                                    "x509:"};
constexpr std::array<std::string_view, 8> k_registry{
    "error publishing",           "pulling base", "fetching base", "UNAUTHORIZED", "DENIED", "pushing image",
    "pinging container registry", "writing blob"};

std::vector<std::string> last(const std::vector<std::string>& lines)
{
  const auto from = lines.size() > k_most_lines ? lines.size() - k_most_lines : 0;
  return {lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end()};
}

} // namespace

Error builder_error(const std::vector<std::string>& lines, std::string_view image, std::string_view ended)
{
  std::vector<std::string> compiler;
  bool network = false;
  bool registry = false;
  for (const auto& line : lines) {
    if (is_compiler_line(line) && compiler.size() < k_most_lines) compiler.push_back(line);
    network |= has_any(line, k_network);
    registry |= has_any(line, k_registry);
  }
  if (!compiler.empty()) {
    return {ErrorCode::build_failed,
            fmt::format("image {} does not compile:\n  {}", image, fmt::join(compiler, "\n  "))};
  }
  const auto message =
      fmt::format("image {} could not be built, the builder {}:\n  {}", image, ended, fmt::join(last(lines), "\n  "));
  if (registry) {
    return {ErrorCode::registry, message, {}, "is the registry up, and may this account pull the base image and push?"};
  }
  if (network) {
    return {ErrorCode::unavailable, message, {}, "modules could not be fetched: check GOPROXY and the network"};
  }
  return {ErrorCode::build_failed, message};
}

} // namespace streamgate::build_images
