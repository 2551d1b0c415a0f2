// SPDX-License-Identifier: Apache-2.0
#include "notify/notify.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "notify/comment.hpp"
#include "notify/delivery.hpp"
#include "notify/event.hpp"
#include "notify/forge.hpp"
#include "notify/history.hpp"
#include "notify/notice.hpp"
#include "notify/slack.hpp"
#include "notify/text.hpp"
#include "notify/webhook.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::notify {
namespace {

// What is configured, read and checked before anything is sent.
struct Ways {
  std::optional<std::string> slack;   // address
  std::optional<std::string> webhook; // address
  std::optional<std::string> webhook_secret;
  std::optional<std::string> forge_token;
  std::string ca;
  slack::Mentions mentions;
  std::optional<EventTarget> event;

  bool any() const { return slack || webhook || forge_token; }
};

bool good_gate(std::string_view gate)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !gate.empty() && gate.size() <= 100 && std::ranges::all_of(gate, allowed);
}

// It is put into links of Markdown and of Slack.
bool good_url(std::string_view url)
{
  const auto odd = [](unsigned char c) { return c <= 0x20 || c >= 0x7f; };
  return (url.starts_with("https://") || url.starts_with("http://")) && url.size() <= 1000 &&
         std::ranges::none_of(url, odd) && url.find_first_of("<>|\"'`\\()[]{}") == std::string_view::npos;
}

Result<Ways> configured(const Options& options)
{
  if (!options.gate.empty() && !good_gate(options.gate))
    return fail(ErrorCode::usage, fmt::format("--gate \"{}\" is not a gate's name", options.gate));
  if (!options.run_url.empty() && !good_url(options.run_url))
    return fail(ErrorCode::usage, fmt::format("--run-url \"{}\" is not an http or https URL", options.run_url));
  Ways out;
  SG_TRY_ASSIGN(out.mentions, slack::parse_mentions(options.owner_mentions));
  SG_TRY_ASSIGN(out.slack, during(read_secret_url(options.slack_file, "url"), "--slack-webhook-file"));
  SG_TRY_ASSIGN(out.webhook, during(read_secret_url(options.webhook_file, "webhook-url"), "--webhook-url-file"));
  SG_TRY_ASSIGN(out.webhook_secret,
                during(read_secret(options.webhook_secret_file, "webhook-secret"), "--webhook-secret-file"));
  SG_TRY_ASSIGN(out.forge_token, during(read_secret(options.forge_token_file, "forge-token"), "--forge-token-file"));
  if (!options.ca_file.empty()) {
    SG_TRY_ASSIGN(out.ca, during(file::read(options.ca_file), "--ca-file"));
  }
  if (!options.event_object.empty()) {
    SG_TRY_ASSIGN(out.event, parse_event_target(options.event_object, options.event_namespace));
  }
  return out;
}

template <class T>
std::optional<T> load_if_good(const record::RunDir& run_dir)
{
  if (!run_dir.has(T::k_file)) return std::nullopt;
  auto loaded = run_dir.load<T>();
  if (loaded) return std::move(*loaded);
  log::warn("told without {}: {}", T::k_file, loaded.error().text());
  return std::nullopt;
}

record::Notification look(const Options& options, const record::RunDir& run_dir)
{
  auto verdict = verdict_of(run_dir);
  // A run whose verdict is not there is of the gate that rules without a policy.
  const std::string ours = good_gate(verdict.gate) ? verdict.gate : "midstream";
  const auto gate = options.gate.empty() ? ours : options.gate;
  NoticeSource source{std::move(verdict), load_if_good<record::Failures>(run_dir), {}, gate, options.run_url};
  auto last = last_run(run_dir.path(record::HistoryRun::k_file), gate, source.verdict.suite, source.verdict.run);
  if (last) source.last = std::move(*last);
  else log::warn("told as if it were the first run: {}", last.error().text());
  return make_notification(source, wall_now());
}

// One way: sends, or says what it would send.
class Telling {
public:
  Telling(const Options& options, const Ways& ways, const record::Notification& notification, const Deps& deps)
      : m_options(options), m_ways(ways), m_notification(notification), m_deps(deps),
        m_sender(deps.cancel, ways.ca, options.timeout)
  {
  }

  std::vector<Delivery> all(const std::optional<record::Plan>& plan)
  {
    const bool told = to_be_told(m_notification, value_of<When>(m_options.when).value_or(When::change));
    if (m_ways.slack) add("slack", told ? tell_slack() : nothing_new());
    if (m_ways.webhook) add("webhook", told ? tell_webhook() : nothing_new());
    if (m_ways.forge_token) {
      const auto target = find_target(m_options.target, plan);
      if (!target) {
        add("forge", std::unexpected(target.error()));
        return std::move(m_deliveries);
      }
      if (!target->commit.empty()) add("status", tell_status(*target));
      if (target->pull > 0) add("comment", tell_comment(*target));
    }
    return std::move(m_deliveries);
  }

private:
  struct Told {
    Sent sent;
    std::string detail;
  };

