// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Numbers of the fields of Gauge's last_run_result that are read (gauge-proto, spec.proto, ProtoSuiteResult).
namespace streamgate::gauge_fields {

namespace suite_result {
enum : std::uint64_t { specs = 1, pre_hook = 2, post_hook = 3, failed = 4, project = 10, timestamp_iso = 23 };
}
namespace spec_result {
enum : std::uint64_t { spec = 1, failed = 4, errors = 10 };
}
namespace spec_of {
enum : std::uint64_t { heading = 1, items = 2, pre_hooks = 4, post_hooks = 5, file = 6 };
}
namespace item_of {
enum : std::uint64_t { step = 2, concept_ = 3, scenario = 4, table_scenario = 5 };
}
namespace table_of {
enum : std::uint64_t { scenario = 1 };
}
namespace scenario_of {
enum : std::uint64_t {
  heading = 1,
  failed = 2,
  contexts = 3,
  items = 4,
  pre_hook = 5,
  post_hook = 6,
  milliseconds = 8,
  skipped = 9,
  skip_errors = 10,
  tear_down = 12,
  status = 14,
  retries = 23
};
enum : std::uint64_t { not_executed = 0, passed = 1, failed_status = 2, skipped_status = 3 };
} // namespace scenario_of
namespace step_of {
enum : std::uint64_t { text = 1, result = 4 };
}
namespace concept_of {
enum : std::uint64_t { step = 1, steps = 2, result = 3 };
}
namespace step_result {
enum : std::uint64_t { execution = 1, pre_hook = 2, post_hook = 3 };
}
namespace execution {
enum : std::uint64_t { failed = 1, message = 3, trace = 4 };
}
namespace hook {
enum : std::uint64_t { trace = 1, message = 2 };
}
namespace error_of {
enum : std::uint64_t { file = 2, line = 3, message = 4 };
}

} // namespace streamgate::gauge_fields
