// SPDX-License-Identifier: Apache-2.0
#include "base/cli.hpp"

#include "base/edit_distance.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace streamgate {
namespace {

constexpr std::string_view k_exit_codes = "  0  passed\n"
                                          "  1  the thing under test failed\n"
                                          "  2  could not tell: build, infrastructure, bad input or usage\n"
                                          "  3  both 1 and 2\n";

// Options without a variable.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> k_always{
    {{"--help", "print this text"},
     {"--version", "print the version"},
     {"--completion=bash", "print what makes bash complete this step's options"}}};

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

// For CLI11: throws what it shows as a usage error.
Duration duration_of(const std::string& name, const std::string& text)
{
  const auto parsed = parse_duration(text);
  if (!parsed) throw CLI::ValidationError("--" + name, parsed.error().message + "; " + parsed.error().hint);
  return *parsed;
}

bool is_flag(const CLI::Option& option)
{
  return option.get_expected_max() == 0;
}

// The word for an option's value in --help.
std::string placeholder(const CLI::Option& option)
{
  return is_flag(option) ? std::string{} : "=" + option.get_type_name();
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

  // `--name=` of an option that there is counts as not given. A value that ends with '=' does not.
  bool not_given(std::string_view argument) const
  {
    const auto equals = argument.find('=');
    return equals + 1 == argument.size() && std::ranges::count(helps, argument.substr(0, equals), &Help::name) > 0;
  }

  // `--dry-run=`: to take that for "not given" would do what somebody wanted to try.
  Status no_empty_flag(const std::vector<std::string>& arguments) const
  {
    for (const auto& entry : helps) {
      if (is_flag(*entry.option) && std::ranges::find(arguments, entry.name + "=") != arguments.end())
        return fail(ErrorCode::usage, fmt::format("{}= has no value", entry.name),
                    fmt::format("write {0}, or {0}=false", entry.name));
    }
    return {};
  }

  std::unexpected<Error> unknown(const std::vector<std::string>& extras) const
  {
    const auto name = extras.front().substr(0, extras.front().find('=')); // the value may be a secret
    const auto near = nearest(name);
    return fail(ErrorCode::usage, fmt::format("unknown argument '{}'", name),
                near.empty() ? "see --help" : fmt::format("did you mean {}? See --help", near));
  }

  std::string help() const
  {
    std::string out =
        fmt::format("{}: {}\n\nUsage: {} [OPTIONS]{}\n\nOptions (each also as an environment variable, for "
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
    for (const auto& [name, meaning] : k_always) out += fmt::format("  {:<{}}  {}\n", name, width, meaning);
    if (!rest_name.empty()) out += fmt::format("\nArguments:\n  {:<{}}  {}\n", rest_name, width, rest_help);
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
    for (const auto& entry : helps)
      words += (words.empty() ? "" : " ") + entry.name + (is_flag(*entry.option) ? "" : "=");
    for (const auto& [name, meaning] : k_always) words.append(" ").append(name);
    const auto function = "_streamgate_" + std::string(info.name);
    return fmt::format("{0}() {{ mapfile -t COMPREPLY < <(compgen -W '{1}' -- \"${{COMP_WORDS[COMP_CWORD]}}\"); }}\n"
                       "complete -o nospace -o default -F {0} {2}\n",
                       function, words, info.name);
  }

  std::string nearest(const std::string& unknown) const
  {
    std::vector<std::string> names;
    for (const auto& entry : helps) names.push_back(entry.name);
    return nearest_of(unknown, names);
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
  std::string rest_help;
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
  if (need == Need::required)
    option->check([](const std::string& text) { return std::string(text.empty() ? "must not be empty" : ""); });
}

void Cli::option(const std::string& name, std::int64_t& to, const std::string& help, std::int64_t low,
                 std::int64_t high)
{
  // Not CLI11's own conversion, which takes 010 for 8.
  const auto read = [&to, name, low, high](const std::string& text) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < low || number > high) {
      throw CLI::ValidationError("--" + name, fmt::format("'{}' is not a number from {} to {}", text, low, high));
    }
    to = number;
  };
  auto* option = m_impl->app.add_option_function<std::string>("--" + name, read);
  m_impl->add(name, fmt::format("{} ({} to {})", help, low, high), option, "N", std::to_string(to));
}

void Cli::option(const std::string& name, Duration& to, const std::string& help)
{
  const auto read = [&to, name](const std::string& text) { to = duration_of(name, text); };
  m_impl->add(name, help, m_impl->app.add_option_function<std::string>("--" + name, read), "DURATION", to_text(to));
}

void Cli::option(const std::string& name, std::optional<Duration>& to, const std::string& help)
{
  const auto read = [&to, name](const std::string& text) { to = duration_of(name, text); };
  m_impl->add(name, help, m_impl->app.add_option_function<std::string>("--" + name, read), "DURATION", "");
}

void Cli::choice(const std::string& name, std::string& to, const std::vector<std::string>& words,
                 const std::string& help)
{
  auto* option = m_impl->app.add_option("--" + name, to)->check(CLI::IsMember(words));
  m_impl->add(name, help, option, fmt::format("{}", fmt::join(words, "|")), to);
}

void Cli::list(const std::string& name, std::vector<std::string>& to, const std::string& help)
{
  auto* option =
      m_impl->app.add_option("--" + name, to)->delimiter('\n')->expected(1)->take_all()->allow_extra_args(false);
  m_impl->add(name, help + " (repeatable)", option, "TEXT", "");
}

void Cli::flag(const std::string& name, bool& to, const std::string& help)
{
  m_impl->add(name, help, m_impl->app.add_flag("--" + name, to), "", "");
}

void Cli::rest(const std::string& name, std::vector<std::string>& to, const std::string& help)
{
  m_impl->rest_name = name;
  m_impl->rest_help = help;
  m_impl->app.add_option(name, to, help)->type_name("");
}

Result<std::string> Cli::parse(int argc, const char* const* argv)
{
  auto& app = m_impl->app;
  app.add_flag("--help,-h", m_impl->wants_help);
  app.add_flag("--version", m_impl->wants_version);
  app.add_option("--completion", m_impl->wants_completion)->check(CLI::IsMember({"bash"}));
  std::vector<std::string> arguments;
  const std::vector<std::string> given(argv + std::min(argc, 1), argv + argc);
  const auto options_end = std::ranges::find(given, "--");
  for (auto it = given.begin(); it != given.end(); ++it) {
    if (it >= options_end || !m_impl->not_given(*it)) arguments.push_back(*it);
  }
  std::ranges::reverse(arguments); // CLI11 takes its vector from the back.
  const auto asked = [&](std::string_view what) { return std::find(given.begin(), options_end, what) != options_end; };
  if (asked("--help") || asked("-h")) return m_impl->help(); // also when a required option is not there
  if (asked("--version")) return fmt::format("{} {}\n", m_impl->info.name, STREAMGATE_VERSION);
  SG_TRY(m_impl->no_empty_flag({given.begin(), options_end}));
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ExtrasError&) {
    return m_impl->unknown(app.remaining());
  } catch (const CLI::Success&) {
    return m_impl->help();
  } catch (const CLI::ParseError& problem) {
    if (!m_impl->wants_completion.empty()) return m_impl->completion();
    // A required option that is misspelt is both absent and unknown: the spelling is what helps.
    if (const auto extras = app.remaining(); !extras.empty()) return m_impl->unknown(extras);
    return fail(ErrorCode::usage, problem.what(), "see --help");
  }
  if (!m_impl->wants_completion.empty()) return m_impl->completion();
  return std::string{};
}

} // namespace streamgate
