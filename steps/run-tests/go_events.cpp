// SPDX-License-Identifier: Apache-2.0
#include "go_events.hpp"

#include "base/json.hpp"
#include "base/redact.hpp"

#include <algorithm>
#include <map>

namespace streamgate::run_tests {
namespace {

class Cleaner {
public:
  void line(std::string_view line)
  {
    auto event = json::parse(line, "an event");
    if (!event || !event->IsObject()) return put(redact::clean(line));
    const auto key = std::string(json::text(*event, {"Package"})) + '\n' + std::string(json::text(*event, {"Test"}));
    if (json::text(*event, {"Action"}) == "output") {
      auto& pending = m_pending[key];
      pending.output += json::text(*event, {"Output"});
      pending.event = std::move(*event);
      return;
    }
    if (const auto found = m_pending.find(key); found != m_pending.end()) {
      flush(found->second);
      m_pending.erase(found);
    }
    put(redact::clean(line));
  }

  std::string take()
  {
    for (auto& [key, pending] : m_pending) flush(pending);
    m_pending.clear();
    return std::move(m_out);
  }

private:
  // The pieces of one test's output, and the newest event of them.
  struct Pending {
    json::Document event;
    std::string output;
  };

  void put(std::string_view line)
  {
    m_out += line;
    m_out += '\n';
  }

  void flush(Pending& pending)
  {
    if (const auto output = pending.event.FindMember("Output"); output != pending.event.MemberEnd())
      output->value = json::string(redact::clean(pending.output), pending.event.GetAllocator());
    put(redact::clean(json::dump(pending.event)));
  }

  std::map<std::string, Pending> m_pending; // by package and test
  std::string m_out;
};

} // namespace

std::string clean_events(std::string_view text)
{
  Cleaner cleaner;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    cleaner.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return cleaner.take();
}

} // namespace streamgate::run_tests
