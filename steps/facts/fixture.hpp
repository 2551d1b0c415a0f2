// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

// Objects of a target as JSON.
namespace streamgate::facts {

inline json::Document document(const std::string& text)
{
  auto parsed = json::parse(text, "test object");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text()) << "\n" << text;
  return parsed ? std::move(*parsed) : json::Document();
}

// A pod whose only container has this status, without the braces.
inline std::string pod_json(const std::string& nspace, const std::string& name, const std::string& status,
                            const std::string& metadata = "")
{
  return fmt::format(
      R"({{"metadata":{{"namespace":"{0}","name":"{1}","uid":"uid-{1}"{2}}},"spec":{{"containers":[{{"name":"main","image":"x",)"
      R"("env":[{{"name":"DB_PASSWORD","value":"correct-horse"}}]}}]}},)"
      R"("status":{{"phase":"Running","containerStatuses":[{{"name":"main",{3}}}]}}}})",
      nspace, name, metadata, status);
}

// The status of a container that ended.
inline std::string ended_json(int code, const std::string& id = "e1", const std::string& reason = "Error")
{
  return fmt::format(R"("restartCount":0,"state":{{"terminated":{{"exitCode":{},"reason":"{}","containerID":"{}"}}}})",
                     code, reason, id);
}

inline std::string event_json(const std::string& nspace, const std::string& name, const std::string& message,
                              int count = 1, const std::string& type = "Warning")
{
  return fmt::format(
      R"({{"metadata":{{"namespace":"{0}","name":"{1}"}},"type":"{2}","reason":"BackOff","message":{3},"count":{4},)"
      R"("firstTimestamp":"2026-03-01T00:00:00Z","lastTimestamp":"2026-03-01T00:00:05Z",)"
      R"("involvedObject":{{"kind":"Pod","namespace":"{0}","name":"p"}}}})",
      nspace, name, type, json::quote(message), count);
}

} // namespace streamgate::facts
