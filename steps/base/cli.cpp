// SPDX-License-Identifier: Apache-2.0
#include "base/cli.hpp"

#include "base/edit_distance.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace streamgate {
namespace {

constexpr std::string_view k_exit_codes = "  0  passed\n"
                                          "  1  the thing under test failed\n"
                                          "  2  could not tell: build, infrastructure, bad input or usage\n"
                                          "  3  both 1 and 2\n";

std::string environment_name(std::string_view option)
{
  std::string out = "STREAMGATE_";
  for (const char c : option) out += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string indented(std::string_view lines)
{
  std::string out;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    out.append("  ").append(lines.substr(0, end)).append("\n");
    lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + 1);
  }
  return out;
}

// The word for an option's value in --help.
std::string placeholder(const CLI::Option& option)
{
  return option.get_type_size() == 0 ? std::string{} : "=" + option.get_type_name();
}

} // namespace

struct Cli::Impl {
  explicit Impl(const StepInfo& step) : info(step), app(step.summary, step.name)
  {
    app.set_help_flag();
    app.set_config();
  }

  CLI::Option* add(const std::string& name, const std::string& help, CLI::Option* option, const std::string& type,
                   const std::string& fallback)
  {
    option->envname(environment_name(name));
    option->type_name(type);
    helps.push_back({option, "--" + name, help, fallback});
    return option;
  }

  std::string help() const
  {
    std::string out = fmt::format("{}: {}\n\nUsage: {} [OPTIONS]{}\n\nOptions (each also as an environment variable, for "
                                  "example {}):\n",
                                  info.name, info.summary, info.name, rest_name.empty() ? "" : " [" + rest_name + "...]",
                                  environment_name("run-dir"));
    std::size_t width = 0;
    for (const auto& entry : helps) width = std::max(width, entry.name.size() + placeholder(*entry.option).size());
    width = std::min<std::size_t>(width, 34);
    for (const auto& entry : helps) {
      const auto left = entry.name + placeholder(*entry.option);
      const auto fallback = entry.fallback.empty() ? "" : fmt::format(" (default: {})", entry.fallback);
      const auto need = entry.option->get_required() ? " (required)" : "";
      out += fmt::format("  {:<{}}  {}{}{}\n", left, width, entry.text, fallback, need);
    }
    if (!info.reads.empty()) out += "\nReads:\n" + indented(info.reads);
    if (!info.writes.empty()) out += "\nWrites:\n" + indented(info.writes);
    out += "\nResults (--result NAME=PATH):\n";
    for (const auto& [name, meaning] : info.results) out += fmt::format("  {:<{}}  {}\n", name, width, meaning);
    out += fmt::format("\nExit codes:\n{}\nExample:\n  {}\n", k_exit_codes, info.example);
    return out;
  }

  // Words for a shell's completion: bash calls a function that offers our options.
  std::string completion() const
  {
    std::string words;
    for (const auto& entry : helps) words += (words.empty() ? "" : " ") + entry.name + (entry.option->get_type_size() == 0 ? "" : "=");
    const auto function = "_streamgate_" + std::string(info.name);
    return fmt::format("{0}() {{ mapfile -t COMPREPLY < <(compgen -W '{1}' -- \"${{COMP_WORDS[COMP_CWORD]}}\"); }}\n"
                       "complete -o nospace -o default -F {0} {2}\n",
                       function, words, info.name);
  }

  std::string nearest(const std::string& unknown) const
  {
    std::vector<std::string> names;
    for (const auto& entry : helps) names.push_back(entry.name);
    return nearest_of(unknown.substr(0, unknown.find('=')), names);
  }

  struct Help {
    CLI::Option* option;
    std::string name;
    std::string text;
    std::string fallback;
  };

  StepInfo info;
  CLI::App app;
  std::vector<Help> helps;
  std::string rest_name;
  bool wants_help = false;
  bool wants_version = false;
  std::string wants_completion;
};

Cli::Cli(const StepInfo& info) : m_impl(std::make_unique<Impl>(info)) {}
Cli::~Cli() = default;

void Cli::option(const std::string& name, std::string& to, const std::string& help, Need need)
{
  auto* option = m_impl->add(name, help, m_impl->app.add_option("--" + name, to), "TEXT", to);
  option->required(need == Need::required);
}

void Cli::option(const std::string& name, std::int64_t& to, const std::string& help, std::int64_t low, std::int64_t high)
{
  m_impl->add(name, help, m_impl->app.add_option("--" + name, to)->check(CLI::Range(low, high)), "N", std::to_string(to));
}

void Cli::option(const std::string& name, Duration& to, const std::string& help)
{
  const auto read = [&to](const std::string& text) {
    const auto parsed = parse_duration(text);
    if (!parsed) throw CLI::ValidationError(parsed.error().message + "; " + parsed.error().hint);
    to = *parsed;
  };
  m_impl->add(name, help, m_impl->app.add_option_function<std::string>("--" + name, read), "DURATION", to_text(to));
}

void Cli::choice(const std::string& name, std::string& to, const std::vector<std::string>& words, const std::string& help)
{
  auto* option = m_impl->app.add_option("--" + name, to)->check(CLI::IsMember(words));
  m_impl->add(name, help, option, fmt::format("{}", fmt::join(words, "|")), to);
}

void Cli::list(const std::string& name, std::vector<std::string>& to, const std::string& help)
{
  auto* option = m_impl->app.add_option("--" + name, to)->delimiter('\n')->expected(1)->take_all();
  m_impl->add(name, help + " (repeatable)", option, "TEXT", "");
}

void Cli::flag(const std::string& name, bool& to, const std::string& help)
{
  m_impl->add(name, help, m_impl->app.add_flag("--" + name, to), "", "");
}

void Cli::rest(const std::string& name, std::vector<std::string>& to, const std::string& help)
{
  m_impl->rest_name = name;
  m_impl->app.add_option(name, to, help)->type_name("");
}

Result<std::string> Cli::parse(int argc, const char* const* argv)
{
  auto& app = m_impl->app;
  app.add_flag("--help,-h", m_impl->wants_help);
  app.add_flag("--version", m_impl->wants_version);
  app.add_option("--completion", m_impl->wants_completion)->check(CLI::IsMember({"bash"}));
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) { // CLI11 takes its vector from the back.
    const std::string_view argument(argv[i]);
    if (argument.starts_with("--") && argument.ends_with('=')) continue;
    arguments.emplace_back(argument);
  }
  const auto asked = [&](std::string_view what) { return std::ranges::find(arguments, what) != arguments.end(); };
  if (asked("--help") || asked("-h")) return m_impl->help(); // also when a required option is not there
  if (asked("--version")) return fmt::format("{} {}\n", m_impl->info.name, STREAMGATE_VERSION);
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining();
    const auto unknown = extras.empty() ? std::string("?") : extras.front();
    const auto near = m_impl->nearest(unknown);
    return fail(ErrorCode::usage, fmt::format("unknown argument '{}'", unknown),
                near.empty() ? "see --help" : fmt::format("did you mean {}? See --help", near));
  } catch (const CLI::Success&) {
    return m_impl->help();
  } catch (const CLI::ParseError& problem) {
    if (!m_impl->wants_completion.empty()) return m_impl->completion();
    return fail(ErrorCode::usage, problem.what(), "see --help");
  }
  if (!m_impl->wants_completion.empty()) return m_impl->completion();
  return std::string{};
}

} // namespace streamgate
