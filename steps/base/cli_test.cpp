// SPDX-License-Identifier: Apache-2.0
#include "base/cli.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace streamgate {
namespace {

using namespace std::chrono_literals;

// One of each kind of option.
struct Options {
  std::string needed;
  std::string text = "fallback";
  std::int64_t count = 3;
  Duration wait = 90s;
  std::optional<Duration> longest;
  std::string colour = "red";
  std::vector<std::string> items;
  bool loud = false;
  std::vector<std::string> files;
};

StepInfo info()
{
  return {"probe", "looks at things", "plan.json\nraw/", "out.json", {{"count", "how many"}}, "probe --needed=x",
          false};
}

Result<std::string> parse(Options& options, std::vector<const char*> arguments)
{
  Cli cli(info());
  cli.option("needed", options.needed, "what is needed", Cli::Need::required);
  cli.option("text", options.text, "some text");
  cli.option("count", options.count, "how many", 1, 10);
  cli.option("wait", options.wait, "how long");
  cli.option("longest", options.longest, "how long at most (default: it depends)");
  cli.choice("colour", options.colour, {"red", "green"}, "which colour");
  cli.list("item", options.items, "one item");
  cli.flag("loud", options.loud, "be loud");
  cli.rest("FILE", options.files, "what to read");
  arguments.insert(arguments.begin(), "probe");
  return cli.parse(static_cast<int>(arguments.size()), arguments.data());
}

Options good(std::vector<const char*> arguments)
{
  Options options;
  arguments.insert(arguments.begin(), "--needed=x");
  const auto text = parse(options, arguments);
  EXPECT_TRUE(text) << text.error().text();
  EXPECT_EQ(text.value_or("?"), "");
  return options;
}

Error bad(const std::vector<const char*>& arguments)
{
  Options options;
  const auto text = parse(options, arguments);
  EXPECT_FALSE(text);
  if (text) return {};
  EXPECT_EQ(text.error().code, ErrorCode::usage) << text.error().text();
  return text.error();
}

// Sets a variable for one test.
class Variable {
public:
  Variable(const char* name, const char* value) : m_name(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(m_name); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

private:
  const char* m_name;
};

TEST(Cli, DefaultsStayWhenNothingIsGiven)
{
  const auto options = good({});
  EXPECT_EQ(options.needed, "x");
  EXPECT_EQ(options.text, "fallback");
  EXPECT_EQ(options.count, 3);
  EXPECT_EQ(options.wait, 90s);
  EXPECT_EQ(options.longest, std::nullopt);
  EXPECT_TRUE(options.items.empty());
  EXPECT_FALSE(options.loud);
}

TEST(Cli, TakesBothForms)
{
  const auto options =
      good({"--text=a b", "--count", "7", "--wait=1h30m", "--longest=0", "--colour", "green", "--loud", "one", "two"});
  EXPECT_EQ(options.text, "a b");
  EXPECT_EQ(options.count, 7);
  EXPECT_EQ(options.wait, 90min);
  EXPECT_EQ(options.longest, 0s);
  EXPECT_EQ(options.colour, "green");
  EXPECT_TRUE(options.loud);
  EXPECT_EQ(options.files, (std::vector<std::string>{"one", "two"}));
}

TEST(Cli, AnEmptyValueCountsAsNotGiven)
{
  const auto options = good({"--text=", "--count=", "--wait=", "--colour=", "--item="});
  EXPECT_EQ(options.text, "fallback");
  EXPECT_EQ(options.count, 3);
  EXPECT_EQ(options.wait, 90s);
  EXPECT_EQ(options.colour, "red");
  EXPECT_TRUE(options.items.empty());
  EXPECT_EQ(bad({"--needed="}).message, "--needed is required");
  EXPECT_EQ(bad({"--needed", ""}).message, "--needed: must not be empty");
}

TEST(Cli, AFlagIsShownWithoutAValueAndRefusesAnEmptyOne)
{
  EXPECT_FALSE(good({"--loud=false"}).loud);
  const auto error = bad({"--loud="});
  EXPECT_EQ(error.message, "--loud= has no value");
  EXPECT_EQ(error.hint, "write --loud, or --loud=false");
  Options options;
  const auto help = parse(options, {"--help"}).value_or("");
  EXPECT_NE(help.find("  --loud "), std::string::npos) << help;
  const auto completion = parse(options, {"--completion=bash"}).value_or("");
  EXPECT_EQ(completion.find("--loud="), std::string::npos) << completion;
}

TEST(Cli, AValueThatEndsWithAnEqualsSignIsAValue)
{
  const auto options = good({"--text=aGk=", "--item=KEY=", "--", "--text="});
  EXPECT_EQ(options.text, "aGk=");
  EXPECT_EQ(options.items, std::vector<std::string>{"KEY="});
  EXPECT_EQ(options.files, std::vector<std::string>{"--text="});
}

TEST(Cli, AListTakesOneEachTimeAndLinesFromItsVariable)
{
  EXPECT_EQ(good({"--item=a", "--item", "b c", "--item=[d,e]", "file"}).items,
            (std::vector<std::string>{"a", "b c", "[d,e]"}));
  EXPECT_EQ(good({"--item=a", "file"}).files, std::vector<std::string>{"file"});
  const Variable variable("STREAMGATE_ITEM", "a\nb c\n[d,e]\n");
  EXPECT_EQ(good({}).items, (std::vector<std::string>{"a", "b c", "[d,e]"}));
  EXPECT_EQ(good({"--item=x"}).items, std::vector<std::string>{"x"});
}

TEST(Cli, TextIsTakenAsItIs)
{
  for (const auto* text :
       {"[\"a\",\"b\"]", "{\"a\":1}", "-1", "a,b", "%%", "'q'", "\"q\"", "two\nlines", "#", "=", "a=b=c"}) {
    EXPECT_EQ(good({"--text", text}).text, text);
    EXPECT_EQ(good({("--text=" + std::string(text)).c_str()}).text, text);
    const Variable variable("STREAMGATE_TEXT", text);
    EXPECT_EQ(good({}).text, text);
  }
}

TEST(Cli, TheCommandLineWinsOverTheVariableWhichWinsOverTheDefault)
{
  const Variable text("STREAMGATE_TEXT", "from outside");
  const Variable count("STREAMGATE_COUNT", "9");
  const Variable wait("STREAMGATE_WAIT", "5m");
  const Variable needed("STREAMGATE_NEEDED", "also");
  EXPECT_EQ(good({}).text, "from outside");
  EXPECT_EQ(good({"--text="}).text, "from outside");
  EXPECT_EQ(good({"--text=mine"}).text, "mine");
  EXPECT_EQ(good({}).count, 9);
  EXPECT_EQ(good({}).wait, 5min);
  Options options;
  ASSERT_TRUE(parse(options, {}));
  EXPECT_EQ(options.needed, "also");
}

TEST(Cli, AnEmptyVariableCountsAsNotGiven)
{
  const Variable text("STREAMGATE_TEXT", "");
  const Variable loud("STREAMGATE_LOUD", "");
  EXPECT_EQ(good({}).text, "fallback");
  EXPECT_FALSE(good({}).loud);
}

TEST(Cli, AFlagTakesTrueAndFalse)
{
  EXPECT_TRUE(good({"--loud=true"}).loud);
  EXPECT_FALSE(good({"--loud=false"}).loud);
  {
    const Variable variable("STREAMGATE_LOUD", "true");
    EXPECT_TRUE(good({}).loud);
    EXPECT_FALSE(good({"--loud=false"}).loud);
  }
  const Variable variable("STREAMGATE_LOUD", "false");
  EXPECT_FALSE(good({}).loud);
  EXPECT_NE(bad({"--needed=x", "--loud=maybe"}).message.find("loud"), std::string::npos);
}

TEST(Cli, NumbersAreDecimalAndInRange)
{
  EXPECT_EQ(good({"--count=010"}).count, 10);
  EXPECT_EQ(good({"--count=1"}).count, 1);
  for (const auto* text : {"0", "11", "-1", "x", "1x", "0x5", "1.5", "99999999999999999999", " 1"}) {
    const auto error = bad({"--needed=x", "--count", text});
    EXPECT_EQ(error.message, "--count: '" + std::string(text) + "' is not a number from 1 to 10");
  }
  const Variable variable("STREAMGATE_COUNT", "many");
  EXPECT_EQ(bad({"--needed=x"}).message, "--count: 'many' is not a number from 1 to 10");
}

TEST(Cli, ABadValueIsNamedWithItsOption)
{
  EXPECT_EQ(bad({"--needed=x", "--longest=soon"}).code, ErrorCode::usage);
  EXPECT_EQ(bad({"--needed=x", "--wait=soon"}).message,
            "--wait: 'soon' is not a duration; write it as 90s, 1h30m or 250ms");
  EXPECT_NE(bad({"--needed=x", "--colour=blue"}).message.find("--colour"), std::string::npos);
  EXPECT_NE(bad({"--needed=x", "--text"}).message.find("--text"), std::string::npos);
  EXPECT_NE(bad({"--needed=x", "--text=a", "--text=b"}).message.find("--text"), std::string::npos);
}

TEST(Cli, AnUnknownOptionIsNamedWithTheNearestOne)
{
  const auto error = bad({"--needed=x", "--clour=hunter22"});
  EXPECT_EQ(error.message, "unknown argument '--clour'");
  EXPECT_EQ(error.hint, "did you mean --colour? See --help");
  EXPECT_EQ(bad({"--needed=x", "--zebra"}).hint, "see --help");
  EXPECT_EQ(bad({"--needed=x", "--clour="}).message, "unknown argument '--clour'");
}

TEST(Cli, AMisspeltRequiredOptionIsNotOnlyMissing)
{
  const auto error = bad({"--neded=x"});
  EXPECT_EQ(error.message, "unknown argument '--neded'");
  EXPECT_EQ(error.hint, "did you mean --needed? See --help");
}

TEST(Cli, ARequiredOptionThatIsMissingIsNamed)
{
  const auto error = bad({});
  EXPECT_EQ(error.message, "--needed is required");
  EXPECT_EQ(error.hint, "see --help");
}

TEST(Cli, HelpIsComplete)
{
  for (const auto* ask : {"--help", "-h"}) {
    Options options;
    const auto help = parse(options, {ask}).value_or("");
    for (const auto* part : {"probe: looks at things",
                             "Usage: probe [OPTIONS] [FILE...]",
                             "--needed=TEXT",
                             "(required)",
                             "(default: fallback)",
                             "--count=N",
                             "(1 to 10)",
                             "(default: 3)",
                             "--wait=DURATION",
                             "--colour=red|green",
                             "(repeatable)",
                             "--loud",
                             "--help",
                             "--version",
                             "--completion=bash",
                             "what to read",
                             "STREAMGATE_RUN_DIR",
                             "Reads:\n  plan.json\n  raw/",
                             "Writes:\n  out.json",
                             "count",
                             "how many",
                             "Exit codes:\n  0  passed\n  1  ",
                             "\n  2  ",
                             "\n  3  ",
                             "Example:\n  probe --needed=x\n"}) {
      EXPECT_NE(help.find(part), std::string::npos) << part << " is not in\n" << help;
    }
  }
}

TEST(Cli, HelpBehindTheEndOfOptionsIsAnArgument)
{
  EXPECT_EQ(good({"--", "--help"}).files, std::vector<std::string>{"--help"});
}

TEST(Cli, TellsItsVersion)
{
  Options options;
  EXPECT_EQ(parse(options, {"--version"}).value(), "probe " STREAMGATE_VERSION "\n");
}

TEST(Cli, CompletionWorksWithoutRequiredOptions)
{
  Options options;
  const auto script = parse(options, {"--completion", "bash"}).value_or("");
  EXPECT_NE(script.find("--colour="), std::string::npos);
  EXPECT_NE(script.find("complete "), std::string::npos);
  EXPECT_NE(bad({"--needed=x", "--completion=fish"}).message.find("completion"), std::string::npos);
}

} // namespace
} // namespace streamgate
