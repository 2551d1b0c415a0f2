// SPDX-License-Identifier: Apache-2.0
#include "http/http.hpp"

#include "base/ascii.hpp"
#include "http/multi.hpp"

#include <algorithm>
#include <cctype>

namespace streamgate::http {
namespace {

// Without an event nothing wakes a waiting session but this.
constexpr auto k_longest_wait = std::chrono::minutes(1);

} // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const
{
  const auto it =
      std::ranges::find_if(m_lines, [name](const auto& line) { return ascii::same_nocase(line.first, name); });
  if (it == m_lines.end()) return std::nullopt;
  return it->second;
}

struct Session::Impl {
  Multi multi;
};

Session::Session() : m_impl(std::make_unique<Impl>()) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Outcome Session::send(const Request& request, const Cancel& cancel)
{
  std::optional<Outcome> outcome;
  if (const auto status = cancel.check(); !status) return std::unexpected(Failure{status.error(), false});
  auto& multi = m_impl->multi;
  const auto id = multi.start(request, [&outcome](Outcome how) { outcome.emplace(std::move(how)); });
  while (!outcome) {
    multi.wait(k_longest_wait, cancel);
    if (outcome) break;
    if (auto status = cancel.check(); !status) {
      multi.stop(id);
      return std::unexpected(Failure{std::move(status.error())});
    }
  }
  return std::move(*outcome);
}

std::string escape(std::string_view text)
{
  static constexpr std::string_view k_digits = "0123456789ABCDEF";
  static constexpr std::string_view k_unreserved = "-._~";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || k_unreserved.find(c) != std::string_view::npos) out += c;
    else out.append({'%', k_digits[byte >> 4U], k_digits[byte & 15U]});
  }
  return out;
}

} // namespace streamgate::http