  void add(std::string channel, Result<Told> told)
  {
    if (told) return m_deliveries.push_back({std::move(channel), told->sent, std::move(told->detail)});
    const auto& error = told.error();
    log::warn("{} could not be told: {}{}{}", channel, error.text(), error.hint.empty() ? "" : "; ", error.hint);
    m_deliveries.push_back(
        {std::move(channel), Sent::failed, one_line(fmt::format("{} ({})", error.text(), reason(error.code)), 400)});
  }

  Told nothing_new() const
  {
    return {Sent::unchanged, fmt::format("nothing new: {}", name_of(m_notification.verdict))};
  }
  Told would(const std::string& what, const std::string& body) const
  {
    if (!m_options.common.json_output) m_deps.print(fmt::format("would send {}:\n{}\n", what, body));
    return {Sent::planned, what};
  }

  Result<Told> tell_slack()
  {
    const auto messages = slack::render(m_notification, m_ways.mentions);
    if (m_options.common.dry_run)
      return would(fmt::format("{} Slack messages", messages.size()), to_pretty_json(messages));
    SG_TRY_ASSIGN(auto detail,
                  slack::send(m_sender, *m_ways.slack, messages, slack::plain(m_notification, m_ways.mentions)));
    return Told{Sent::sent, std::move(detail)};
  }

  Result<Told> tell_webhook()
  {
    if (m_options.common.dry_run) return would("a notification", to_pretty_json(m_notification));
    SG_TRY(webhook::send(m_sender, *m_ways.webhook, m_ways.webhook_secret.value_or(""), to_json(m_notification)));
    return Told{Sent::sent, "a notification"};
  }

  Result<Told> tell_status(const Target& target)
  {
    CommitStatus status;
    status.verdict = m_notification.verdict;
    const auto is_cancel = [](const auto& reason_of) { return reason_of.code == reason(ErrorCode::cancelled); };
    status.cancelled = std::ranges::any_of(m_notification.reasons, is_cancel);
    status.context = "streamgate/" + m_notification.gate;
    status.description = m_notification.summary;
    status.url = m_notification.url;
    const auto what = fmt::format("{} of {} at {}", status.context, target.repository, target.commit.substr(0, 10));
    if (m_options.common.dry_run) return would("status " + what, status.description);
    Forge forge(target, *m_ways.forge_token, m_sender);
    SG_TRY(forge.set_status(status));
    return Told{Sent::sent, what};
  }

  Result<Told> tell_comment(const Target& target)
  {
    const auto body = comment_body(m_notification);
    const auto what = fmt::format("{}#{}", target.repository, target.pull);
    if (m_options.common.dry_run) return would("comment to " + what, body);
    Forge forge(target, *m_ways.forge_token, m_sender);
    SG_TRY_ASSIGN(const auto change, forge.put_comment(comment_marker(m_notification.gate), body));
    if (change == CommentChange::unchanged) return Told{Sent::unchanged, what};
    return Told{Sent::sent, fmt::format("{} {}", what, change == CommentChange::created ? "created" : "updated")};
  }

  const Options& m_options;
  const Ways& m_ways;
  const record::Notification& m_notification;
  const Deps& m_deps;
  Sender m_sender;
  std::vector<Delivery> m_deliveries;
};

std::string lines_of(const std::vector<Delivery>& deliveries)
{
  std::string out;
  for (const auto& delivery : deliveries)
    out += fmt::format("{}: {}: {}\n", delivery.channel, name_of(delivery.sent), delivery.detail);
  return out;
}

// The log said it; a cluster may keep it longer.
void warn_cluster(const Options& options, const Ways& ways, const std::vector<Delivery>& failed, const Deps& deps)
{
  if (!ways.event || options.common.dry_run) return;
  kube::ConfigSource source;
  source.kubeconfig = options.event_kubeconfig;
  const auto made = send_event(*ways.event, "could not be told: " + lines_of(failed), source, deps.cancel);
  if (!made) log::warn("no event was made of it: {}", made.error().text());
}

} // namespace

Result<Outcome> run(const Options& options, const Deps& deps)
{
  SG_TRY_ASSIGN(const Ways ways, configured(options));
  if (!ways.any()) {
    log::info("no Slack, webhook or forge is configured: nobody is told");
    return Outcome{ExitStatus::passed, {{"notified", ""}}};
  }
  const record::RunDir run_dir(options.common.run_dir);
  const auto notification = look(options, run_dir);
  const auto deliveries = Telling(options, ways, notification, deps).all(load_if_good<record::Plan>(run_dir));
  deps.print(options.common.json_output ? to_pretty_json(deliveries) : lines_of(deliveries));

  std::vector<Delivery> failed;
  std::ranges::copy_if(deliveries, std::back_inserter(failed),
                       [](const auto& one) { return one.sent == Sent::failed; });
  if (!failed.empty()) warn_cluster(options, ways, failed, deps);
  return Outcome{failed.empty() ? ExitStatus::passed : ExitStatus::error, {{"notified", lines_of(deliveries)}}};
}

} // namespace streamgate::notify
