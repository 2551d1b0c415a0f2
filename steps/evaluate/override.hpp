// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "record/plan.hpp"
#include "record/verdict.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace streamgate::evaluate {

// Somebody's word that a failed run may pass, and of which run.
struct OverrideRequest {
  record::Override by;
  std::string run;    // "" for whichever it is given to
  std::string commit; // of a component; "" for any

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("who", self.by.who);
    visit("why", self.by.why);
    visit("link", self.by.link);
    visit("expires", self.by.expires);
    visit("run", self.run);
    visit("commit", self.commit);
  }
};

// Parse the option: a YAML (or JSON) mapping, or @FILE with one. Errors: bad_input for what is not complete, for a link
// that is none and for an expiry more than 90 days after `now`; not_found, io.
Result<OverrideRequest> parse_override(const std::string& given, WallTime now);

// Return why an override does not count for this run, "" when it does.
std::string why_not(const OverrideRequest& request, const Result<record::Plan>& plan, WallTime now);

// The day of a time, YYYY-MM-DD in UTC. Days compare as texts.
std::string day_of(WallTime time);

} // namespace streamgate::evaluate
