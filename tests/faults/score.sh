# shellcheck shell=bash
# How well a rule file judges the rows. Needs log.sh and lib.sh.

# score [OPTION...]: see scripts/faults --help.
score() {
  local half=test rules=$ROOT/config/categories.yaml at_least=0.9 facts=yes misses='' rows=() file
  while (($#)); do
    case $1 in
      --without-facts) facts='' ;;
      --misses) misses=yes ;;
      --half | --rules | --at-least)
        (($# >= 2)) || die "$1 needs a value; see --help"
        case $1 in
          --half) half=$2 ;;
          --rules) rules=$2 ;;
          --at-least) at_least=$2 ;;
        esac
        shift
        ;;
      *) die "score has no option $1; see --help" ;;
    esac
    shift
  done
  case $half in
    tuning | test) rows=("$FAULTS/$half.jsonl") ;;
    all) rows=("$FAULTS"/{tuning,test}.jsonl) ;;
    *) die "no such half: $half (tuning, test or all)" ;;
  esac
  [[ $at_least =~ ^[01](\.[0-9]+)?$ ]] || die "--at-least is a number from 0 to 1, not $at_least"
  for file in "$rules" "${rows[@]}"; do [[ -s $file ]] || die "there is no $file"; done
  score_rows "$rules" "$facts" "$misses" "$at_least" "${rows[@]}"
}

# score_rows RULES FACTS MISSES AT_LEAST FILE...: fails when the macro-F1 is below AT_LEAST.
score_rows() {
  local rules=$1 facts=$2 misses=$3 at_least=$4 work status=0
  shift 4
  work=$(mktemp -d)
  score_judge "$work" "$rules" "$facts" "$@" >"$work/judged.jsonl" && score_table "$misses" "$at_least" <"$work/judged.jsonl" || status=$?
  rm -rf "$work"
  return "$status"
}

# score_judge WORK RULES FACTS FILE...: prints fault, label, judged and rule of each row. Each has a run directory of its own, for facts are
# those of one run.
score_judge() {
  local work=$1 rules=$2 facts=$3 row number=0 dir
  shift 3
  while IFS= read -r row; do
    number=$((number + 1))
    dir=$work/$number
    mkdir -p "$dir/artifacts"
    jq '{schema_version: 1, tests: [.test], sources: [],
      counts: {planned: 1, executed: 1, passed: 0, failed: (if .test.status == "failed" then 1 else 0 end),
               error: (if .test.status == "error" then 1 else 0 end), skipped: 0, missing: 0}}' <<<"$row" >"$dir/results.json"
    [[ ! $facts ]] || jq 'select(.facts).facts' <<<"$row" >"$dir/artifacts/facts.json"
    [[ -s $dir/artifacts/facts.json ]] || rm -f "$dir/artifacts/facts.json"
    "$BUILD/bin/categorize" --run-dir "$dir" --rules "$rules" >/dev/null 2>"$work/log" || die "categorize: $(log_reason "$work/log")"
    jq -c --slurpfile judged "$dir/failures.json" '{fault, label: .category, judged: $judged[0].failures[0].category,
      rule: $judged[0].failures[0].rule, matched: $judged[0].failures[0].matched}' <<<"$row"
  done < <(cat "$@")
}

# score_table MISSES AT_LEAST: prints how the judged rows on stdin stand.
score_table() {
  jq -rs --arg misses "$1" --argjson least "$2" '
    def pad($width): tostring | . + " " * ([$width - length, 0] | max);
    def left($width): tostring | " " * ([$width - length, 0] | max) + .;
    def ratio($a; $b): if $b == 0 then 0 else $a / $b end;
    def show: . * 1000 | round | if . >= 1000 then "1.000" else "0." + ("00\(.)" | .[-3:]) end;
    . as $rows
    | ([$rows[].label] | unique) as $labels
    | ($labels + [$rows[].judged] | unique) as $names
    | ($names | map({key: ., value: .[:10]}) | from_entries) as $short
    | [$labels[] | . as $name
        | ([$rows[] | select(.label == $name and .judged == $name)] | length) as $right
        | ratio($right; [$rows[] | select(.judged == $name)] | length) as $precision
        | ratio($right; [$rows[] | select(.label == $name)] | length) as $recall
        | {$name, $precision, $recall, f1: ratio(2 * $precision * $recall; $precision + $recall), rows: ([$rows[] | select(.label == $name)] | length)}] as $scores
    | (($scores | map(.f1) | add) / ($scores | length)) as $macro
    | "\($rows | length) rows of \([$rows[].fault | split("/")[0]] | unique | length) kinds of fault; a line a label, a column what categorize said",
      ("" | pad(22)) + ([$names[] | $short[.] | left(11)] | add),
      ($labels[] as $wanted | ($wanted | pad(22)) + ([$names[] as $name | [$rows[] | select(.label == $wanted and .judged == $name)] | length | left(11)] | add)),
      "",
      ("category" | pad(22)) + (["precision", "recall", "F1", "rows"] | map(left(11)) | add),
      ($scores[] | (.name | pad(22)) + ([.precision, .recall, .f1 | show | left(11)] | add) + (.rows | left(11))),
      "macro-F1 \($macro | show), at least \($least | show)",
      (if $misses == "" then empty else $rows[] | select(.label != .judged) | "\(.fault | pad(34)) \(.label) judged \(.judged) by \(.rule): \(.matched)" end),
      (if $macro < $least then "too low\n" | halt_error(1) else empty end)'
}

# Known rows and rules: all right, then one row with a wrong label.
score_self_test() {
  local work status said
  work=$(mktemp -d)
  cat >"$work/rules.yaml" <<'YAML'
schema_version: 1
categories:
  - {id: platform, title: Platform, owner: o, next_step: n}
  - {id: configuration, title: Configuration, owner: o, next_step: n}
  - {id: unknown, title: Unknown, owner: o, next_step: n}
rules:
  - {id: disk, category: platform, text: disk}
  - {id: right, category: configuration, text: denied}
YAML
  jq -nc '["disk a", "platform"], ["disk b", "platform"], ["denied a", "configuration"], ["denied b", "configuration"], ["a", "unknown"]
    | {fault: "\(.[1])/\(.[0])", category: .[1], half: "test",
       test: {id: "s/\(.[0])", suite: "s", name: .[0], status: "failed", attempts: 1, duration_s: 0, message: .[0], detail: ""}}' >"$work/right.jsonl"
  sed '1s/"category":"platform"/"category":"configuration"/' "$work/right.jsonl" >"$work/wrong.jsonl"
  status=0
  said=$(score_rows "$work/rules.yaml" yes '' 1 "$work/right.jsonl") || status=$?
  [[ $status == 0 && $said == *'macro-F1 1.000'* ]] || die "right rows are counted as wrong (status $status): $said"
  status=0
  # platform: precision 1/2, recall 1; configuration: precision 1, recall 2/3; unknown: 1. F1 2/3, 4/5, 1.
  said=$(score_rows "$work/rules.yaml" yes yes 0.9 "$work/wrong.jsonl" 2>&1) || status=$?
  [[ $status == 1 && $said == *'macro-F1 0.822'* && $said == *'configuration judged platform by disk'* ]] ||
    die "a wrong label is not counted as it should be (status $status): $said"
  status=0
  score_rows "$work/rules.yaml" yes '' 0.82 "$work/wrong.jsonl" >/dev/null || status=$?
  rm -rf "$work"
  [[ $status == 0 ]] || die "a score that will do is refused"
  printf '3 passed, 0 failed\n'
}
