// SPDX-License-Identifier: Apache-2.0
#include "notify/notify.hpp"

#include <limits>

namespace streamgate::notify {

StepInfo Options::info()
{
  return {.name = "notify",
          .summary =
              "Tells how a run ended: by Slack and a webhook when the state changed, by a commit's status and one "
              "comment of its pull request always. Exit code 2 when something could not be sent; it never changes "
              "the verdict.",
          .reads = "verdict.json, failures.json, plan.json, history.jsonl; any may be absent",
          .writes = "nothing",
          .results = {{"notified", "what was sent and what was not, one way a line"}},
          .example = "notify --run-dir run --slack-webhook-file slack/url --dry-run",
          .changes_things = true};
}

void Options::bind(Cli& cli)
{
  cli.option("gate", gate, "name of the gate: letters, digits, '.', '_' and '-'; the verdict's when not given");
  cli.choice(
      "when", when, {"change", "failure", "always"},
      "when Slack and the webhook are told: when the state is not that of the gate's last run or other tests fail; "
      "when the run did not pass or passes again; always");
  cli.option("run-url", run_url, "http or https address of the run's page");
  cli.option("slack-webhook-file", slack_file,
             "file with the address of a Slack incoming webhook, or a folder with the file url");
  cli.list("owner-mention", owner_mentions,
           "OWNER=<@USER> or OWNER=<!subteam^GROUP>: whom Slack mentions for a new failure of OWNER");
  cli.option("webhook-url-file", webhook_file,
             "file with the address that gets the notification as JSON, or a folder with the file webhook-url");
  cli.option("webhook-secret-file", webhook_secret_file,
             "file with the key of X-Streamgate-Signature, or a folder with the file webhook-secret");
  cli.option(
      "forge-token-file", forge_token_file,
      "file with the token for statuses and comments, or a folder with the file forge-token; none are sent without");
  cli.choice("forge", target.forge, {"auto", "github", "gitlab", "gitea"}, "kind of forge; auto knows the public ones");
  cli.option("forge-url", target.url, "address of a forge of your own, for example https://git.example.com");
  cli.option("forge-component", target.component,
             "component of the plan whose commit is told; the one that is a pull request, or the only one, when empty");
  cli.option("forge-repository", target.repository, "owner/name of the repository; the component's when empty");
  cli.option("forge-commit", target.commit, "commit that gets the status; the component's when empty");
  cli.option("forge-pull", target.pull, "number of the pull request that gets the comment; 0 for the component's", 0,
             std::numeric_limits<std::int64_t>::max());
  cli.option("ca-file", ca_file, "PEM file with the certificates that servers are trusted by, instead of the system's");
  cli.option("request-timeout", timeout, "longest time of one request");
  cli.option("event-object", event_object,
             "PipelineRun/NAME or TaskRun/NAME that gets a Warning event when something could not be sent");
  cli.option("event-namespace", event_namespace, "namespace of --event-object; the account's own when empty");
  cli.option("event-kubeconfig", event_kubeconfig,
             "kubeconfig of the cluster of --event-object; the pod's account when empty");
}

} // namespace streamgate::notify
