// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/process.hpp"
#include "base/step.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>
#include <rapidjson/schema.h>

#include <algorithm>
#include <filesystem>

namespace streamgate {
namespace {

namespace fs = std::filesystem;

struct Ran {
  int exit = -1;
  std::string out;
  std::string err;
};

// Runs the probe's executable; `cancel` is requested as soon as it prints something.
Ran probe(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {},
          Cancel* cancel = nullptr)
{
  process::Command command{{STEP_PROBE}, {}, environment, {}, std::chrono::seconds(60)};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  Ran ran;
  const Cancel quiet;
  const auto sink = [&](process::Stream stream, std::string_view piece) {
    (stream == process::Stream::out ? ran.out : ran.err).append(piece);
    if (cancel != nullptr && stream == process::Stream::out) cancel->request();
  };
  const auto finished = process::run(command, sink, cancel != nullptr ? *cancel : quiet);
  EXPECT_TRUE(finished) << finished.error().text();
  if (finished) ran.exit = finished->code;
  return ran;
}

struct Step : ::testing::Test {
  test::TestFolder folder;

  std::string run_dir() const { return "--run-dir=" + folder.path().string(); }
  std::string result(const std::string& name) const
  {
    return "--result=" + name + "=" + (folder.path() / "results" / name).string();
  }
  bool has(const std::string& relative) const { return fs::exists(folder.path() / relative); }

