// SPDX-License-Identifier: Apache-2.0
#include "publish/pages.hpp"

#include "publish/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace streamgate::publish {
namespace {

using record::TestStatus;

// A cell that carries its column's name, for the narrow form of a table.
std::string cell(std::string_view label, std::string_view html, std::string_view css = "")
{
  return fmt::format("<td{} data-l=\"{}\">{}</td>", css.empty() ? "" : fmt::format(" class=\"{}\"", css), label, html);
}

std::string badge(std::string_view colour, std::string_view word)
{
  return fmt::format("<span class=\"w {}\">{}</span>", colour, escape(word));
}

std::string verdict_badge(std::string_view verdict)
{
  static const std::map<std::string_view, std::pair<std::string_view, std::string_view>> k_known{
      {"passed", {"good", "passed"}},
      {"failed", {"bad", "failed"}},
      {"error", {"odd", "could not tell"}},
      {"failed-and-error", {"bad", "failed and could not tell all"}},
      {"overridden", {"odd", "overridden"}}};
  const auto found = k_known.find(verdict);
  return found == k_known.end() ? badge("odd", "no verdict") : badge(found->second.first, found->second.second);
}

std::string status_badge(TestStatus status)
{
  const bool good = status == TestStatus::passed;
  const bool bad = status == TestStatus::failed || status == TestStatus::error;
  return badge(good ? "good" : bad ? "bad" : "odd", name_of(status));
}

std::string component_text(const RunComponent& component)
{
  return fmt::format("{} <span class=\"dim\">{}</span> <code>{}</code>", escape(component.name), escape(component.ref),
                     escape(component.commit.substr(0, 12)));
}

std::string components_text(const std::vector<RunComponent>& components)
{
  std::string out;
  for (const auto& component : components) out += (out.empty() ? "" : "<br>") + component_text(component);
  return out.empty() ? "<span class=\"dim\">unknown</span>" : out;
}

std::string label_text(const std::string& label)
{
  return label.empty() ? "" : fmt::format("<br><span class=\"dim\">{}</span>", escape(label));
}

std::int64_t failed(const record::TestCounts& counts)
{
  return counts.failed + counts.error + counts.missing;
}

std::string index_row(const IndexEntry& entry)
{
  const std::string link =
      fmt::format("<a href=\"{}.html\">{}</a>", escape_path(entry.path), escape(entry.run)) + label_text(entry.label);
  return fmt::format("<tr>{}{}{}{}{}{}{}</tr>\n", cell("", verdict_badge(entry.verdict)), cell("run", link),
                     cell("time", fmt::format("<span class=\"dim\">{}</span>", escape(entry.time))),
                     cell("components", components_text(entry.components)),
                     cell("planned", std::to_string(entry.counts.planned), "n"),
                     cell("run", std::to_string(entry.counts.executed), "n"),
                     cell("not passed", std::to_string(failed(entry.counts)), "n"));
}

std::string table(std::string_view head, std::string_view rows)
{
  return fmt::format("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n", head, rows);
}

// The summary begins with the verdict, which stands in front of it already.
std::string_view summary_text(const RunRecord& run)
{
  const std::string_view summary = run.summary;
  const auto word = run.verdict + ": ";
  return summary.starts_with(word) ? summary.substr(word.size()) : summary;
}

std::string head_part(const RunRecord& run)
{
  std::string out =
      fmt::format("<p><a href=\"../../../index.html\">All runs</a></p>\n<h1>{}</h1>\n<p>{} {}{}</p>\n", escape(run.run),
                  verdict_badge(run.verdict), escape(summary_text(run)), label_text(run.label));
  if (run.verdict == k_no_verdict) out += "<p>The run ended without a verdict. What there is of it follows.</p>\n";
  out += fmt::format(
      "<p class=\"dim\">{} · suite {} · tests: {} planned, {} run, {} passed, {} failed, {} in error, {} skipped, "
      "{} missing</p>\n",
      escape(run.time), escape(run.suite.empty() ? "unknown" : run.suite), run.counts.planned, run.counts.executed,
      run.counts.passed, run.counts.failed, run.counts.error, run.counts.skipped, run.counts.missing);
  return out;
}

std::string reasons_part(const RunRecord& run)
{
  std::string rows;
  for (const auto& reason : run.reasons) {
    rows += fmt::format(
        "<tr>{}{}</tr>\n", cell("reason", fmt::format("<code>{}</code>", escape(reason.code))),
        cell("", escape(reason.text) +
                     (reason.hint.empty() ? "" : fmt::format("<p class=\"dim\">{}</p>", escape(reason.hint)))));
  }
  return rows.empty() ? "" : "<h2>Why</h2>\n" + table("<th>Reason</th><th>What happened</th>", rows);
}

std::string components_part(const RunRecord& run)
{
  std::string rows;
  for (const auto& component : run.components) {
    rows += fmt::format("<tr>{}{}{}{}</tr>\n", cell("component", escape(component.name)),
                        cell("ref", escape(component.ref)),
                        cell("commit", fmt::format("<code>{}</code>", escape(component.commit))),
                        cell("from", escape(component.repository)));
  }
  return rows.empty() ? ""
                      : "<h2>Components</h2>\n" +
                            table("<th>Component</th><th>Ref</th><th>Commit</th><th>Repository</th>", rows);
}

std::string proof_part(std::string_view title, const std::optional<record::Proof>& proof)
{
  if (!proof) return "";
  std::string rows;
  for (const auto& row : proof->rows) {
    const std::string runs =
        row.pod.empty() ? "" : fmt::format("{}<br><code>{}</code>", escape(row.workload), escape(row.pod));
    rows += fmt::format(
        "<tr>{}{}{}{}{}{}</tr>\n", cell("", badge(row.proven ? "good" : "bad", row.proven ? "proven" : "not proven")),
        cell("image", escape(row.component + "/" + row.image)), cell("runs in", runs),
        cell("running", fmt::format("<code>{}</code>", escape(row.running))),
        cell("built", fmt::format("<code>{}</code>", escape(row.expected))), cell("", escape(row.note)));
  }
  return fmt::format(
      "<h2>{} {}</h2>\n<p class=\"dim\">{}</p>\n{}", escape(title),
      badge(proof->proven ? "good" : "bad", proof->proven ? "proven" : "not proven"), escape(proof->time),
      table("<th></th><th>Image</th><th>Runs in</th><th>Running digest</th><th>Built digest</th><th>Note</th>", rows));
}

std::string errors_part(const RunRecord& run)
{
  std::string out;
  for (const auto& error : run.errors) {
    const std::string step = error.instance.empty() ? error.step : error.step + " (" + error.instance + ")";
    out += fmt::format("<p><strong>{}</strong> <code>{}</code></p>\n<pre>{}</pre>\n", escape(step),
                       escape(error.reason), escape(error.message));
    if (!error.hint.empty()) out += fmt::format("<p class=\"dim\">{}</p>\n", escape(error.hint));
  }
  for (const auto& problem : run.problems) out += fmt::format("<p>A record cannot be read: {}</p>\n", escape(problem));
  return out.empty() ? "" : "<h2>Errors</h2>\n" + out;
}

int weight(TestStatus status)
{
  constexpr std::array k_order{TestStatus::failed, TestStatus::error, TestStatus::missing, TestStatus::skipped,
                               TestStatus::passed};
  return static_cast<int>(std::ranges::find(k_order, status) - k_order.begin());
}

std::string test_row(const record::TestResult& test, const record::Failure* failure)
{
  std::string what = escape(test.name.empty() ? test.id : test.name);
  if (!test.message.empty()) what += fmt::format("<pre>{}</pre>", escape(test.message));
  if (!test.detail.empty())
    what += fmt::format("<details><summary>Detail</summary><pre>{}</pre></details>", escape(test.detail));
  if (failure != nullptr) {
    what +=
        fmt::format("<p class=\"dim\">{}{}</p>", escape(failure->title.empty() ? failure->category : failure->title),
                    failure->next_step.empty() ? "" : ": " + escape(failure->next_step));
  }
  return fmt::format("<tr>{}{}{}</tr>\n", cell("", status_badge(test.status)), cell("", what),
                     cell("seconds", fmt::format("{:.2f}", test.duration_s), "n"));
}

std::string tests_part(const RunRecord& run)
{
  if (run.tests.empty()) return "";
  std::map<std::string_view, const record::Failure*> failures;
  for (const auto& failure : run.failures) failures.emplace(failure.id, &failure);
  std::vector<const record::TestResult*> tests;
  for (const auto& test : run.tests) tests.push_back(&test);
  std::ranges::stable_sort(tests, {}, [](const record::TestResult* test) { return weight(test->status); });
  std::string rows;
  for (const auto* test : tests) {
    const auto found = failures.find(test->id);
    rows += test_row(*test, found == failures.end() ? nullptr : found->second);
  }
  return "<h2>Tests</h2>\n" + table("<th></th><th>Test</th><th class=\"n\">Seconds</th>", rows);
}

std::string files_part(const RunRecord& run, std::string_view folder, const std::vector<std::string>& files)
{
  std::string out =
      fmt::format("<h2>Records</h2>\n<p><a href=\"{}.json\">All in one document</a></p>\n", escape_path(folder));
  for (const auto& file : files) {
    out += fmt::format("<p><a href=\"{}/{}\">{}</a></p>\n", escape_path(folder), escape_path(file), escape(file));
  }
  for (const auto& file : run.left_out)
    out += fmt::format("<p class=\"dim\">{} is too large and was left out</p>\n", escape(file));
  return out;
}

} // namespace

std::string index_page(const Index& index)
{
  std::string rows;
  for (const auto& entry : index.runs) rows += index_row(entry);
  const std::string body = index.runs.empty() ? "<p>No run yet.</p>\n"
                                              : table("<th>Verdict</th><th>Run</th><th>Time</th><th>Components</th><th "
                                                      "class=\"n\">Planned</th><th class=\"n\">Run</th>"
                                                      "<th class=\"n\">Not passed</th>",
                                                      rows);
  return page("Streamgate runs",
              fmt::format("<h1>Streamgate runs</h1>\n<p class=\"dim\">{} in all, newest first</p>\n{}",
                          index.runs.size(), body));
}

std::string run_page(const RunRecord& run, std::string_view folder, const std::vector<std::string>& files)
{
  return page(run.run + " – Streamgate", head_part(run) + reasons_part(run) + errors_part(run) + components_part(run) +
                                             proof_part("Proof before the tests:", run.before) +
                                             proof_part("Proof after the tests:", run.after) + tests_part(run) +
                                             files_part(run, folder, files));
}

} // namespace streamgate::publish
