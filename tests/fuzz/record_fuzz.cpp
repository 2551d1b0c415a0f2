// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"
#include "fuzz.hpp"
#include "has_double.hpp"
#include "record/notification.hpp"
#include "record/run_dir.hpp"

#include <string>

namespace streamgate::fuzz {
namespace {

// What RunDir does on reading and then on writing a record.
template <class T>
void round_trip(const json::Document& document)
{
  const auto read = from_json<T>(document, "input");
  if (!read) return;
  const auto printed = to_pretty_json(*read);
  const auto parsed = json::parse(printed, "printed");
  expect(parsed.has_value(), "a record is printed as JSON");
  expect(record::check_schema(*parsed, T::k_schema, "printed").has_value(), "a record that was read can be written");
  const auto again = from_json<T>(*parsed, "printed");
  expect(again.has_value(), "a record that was written can be read");
  if (!has_double(*parsed)) expect(to_pretty_json(*again) == printed, "a record that was written is read as it was");
}

} // namespace

// The first line is the name of a schema.
void fuzz(std::string_view input)
{
  const auto [schema, text] = first_line(input);
  const auto document = json::parse(text, "input");
  if (!document || !record::check_schema(*document, schema, "input")) return;
  expect(document->IsObject(), "a record is an object");
  if (schema == record::Notification::k_schema) round_trip<record::Notification>(*document);
  if (schema == record::Plan::k_schema) round_trip<record::Plan>(*document);
  if (schema == record::BuiltComponent::k_schema) round_trip<record::BuiltComponent>(*document);
  if (schema == record::Deploy::k_schema) round_trip<record::Deploy>(*document);
  if (schema == record::SuiteRun::k_schema) round_trip<record::SuiteRun>(*document);
  if (schema == record::Results::k_schema) round_trip<record::Results>(*document);
  if (schema == record::Failures::k_schema) round_trip<record::Failures>(*document);
  if (schema == record::StepError::k_schema) round_trip<record::StepError>(*document);
  if (schema == record::Verdict::k_schema) round_trip<record::Verdict>(*document);
}

} // namespace streamgate::fuzz