  // errors/step-probe.json, which must fit its schema.
  json::Document record(const std::string& name = "step-probe") const
  {
    auto document = json::parse(folder.read("errors/" + name + ".json"), name);
    EXPECT_TRUE(document) << document.error().text();
    const auto text = file::read(fs::path(STREAMGATE_SOURCE_DIR) / "config/schema/step-error.schema.json");
    const auto schema_json = json::parse(text.value_or(""), "schema");
    EXPECT_TRUE(schema_json) << schema_json.error().text();
    if (!document || !schema_json) return {};
    const rapidjson::SchemaDocument schema(*schema_json);
    rapidjson::SchemaValidator validator(schema);
    EXPECT_TRUE(document->Accept(validator)) << json::dump(*document);
    return std::move(*document);
  }
};

TEST_F(Step, HelpIsCompleteAndNeedsNothing)
{
  const auto ran = probe({"--help"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.err, "");
  for (const auto* part : {"step-probe: does what it is told",
                           "--run-dir=TEXT",
                           "(required)",
                           "--result=TEXT",
                           "NAME=PATH",
                           "--fail-mode=exit|result",
                           "--output=text|json",
                           "--log-format=text|json",
                           "--log-level=debug|info|warn",
                           "--instance=TEXT",
                           "--dry-run",
                           "--act=TEXT",
                           "(default: pass)",
                           "--help",
                           "--version",
                           "--completion=bash",
                           "Reads:\n  nothing",
                           "Writes:\n  errors/step-probe.json",
                           "value",
                           "error-reason",
                           "exit-code",
                           "  0  passed",
                           "  1  ",
                           "  2  ",
                           "  3  ",
                           "Example:\n  step-probe --run-dir=out --act=pass"}) {
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << " is not in\n" << ran.out;
  }
}

TEST_F(Step, TellsItsVersion)
{
  const auto ran = probe({"--version"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "step-probe " STREAMGATE_VERSION "\n");
}

TEST_F(Step, CompletionIsBashThatOffersTheOptions)
{
  const auto script = probe({"--completion=bash"}).out;
  folder.write("completion",
               script +
                   "COMP_WORDS=(step-probe --fa); COMP_CWORD=1; _streamgate_step-probe; echo \"${COMPREPLY[*]}\"\n");
  EXPECT_EQ(process::output({{"bash", "-eu", (folder.path() / "completion").string()}}, Cancel()).value(),
            "--fail-mode=\n");
}

TEST_F(Step, EveryEndingHasItsExitCode)
{
  for (const auto& [act, exit] :
       std::map<std::string, int>{{"pass", 0}, {"fail", 1}, {"BadInput", 2}, {"both", 3}, {"CrashLoop", 1}}) {
    const auto ran = probe({run_dir(), "--act=" + act, result("exit-code"), result("error-reason")});
    EXPECT_EQ(ran.exit, exit) << act << ran.err;
    EXPECT_EQ(folder.read("results/exit-code"), std::to_string(exit));
    EXPECT_EQ(folder.read("results/error-reason"), act == "BadInput" || act == "CrashLoop" ? act : "");
  }
}

TEST_F(Step, FailModeResultSaysTheEndingInTheResultOnly)
{
  for (const auto& [act, exit] :
       std::map<std::string, std::string>{{"pass", "0"}, {"fail", "1"}, {"BadInput", "2"}, {"both", "3"}}) {
    const auto ran = probe({run_dir(), "--act=" + act, "--fail-mode=result", result("exit-code")});
    EXPECT_EQ(ran.exit, 0) << act << ran.err;
    EXPECT_EQ(folder.read("results/exit-code"), exit);
  }
}

class StepError : public Step, public ::testing::WithParamInterface<int> {};

// One test for each code: status, reason and message together.
TEST_P(StepError, IsPrintedRecordedAndGivenAsAResult)
{
  const auto code = static_cast<ErrorCode>(GetParam());
  const std::string name(reason(code));
  const int exit = to_int(exit_status(code));
  const auto ran = probe({run_dir(), "--act=" + name, result("error-reason"), result("exit-code")});
  EXPECT_EQ(ran.exit, exit);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(
      ran.err,
      "step-probe: doing " + name + "\nstep-probe: error: while doing it: the message\nstep-probe: hint: the hint\n" +
          "step-probe: to reproduce: " +
          process::to_line({STEP_PROBE, run_dir(), "--act=" + name, result("error-reason"), result("exit-code")}) +
          "\n");
  EXPECT_EQ(folder.read("results/error-reason"), name);
  EXPECT_EQ(folder.read("results/exit-code"), std::to_string(exit));
  const auto error = record();
  EXPECT_EQ(json::text(error, {"step"}), "step-probe");
  EXPECT_EQ(json::text(error, {"instance"}), "");
  EXPECT_EQ(json::text(error, {"reason"}), name);
  EXPECT_EQ(json::integer(error, {"exit_code"}), exit);
  EXPECT_EQ(json::text(error, {"message"}), "while doing it: the message");
  EXPECT_EQ(json::text(error, {"hint"}), "the hint");
}

INSTANTIATE_TEST_SUITE_P(Step, StepError, ::testing::Range(0, static_cast<int>(ErrorCode::internal) + 1),
                         [](const auto& test) { return std::string(reason(static_cast<ErrorCode>(test.param))); });

TEST_F(Step, UsageErrorsSayWhatToTryAndDoNoWork)
{
  const auto unknown = probe({run_dir(), "--actt=pass"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(unknown.err,
            "step-probe: error: unknown argument '--actt'\nstep-probe: hint: did you mean --act? See --help\n");
  const auto missing = probe({"--act=pass"});
  EXPECT_EQ(missing.exit, 2);
  EXPECT_EQ(missing.err, "step-probe: error: --run-dir is required\nstep-probe: hint: see --help\n");
  const auto misspelt = probe({"--rundir=x"});
  EXPECT_EQ(misspelt.exit, 2);
  EXPECT_NE(misspelt.err.find("did you mean --run-dir?"), std::string::npos) << misspelt.err;
}

TEST_F(Step, AUsageErrorIsRecordedAndAResultToo)
{
  const auto ran = probe({run_dir(), "--actt=pass", result("error-reason"), "--log-format=json"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(folder.read("results/error-reason"), "Usage");
  EXPECT_EQ(json::text(record(), {"message"}), "unknown argument '--actt'");
  EXPECT_TRUE(ran.err.starts_with("{")) << ran.err;
}

TEST_F(Step, VariablesFillInAndEmptyOptionsFallThroughToThem)
{
  const auto ran = probe(
      {"--run-dir=", "--act=", "--value=v", result("value")},
      {{"STREAMGATE_RUN_DIR", folder.path().string()}, {"STREAMGATE_ACT", "pass"}, {"STREAMGATE_VALUE", "other"}});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_EQ(folder.read("results/value"), "v");
}

TEST_F(Step, ResultsAreWrittenWholeWithoutANewline)
{
  EXPECT_EQ(probe({run_dir(), "--value=v w", result("value"), result("long")}).exit, 0);
  EXPECT_EQ(folder.read("results/value"), "v w");
  EXPECT_EQ(folder.read("results/long"), "") << "a result that was not given is empty, not absent";
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() / "results"), fs::directory_iterator()), 2)
      << "a temporary file is left";
}

TEST_F(Step, AResultThatCannotBeWrittenIsFoundBeforeTheWork)
{
  folder.write("file", "");
  const std::map<std::string, std::string> cases{
      {"nonsense", "--result 'nonsense' is not NAME=PATH"},
      {"value=", "--result 'value=' is not NAME=PATH"},
      {"other=" + (folder.path() / "x").string(), "step-probe has no result 'other'"},
      {"value=" + (folder.path() / "file/x").string(), "while checking the path of result 'value': cannot make folder"},
      {"value=" + folder.path().string(), "while checking the path of result 'value': cannot write"},
  };
  for (const auto& [pair, message] : cases) {
    const auto ran = probe({run_dir(), "--result=" + pair, "--act=print", "--value=worked"});
    EXPECT_EQ(ran.exit, 2) << pair;
    EXPECT_EQ(ran.out, "") << pair;
    EXPECT_EQ(ran.err.find("doing"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find(message), std::string::npos) << ran.err;
    EXPECT_NE(json::text(record(), {"message"}).find(message), std::string::npos);
  }
}

TEST_F(Step, ResultsOverTheLimitAreAnErrorAndNoneIsCut)
{
  const auto ran =
      probe({run_dir(), "--act=long", result("long"), result("value"), result("error-reason"), result("exit-code")});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_NE(ran.err.find("results together exceed 3072 bytes at 'long'"), std::string::npos) << ran.err;
  EXPECT_EQ(folder.read("results/long"), "");
  EXPECT_EQ(folder.read("results/value"), "");
  EXPECT_EQ(folder.read("results/error-reason"), "Internal");
  EXPECT_EQ(folder.read("results/exit-code"), "2");
  EXPECT_EQ(json::text(record(), {"reason"}), "Internal");
}

TEST_F(Step, ExceptionsEndAsInternalErrors)
{
  const auto ran = probe({run_dir(), "--act=throw", "--value=here", result("error-reason")});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_NE(ran.err.find("error: unexpected exception: thrown here"), std::string::npos) << ran.err;
  EXPECT_EQ(folder.read("results/error-reason"), "Internal");
  EXPECT_EQ(json::text(record(), {"reason"}), "Internal");
  EXPECT_EQ(probe({run_dir(), "--act=throw-int"}).exit, 2);
}

TEST_F(Step, AnExceptionBeforeTheRunEndsAsAnErrorToo)
{
  CommonOptions common;
  const char* argv[] = {"probe"};
  const auto twice = [](Cli& cli) {
    static std::string text;
    cli.option("x", text, "one");
    cli.option("x", text, "again");
  };
  EXPECT_EQ(detail::run_step(1, argv, {.name = "probe", .summary = "", .reads = "", .writes = "", .example = ""},
                             common, twice, [](const Deps&) -> Result<Outcome> { return Outcome{}; }),
            2);
}

TEST_F(Step, ALaterSuccessTakesTheErrorRecordBack)
{
  EXPECT_EQ(probe({run_dir(), "--act=BadInput"}).exit, 2);
  EXPECT_TRUE(has("errors/step-probe.json"));
  EXPECT_EQ(probe({run_dir(), "--act=fail"}).exit, 1);
  EXPECT_FALSE(has("errors/step-probe.json"));
}

TEST_F(Step, InstancesHaveRecordsOfTheirOwn)
{
  EXPECT_EQ(probe({run_dir(), "--act=BadInput", "--instance=pipeline"}).exit, 2);
  EXPECT_EQ(json::text(record("step-probe-pipeline"), {"instance"}), "pipeline");
  EXPECT_EQ(probe({run_dir(), "--instance=triggers"}).exit, 0);
  EXPECT_TRUE(has("errors/step-probe-pipeline.json"));
}

TEST_F(Step, AnInstanceCannotLeadOutOfTheRunDirectory)
{
  for (const auto* instance : {"../../x", "/x", "..", "a b", "a\nb"}) {
    const auto ran = probe({run_dir(), "--act=BadInput", std::string("--instance=") + instance});
    EXPECT_EQ(ran.exit, 2);
    EXPECT_NE(ran.err.find("cannot be part of a file's name"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
  EXPECT_TRUE(has("errors/step-probe.json"));
}

TEST_F(Step, ARunDirectoryThatIsNotThereIsNotMadeForAnError)
{
  EXPECT_EQ(probe({"--run-dir=" + (folder.path() / "absent").string(), "--act=BadInput"}).exit, 2);
  EXPECT_FALSE(has("absent"));
}

TEST_F(Step, SigtermEndsTheWorkAsCancelled)
{
  Cancel cancel;
  const auto ran = probe({run_dir(), "--act=wait", result("error-reason")}, {}, &cancel);
  EXPECT_EQ(ran.exit, 2) << ran.err;
  EXPECT_EQ(folder.read("results/error-reason"), "Cancelled");
  EXPECT_EQ(json::text(record(), {"reason"}), "Cancelled");
}

TEST_F(Step, SecretsAreInNothingThatLeavesTheStep)
{
  for (const auto* format : {"text", "json"}) {
    const auto ran = probe({run_dir(), "--act=secret", std::string("--log-format=") + format},
                           {{"STREAMGATE_VALUE", "s3cret-value"}});
    EXPECT_EQ(ran.exit, 2);
    EXPECT_EQ(ran.out, "printed [redacted]\n");
    EXPECT_NE(ran.err.find("message [redacted]"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find("s3cret"), std::string::npos) << ran.err;
    EXPECT_EQ(json::text(record(), {"message"}), "message [redacted]");
    EXPECT_EQ(json::text(record(), {"hint"}), "hint [redacted]");
  }
  EXPECT_EQ(probe({run_dir(), "--value=https://u:hunter22@h/", result("value")}).exit, 0);
  EXPECT_EQ(folder.read("results/value"), "https://[redacted]@h/");
}

TEST_F(Step, JsonLogsAreOneObjectALine)
{
  const auto ran = probe({run_dir(), "--act=BadInput", "--log-format=json"});
  std::size_t lines = 0;
  for (std::size_t at = 0; at < ran.err.size(); ++lines) {
    const auto end = ran.err.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_TRUE(json::parse(ran.err.substr(at, end - at), "line")) << ran.err;
    at = end + 1;
  }
  EXPECT_EQ(lines, 4U);
}

TEST_F(Step, OutputThatCannotBeWrittenIsNotAPass)
{
  const auto ran = process::output({{"bash", "-c", "exec \"$0\" \"$@\" > /dev/full", STEP_PROBE, run_dir(),
                                     "--act=print", "--value=x", result("exit-code")}},
                                   Cancel());
  ASSERT_FALSE(ran);
  EXPECT_NE(ran.error().text().find("exited with code 2"), std::string::npos) << ran.error().text();
  EXPECT_NE(ran.error().text().find("cannot write all output to stdout"), std::string::npos) << ran.error().text();
  EXPECT_EQ(folder.read("results/exit-code"), "2");
}

TEST_F(Step, DryRunIsHandedOn)
{
  EXPECT_EQ(probe({run_dir(), "--act=dry"}).out, "wet");
  EXPECT_EQ(probe({run_dir(), "--act=dry", "--dry-run"}).out, "dry");
  EXPECT_EQ(probe({run_dir(), "--act=dry", "--dry-run=false"}).out, "wet");
  EXPECT_EQ(probe({run_dir(), "--act=throw"}).exit, 2);
  ASSERT_TRUE(has("errors/step-probe.json"));
  EXPECT_EQ(probe({run_dir(), "--act=dry", "--dry-run"}).exit, 0);
  EXPECT_TRUE(has("errors/step-probe.json")) << "a dry run takes nothing back";
  fs::remove_all(folder.path() / "errors");
  EXPECT_EQ(probe({run_dir(), "--act=throw", "--dry-run"}).exit, 2);
  EXPECT_FALSE(has("errors")) << "and leaves nothing";
}

} // namespace
} // namespace streamgate
