// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <fmt/format.h>

#include <string_view>

// The step's own log: stderr, redacted. `text` is for people, `json` is one object a line (time, level, step, msg).
namespace streamgate::log {

enum class Format { text, json };
enum class Level { debug, info, warn, error };

// Set up the log of this process. Before that, messages of `info` and above go out as text.
void configure(std::string_view step, Format format, Level level);

// Write one message.
void write(Level level, std::string_view message);

template <class... A>
void debug(fmt::format_string<A...> format, A&&... args)
{
  write(Level::debug, fmt::format(format, std::forward<A>(args)...));
}
template <class... A>
void info(fmt::format_string<A...> format, A&&... args)
{
  write(Level::info, fmt::format(format, std::forward<A>(args)...));
}
template <class... A>
void warn(fmt::format_string<A...> format, A&&... args)
{
  write(Level::warn, fmt::format(format, std::forward<A>(args)...));
}

// Print `<step>: error: <text>`, then the hint and the line to reproduce it, where there are any.
void report(const Error& error, std::string_view reproduce);

} // namespace streamgate::log
