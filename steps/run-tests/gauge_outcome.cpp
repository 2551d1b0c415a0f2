// SPDX-License-Identifier: Apache-2.0
#include "gauge_outcome.hpp"

#include "base/utf8.hpp"
#include "base/wire.hpp"
#include "record/gauge_fields.hpp"

namespace streamgate::run_tests {
namespace {

using namespace gauge_fields;

class Reader {
public:
  Result<GaugeOutcome> read(std::string_view bytes)
  {
    walk(bytes, [&](const WireReader& field) {
      if (field.field() == suite_result::specs) spec_result(field.bytes());
      if (field.field() == suite_result::pre_hook || field.field() == suite_result::post_hook)
        m_out.hooks.emplace_back("the suite");
    });
    if (m_broken || bytes.empty()) return fail(ErrorCode::bad_input, "last_run_result is cut, or no result of Gauge");
    return std::move(m_out);
  }

private:
  template <class Visit>
  void walk(std::string_view message, Visit&& visit)
  {
    WireReader fields(message);
    while (fields.next()) visit(fields);
    m_broken = m_broken || fields.broken();
  }

  void spec_result(std::string_view message)
  {
    walk(message, [&](const WireReader& field) {
      if (field.field() == spec_result::spec) spec(field.bytes());
    });
  }

  void spec(std::string_view message)
  {
    std::string heading;
    walk(message, [&](const WireReader& field) {
      if (field.field() == spec_of::heading) heading = utf8::repair(field.bytes());
    });
    walk(message, [&](const WireReader& field) {
      if (field.field() == spec_of::items) item(heading, field.bytes());
      if (field.field() == spec_of::pre_hooks || field.field() == spec_of::post_hooks) m_out.hooks.push_back(heading);
    });
  }

  void item(const std::string& spec, std::string_view message)
  {
    walk(message, [&](const WireReader& field) {
      if (field.field() == item_of::scenario) scenario(spec, field.bytes());
      if (field.field() != item_of::table_scenario) return;
      walk(field.bytes(), [&](const WireReader& row) {
        if (row.field() == table_of::scenario) scenario(spec, row.bytes());
      });
    });
  }

  void scenario(const std::string& spec, std::string_view message)
  {
    std::string heading;
    bool failed = false;
    std::uint64_t status = 0;
    walk(message, [&](const WireReader& field) {
      if (field.field() == scenario_of::heading) heading = utf8::repair(field.bytes());
      if (field.field() == scenario_of::failed) failed = field.number() != 0;
      if (field.field() == scenario_of::status) status = field.number();
    });
    failed = failed || status == scenario_of::failed_status;
    m_out.rows_executed += failed || status == scenario_of::passed ? 1 : 0;
    m_out.rows_failed += failed ? 1 : 0;
    if (failed) m_out.failed.emplace(spec, std::move(heading));
  }

  GaugeOutcome m_out;
  bool m_broken = false;
};

} // namespace

Result<GaugeOutcome> read_gauge_outcome(std::string_view bytes)
{
  return Reader().read(bytes);
}

} // namespace streamgate::run_tests
