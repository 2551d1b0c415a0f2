// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/json.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <string>

namespace streamgate::log {
namespace {

struct State {
  std::mutex mutex;
  std::string step = "streamgate";
  Format format = Format::text;
  Level level = Level::info;
};

State& state()
{
  static State instance;
  return instance;
}

constexpr std::array<std::string_view, 4> k_level_names{"debug", "info", "warning", "error"};

std::string_view name_of(Level level)
{
  return k_level_names.at(static_cast<std::size_t>(level));
}

// One write(2) a message, so that lines of several processes in one pod log do not mix.
void emit(std::string_view line)
{
  while (!line.empty()) {
    const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) { // somebody made the terminal or pipe non-blocking
      pollfd entry{STDERR_FILENO, POLLOUT, 0};
      ::poll(&entry, 1, -1);
      continue;
    }
    if (written <= 0) return; // Nobody reads stderr: there is nowhere to say so.
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

// With the lock held.
void emit_message(Level level, std::string_view message)
{
  const std::string text = redact::clean(message);
  if (state().format == Format::json) {
    emit(fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"step\":{},\"msg\":{}}}\n", to_rfc3339(wall_now()),
                     name_of(level), json::quote(state().step), json::quote(text)));
  } else if (level == Level::info || level == Level::debug) {
    emit(fmt::format("{}: {}\n", state().step, text));
  } else {
    emit(fmt::format("{}: {}: {}\n", state().step, name_of(level), text));
  }
}

} // namespace

void configure(std::string_view step, Format format, Level level)
{
  const std::lock_guard lock(state().mutex);
  state().step = step;
  state().format = format;
  state().level = level;
}

void write(Level level, std::string_view message)
{
  const std::lock_guard lock(state().mutex);
  if (level >= state().level) emit_message(level, message);
}

void report(const Error& error, std::string_view reproduce)
{
  // Whole at every level: an error without its hint is half of it.
  const std::lock_guard lock(state().mutex);
  emit_message(Level::error, error.text());
  if (!error.hint.empty()) emit_message(Level::info, "hint: " + error.hint);
  if (!reproduce.empty()) emit_message(Level::info, "to reproduce: " + std::string(reproduce));
}

} // namespace streamgate::log
