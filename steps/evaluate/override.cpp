// SPDX-License-Identifier: Apache-2.0
#include "evaluate/override.hpp"

#include "base/file.hpp"
#include "base/yaml.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::evaluate {
namespace {

// Longer is no exception any more: the policy should say it.
constexpr auto k_longest = std::chrono::days(90);

bool blank(std::string_view text)
{
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

std::string day_of(WallTime time)
{
  return to_rfc3339(time).substr(0, 10);
}

Result<OverrideRequest> parse_override(const std::string& given, WallTime now)
{
  std::string text = given;
  std::string what = "--override";
  if (given.starts_with('@')) {
    what = given.substr(1);
    SG_TRY_ASSIGN(text, during(file::read(what), "reading --override"));
  }
  SG_TRY_ASSIGN(const auto document, yaml::parse(text, what));
  SG_TRY(record::check_schema(document, "override", what));
  SG_TRY_ASSIGN(auto out, from_json<OverrideRequest>(document, what));
  if (blank(out.by.who) || blank(out.by.why))
    return fail(ErrorCode::bad_input, fmt::format("{}: it must say who and why", what));
  SG_TRY(during(parse_rfc3339(out.by.expires + "T00:00:00Z"), what + ": expires"));
  if (out.by.expires > day_of(now + k_longest)) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("{}: it expires on {}, which is more than {} days ahead", what, out.by.expires, k_longest.count()),
        "an override is an exception; what is always so belongs into the gate's policy or the known issues");
  }
  return out;
}

std::string why_not(const OverrideRequest& request, const Result<record::Plan>& plan, WallTime now)
{
  if (day_of(now) > request.by.expires) return fmt::format("it expired on {}", request.by.expires);
  if (!request.run.empty() && (!plan || plan->run != request.run)) return "it is for run " + request.run;
  if (request.commit.empty()) return {};
  const bool has = plan && std::ranges::any_of(plan->components, [&](const record::PlannedComponent& component) {
                     return component.commit == request.commit;
                   });
  return has ? "" : "it is for commit " + request.commit;
}

} // namespace streamgate::evaluate
