// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/junit.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "parse-junit/limited_memory.hpp"
#include "parse-junit/outcome_word.hpp"
#include "parse-junit/test_case.hpp"
#include "parse-junit/xml_encoding.hpp"
#include "parse-junit/xml_repair.hpp"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace streamgate::parse_junit {
namespace {

// Real files nest five deep; expat keeps a name per level.
constexpr int k_deepest = 200;
constexpr std::size_t k_most_problems = 20;
constexpr std::size_t k_most_room = std::size_t{2} << 20U;

struct Attributes {
  std::string_view name, classname, time, message, type, status, result, tests, failures, errors;
  std::string_view outcome, success, executed, aborted;

  explicit Attributes(const XML_Char** pairs)
  {
    for (; *pairs != nullptr; pairs += 2) {
      const std::string_view key = pairs[0];
      if (key == "name") name = pairs[1];
      else if (key == "classname") classname = pairs[1];
      else if (key == "time") time = pairs[1];
      else if (key == "message") message = pairs[1];
      else if (key == "type") type = pairs[1];
      else if (key == "status") status = pairs[1];
      else if (key == "result") result = pairs[1];
      else if (key == "tests") tests = pairs[1];
      else if (key == "failures") failures = pairs[1];
      else if (key == "errors") errors = pairs[1];
      else if (key == "outcome") outcome = pairs[1];
      else if (key == "success") success = pairs[1];
      else if (key == "executed") executed = pairs[1];
      else if (key == "aborted") aborted = pairs[1];
    }
  }
};

// The number of tests in a suite's attribute: 0 when it is absent, nothing when it is not understood.
std::optional<std::int64_t> count_in(std::string_view text)
{
  std::uint32_t out = 0;
  if (text.empty()) return out;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// What executed="..." and success="..." say.
StatusWord truth_word(std::string_view attribute, std::string_view word)
{
  const auto truth = truth_of(word);
  if (!truth) return StatusWord::unknown;
  if (*truth) return StatusWord::passed;
  return attribute == "executed" ? StatusWord::skipped : StatusWord::failed;
}

// For a message: short, one line.
std::string shown(std::string_view name)
{
  return utf8::truncate(utf8::repair(name), 80);
}

} // namespace

struct JunitReader::Impl {
  Impl(std::string_view name, const RowSink& rows) : suite(utf8::repair(name)), sink(rows)
  {
    parser = XML_ParserCreate_MM(nullptr, &k_limited_memory, nullptr);
    if (parser == nullptr) {
      stop("there is no memory to read it");
      return;
    }
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
  }
  ~Impl() { XML_ParserFree(parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char** attributes)
  {
    static_cast<Impl*>(user)->start(name, attributes);
  }
  static void XMLCALL on_end(void* user, const XML_Char*) { static_cast<Impl*>(user)->end(); }
  static void XMLCALL on_text(void* user, const XML_Char* text, int length)
  {
    static_cast<Impl*>(user)->test.text({text, static_cast<std::size_t>(length)});
  }

  static void XMLCALL on_doctype(void* user, const XML_Char* name, const XML_Char* system, const XML_Char* open,
                                 int has_rules)
  {
    if (system != nullptr || open != nullptr || has_rules != 0) static_cast<Impl*>(user)->see_dtd(name);
  }

  void start(std::string_view name, const XML_Char** attributes);
  void start_suite(std::string_view element, const Attributes& attributes);
  bool hear_suite(const Attributes& attributes);
  std::string suite_path() const;
  void start_test(const Attributes& attributes);
  void hear_status(std::string_view attribute, std::string_view word, std::string_view group, std::string_view name);
  void start_in_test(std::string_view name, const XML_Char** attributes);
  void start_outcome(TestCase::Outcome outcome, const XML_Char** attributes);
  void end_suite();
  void capture();
  void end();
  void note_error();
  void see_dtd(std::string_view name);
  void not_complete(std::string problem);
  void stop(std::string problem);
  void take(std::size_t size, bool last);
  void parse(std::string_view text, bool last);

  struct OpenSuite {
    int depth;
    std::string name;
    std::int64_t tests, bad;               // what it says of itself: how many tests, how many failures and errors
    std::int64_t tests_before, bad_before; // what was seen before it began
    bool failed;                           // says that it failed
  };

  XML_Parser parser = nullptr;
  std::string suite;
  const RowSink& sink;
  ReadEnd result;
  std::vector<std::string> notes; // problems that leave the file complete
  bool stopped = false;
  bool cut = false;       // stopped by the file's end
  bool whole = false;     // the last piece was taken
  char* buffer = nullptr; // expat's, of the last `room`
  XmlDecoder decoder;
  XmlRepair repair;
  bool begun = false; // expat has got something

  int depth = 0;
  std::vector<OpenSuite> suites;
  int test_depth = 0;        // of the open testcase, or of the failure of a suite itself; 0: none
  bool test_bad = false;     // the open testcase counts in `bad` by its attribute alone
  bool test_counted = false; // it counts in `bad`
  std::int64_t bad = 0;      // failures and errors seen
  int text_depth = 0;        // of the element whose text is taken; 0: none
  TestCase test;
};

void JunitReader::Impl::start(std::string_view name, const XML_Char** attributes)
{
  if (++depth > k_deepest) return stop(fmt::format("elements are nested deeper than {} levels", k_deepest));
  if (test_depth != 0) return start_in_test(name, attributes);
  if (name == "testcase") {
    if (depth == 1) return stop("the root element is <testcase>, not <testsuites> or <testsuite>");
    return start_test(Attributes(attributes));
  }
  if (name == "testsuite" || (depth == 1 && name == "testsuites")) return start_suite(name, Attributes(attributes));
  const bool of_suite = !suites.empty() && suites.back().depth == depth - 1;
  const auto outcome = of_suite ? outcome_of(name) : std::nullopt;
  if (outcome == TestCase::Outcome::failure || outcome == TestCase::Outcome::error) {
    // The suite itself failed, its set-up for example: nothing may hide that, so it counts as a test.
    test_depth = depth;
    test_bad = test_counted = false;
    test.begin(suite, suite_path(), "(suite)", 0);
    return start_outcome(*outcome, attributes);
  }
  if (depth == 1) {
    return stop(
        fmt::format("the root element is <{}>, not <testsuites> or <testsuite>: this is no JUnit file", shown(name)));
  }
  // A longer name too: a byte that was repaired may have become a letter of it, or of what seems a prefix.
  const auto begins_as = [](std::string_view one, std::string_view word) {
    return ascii::same_nocase(one.substr(0, word.size()), word);
  };
  for (const auto one : {name, local_name(name)}) {
    if (begins_as(one, "testcase") || begins_as(one, "testsuite"))
      return stop(fmt::format("a <{}> is not read as a test or suite", shown(name)));
  }
  if (of_suite && !outcome && name != "properties" && !says_no_outcome(name))
    not_complete(fmt::format("the suite '{}' has an element <{}>: it is not known what that means",
                             shown(suites.back().name), shown(name)));
}

void JunitReader::Impl::start_suite(std::string_view element, const Attributes& attributes)
{
  // The name of the whole says nothing about a test.
  const bool one = element == "testsuite";
  const auto total = [&](std::string_view attribute, std::string_view text) -> std::int64_t {
    const auto number = count_in(text);
    if (!number)
      not_complete(fmt::format("the suite '{}' says {}=\"{}\", which is no number", shown(attributes.name), attribute,
                               shown(text)));
    return number.value_or(0);
  };
  const auto tests = total("tests", attributes.tests);
  const auto failures = total("failures", attributes.failures);
  // gotestsum's `errors` of the whole counts lines on stderr.
  const auto errors = one ? total("errors", attributes.errors) : 0;
  suites.push_back({depth, one ? std::string(attributes.name) : "", tests, failures + errors, result.tests, bad,
                    hear_suite(attributes)});
}

// The names of the suites that are open: two suites may have one of the same name in them.
std::string JunitReader::Impl::suite_path() const
{
  std::string out;
  for (const auto& open : suites) {
    if (!open.name.empty()) out.append(out.empty() ? "" : "/").append(open.name);
  }
  return out;
}

// Return true when the suite says of itself that it failed: then something in it must have.
bool JunitReader::Impl::hear_suite(const Attributes& attributes)
{
  const auto name = shown(attributes.name);
  if (!attributes.aborted.empty() && truth_of(attributes.aborted) != false)
    not_complete(fmt::format("the suite '{}' says aborted=\"{}\"", name, shown(attributes.aborted)));
  bool failed = false;
  for (const auto& [attribute, word] :
       {std::pair("status", attributes.status), std::pair("result", attributes.result)}) {
    const auto means = word.empty() ? StatusWord::passed : status_word(word);
    if (ends_early(word)) not_complete(fmt::format("the suite '{}' says {}=\"{}\"", name, attribute, shown(word)));
    failed = failed || means == StatusWord::failed || means == StatusWord::error;
  }
  return failed;
}

void JunitReader::Impl::start_test(const Attributes& attributes)
{
  test_depth = depth;
  std::string path;
  auto group = attributes.classname;
  if (group.empty()) group = path = suite_path();
  test.begin(suite, group, attributes.name, seconds(attributes.time));
  test_bad = test_counted = false;
  if (!attributes.status.empty()) hear_status("status", attributes.status, group, attributes.name);
  if (!attributes.result.empty()) hear_status("result", attributes.result, group, attributes.name);
  if (!attributes.outcome.empty()) hear_status("outcome", attributes.outcome, group, attributes.name);
  // NUnit's: a test that was not executed has no success, and did not fail.
  if (!attributes.executed.empty()) hear_status("executed", attributes.executed, group, attributes.name);
  const bool ran = attributes.executed.empty() || truth_of(attributes.executed) == true;
  if (ran && !attributes.success.empty()) hear_status("success", attributes.success, group, attributes.name);
}

// What no child need say: gtest tells by an attribute only of a test that did not run.
void JunitReader::Impl::hear_status(std::string_view attribute, std::string_view word, std::string_view group,
                                    std::string_view name)
{
  using enum TestCase::Outcome;
  switch (attribute == "executed" || attribute == "success" ? truth_word(attribute, word) : status_word(word)) {
  case StatusWord::passed:
    return;
  case StatusWord::skipped:
    return test.status(skipped, word);
  case StatusWord::failed:
    test.status(failure, word);
    break;
  case StatusWord::error:
    test.status(error, word);
    break;
  case StatusWord::unknown:
    // The row stays as the children say: as an error it would be held against the change.
    return not_complete(fmt::format("the test '{}/{}' says {}=\"{}\": it is not known what that means", shown(group),
                                    shown(name), attribute, shown(word)));
  }
  if (!std::exchange(test_bad, true)) ++bad;
  test_counted = true;
}

void JunitReader::Impl::start_in_test(std::string_view name, const XML_Char** attributes)
{
  const bool child = depth == test_depth + 1;
  if (child && name == "properties") return; // by far the most frequent
  if (child && (name == "testcase" || name == "testsuite"))
    return stop(fmt::format("a <{}> stands inside of a <testcase>", name));
  if (child && (name == "system-out" || name == "system-err")) {
    if (test.wants_output()) capture();
    return;
  }
  // Surefire puts the trace and the output of an earlier attempt into elements of their own: only the trace is text.
  if (text_depth != 0 && name != "stackTrace") XML_SetCharacterDataHandler(parser, nullptr);
  if (!child) return;
  if (const auto outcome = outcome_of(name)) return start_outcome(*outcome, attributes);
  // The row stays as the other children say, as with an unknown status.
  if (text_depth == 0 && !says_no_outcome(name))
    not_complete(fmt::format("a test has an element <{}>: it is not known what that means", shown(name)));
}

void JunitReader::Impl::start_outcome(TestCase::Outcome outcome, const XML_Char** attributes)
{
  using enum TestCase::Outcome;
  const Attributes given(attributes);
  // The first may be what the test's attribute has said.
  if (outcome == failure || outcome == error) {
    if (!std::exchange(test_bad, false)) ++bad;
    test_counted = true;
  }
  test.outcome(outcome, given.message, given.type);
  capture();
}

void JunitReader::Impl::capture()
{
  text_depth = depth;
  XML_SetCharacterDataHandler(parser, on_text);
}

void JunitReader::Impl::end()
{
  if (text_depth != 0) {
    const bool done = depth == text_depth;
    if (done) text_depth = 0;
    XML_SetCharacterDataHandler(parser, done ? nullptr : on_text);
  }
  if (depth == test_depth) {
    test_depth = 0;
    const auto row = test.row();
    if (row.status != record::TestStatus::passed && row.status != record::TestStatus::skipped && !test_counted) ++bad;
    sink(row);
    ++result.tests;
  } else if (test_depth == 0 && !suites.empty() && suites.back().depth == depth) {
    end_suite();
  }
  --depth;
}

// Failures that a suite counts and does not have were lost: by a writer that died, or by somebody who cut the file.
// Fewer tests than counted are only noted: pytest counts subtests, and others assertions; a planned test that is not
// heard of is missing anyhow. The other way round nothing is lost, and writers differ in what they count.
void JunitReader::Impl::end_suite()
{
  const auto& ended = suites.back();
  const auto fewer = [&](std::int64_t says, std::int64_t has, std::string_view what) {
    return fmt::format("the suite '{}' says that it has {} {}, and has {}", shown(ended.name), says, what, has);
  };
  const auto tests_seen = result.tests - ended.tests_before;
  const auto bad_seen = bad - ended.bad_before;
  if (ended.tests > tests_seen && notes.size() < k_most_problems)
    notes.push_back(fewer(ended.tests, tests_seen, "tests"));
  if (ended.bad > bad_seen) not_complete(fewer(ended.bad, bad_seen, "failures and errors"));
  else if (ended.failed && bad_seen == 0)
    not_complete(fmt::format("the suite '{}' says that it failed, and names nothing that did", shown(ended.name)));
  suites.pop_back();
}

// A DTD may bring tests, words and defaults by entities and attribute lists, and expat does not say each time that it
// left one out. No writer of JUnit needs any.
void JunitReader::Impl::see_dtd(std::string_view name)
{
  not_complete(fmt::format("the file has a DTD (<!DOCTYPE {} ...>): what that would bring is not read", shown(name)));
}

void JunitReader::Impl::not_complete(std::string problem)
{
  result.complete = false;
  if (result.problems.size() < k_most_problems) result.problems.push_back(std::move(problem));
}

void JunitReader::Impl::stop(std::string problem)
{
  if (!stopped) result.problems.push_back(std::move(problem));
  stopped = true;
  result.complete = false;
  if (parser != nullptr) XML_StopParser(parser, XML_FALSE);
}

void JunitReader::Impl::note_error()
{
  const auto code = XML_GetErrorCode(parser);
  const auto where =
      fmt::format("line {}, column {}", XML_GetCurrentLineNumber(parser), XML_GetCurrentColumnNumber(parser) + 1);
  switch (code) {
  case XML_ERROR_ABORTED:
    break; // `stop` said why
  case XML_ERROR_NO_MEMORY:
    stop(fmt::format("one element needs more than {} MiB ({})", k_memory_limit >> 20U, where));
    break;
  case XML_ERROR_NO_ELEMENTS:
    cut = true;
    stop(depth == 0 ? "the file has no XML element in it"
                    : fmt::format("the file is cut: it ends inside an element ({})", where));
    break;
  case XML_ERROR_UNCLOSED_TOKEN:
  case XML_ERROR_UNCLOSED_CDATA_SECTION:
  case XML_ERROR_PARTIAL_CHAR:
    cut = true;
    stop(fmt::format("the file is cut: it ends inside a tag or text ({})", where));
    break;
  default:
    stop(fmt::format("the XML is broken: {} ({})", XML_ErrorString(code), where));
    break;
  }
}

JunitReader::JunitReader(std::string_view suite, const RowSink& sink) : m_impl(std::make_unique<Impl>(suite, sink)) {}

JunitReader::~JunitReader() = default;

std::span<char> JunitReader::room(std::size_t size)
{
  if (m_impl->stopped) return {};
  size = std::clamp<std::size_t>(size, 1, k_most_room);
  auto* buffer = static_cast<char*>(XML_GetBuffer(m_impl->parser, static_cast<int>(size)));
  if (buffer == nullptr) {
    m_impl->note_error();
    return {};
  }
  m_impl->buffer = buffer;
  return {buffer, size};
}

bool JunitReader::take(std::size_t size)
{
  if (!m_impl->stopped && size > 0) m_impl->take(size, false);
  return !m_impl->stopped;
}

void JunitReader::take_last(std::size_t size)
{
  if (m_impl->stopped || size == 0) return;
  m_impl->take(size, true);
  m_impl->whole = true;
}

void JunitReader::Impl::take(std::size_t size, bool last)
{
  const std::string_view piece(buffer, size);
  const auto text = decoder.pass(piece, last);
  // With nothing to repair this still is the buffer, and nothing was copied.
  if (!text.empty() || last) parse(repair.pass(text, last), last);
}

void JunitReader::Impl::parse(std::string_view text, bool last)
{
  if (!std::exchange(begun, true) && decoder.decodes()) XML_SetEncoding(parser, "UTF-8");
  if (text.data() != buffer) {
    // What was repaired may be longer than a piece, and expat's buffer holds no more than k_most_room at once.
    while (text.size() > k_most_room && !stopped) {
      const auto part = text.substr(0, k_most_room);
      text.remove_prefix(k_most_room);
      if (XML_Parse(parser, part.data(), static_cast<int>(part.size()), XML_FALSE) == XML_STATUS_ERROR)
        return note_error();
    }
    if (XML_Parse(parser, text.data(), static_cast<int>(text.size()), last) == XML_STATUS_ERROR) note_error();
    return;
  }
  if (XML_ParseBuffer(parser, static_cast<int>(text.size()), last) == XML_STATUS_ERROR) note_error();
}

ReadEnd JunitReader::finish()
{
  auto& impl = *m_impl;
  if (!impl.stopped && !impl.whole) {
    impl.buffer = nullptr; // expat's is not asked for again
    const auto rest = impl.repair.pass(impl.decoder.pass({}, true), true);
    impl.parse(rest.empty() ? std::string_view("") : rest, true);
  }
  // Where the reading stopped in between, it depends on the pieces how much was repaired behind that.
  if (!impl.stopped || impl.cut) impl.result.repaired = impl.repair.repaired() + impl.decoder.repaired();
  if (impl.result.repaired > 0) {
    impl.notes.push_back(
        fmt::format("{} characters that XML or the file's encoding forbids were repaired", impl.result.repaired));
  }
  auto& problems = impl.result.problems; // what makes it not complete comes first
  problems.insert(problems.end(), impl.notes.begin(), impl.notes.end());
  return std::move(impl.result);
}

ReadEnd read_junit(std::string_view text, const std::string& suite, const RowSink& sink, std::size_t piece)
{
  JunitReader reader(suite, sink);
  while (!text.empty()) {
    const auto room = reader.room(std::min(piece, text.size()));
    if (room.empty()) break;
    std::ranges::copy(text.substr(0, room.size()), room.begin());
    text.remove_prefix(room.size());
    if (text.empty()) reader.take_last(room.size());
    else if (!reader.take(room.size())) break;
  }
  return reader.finish();
}

} // namespace streamgate::parse_junit
