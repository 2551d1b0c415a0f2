# shellcheck shell=bash
# What the rules of categorize cost: until they are ready, and for each message. Needs table.sh, time.sh and BENCH_*.

readonly CATEGORIZE_READY=5 CATEGORIZE_RATIO=0.8

bench_categorize() {
  local program=$BENCH_PROGRAMS/categorize_throughput rules=$ROOT/config/categories.yaml ready messages=1000000 patterns bare one all ratio
  [[ ! $BENCH_QUICK ]] || messages=60000
  time_all "$(rounds 5)" 20 ready "$(quoted "$program" ready "$rules")"
  ready=$(time_of ready median)
  read -r patterns bare one all _ < <("$program" speed "$rules" "$messages") || die "categorize_throughput failed"
  ratio=$(quotient "$all" "$bare")
  table_row what figure limit ''
  table_row 'from process start to rules ready, ms' "$ready" "$CATEGORIZE_READY" "$(within "$ready" "$CATEGORIZE_READY")"
  table_row 'bare RE2::Set, MB/s' "$bare" '' ''
  table_row 'categorize, MB/s' "$all" '' ''
  table_row 'the same on one thread, MB/s' "$one" '' ''
  table_row 'categorize, x bare RE2::Set' "$ratio" "at least $CATEGORIZE_RATIO" "$(within "$CATEGORIZE_RATIO" "$ratio")"
  table_row 'one thread, x bare RE2::Set' "$(quotient "$one" "$bare")" '' ''
  table_note "config/categories.yaml; both engines with its $patterns patterns on messages and details, in the same process, in turns, over $messages messages of 1.2 kB, 1500 of them distinct."
  table_note "categorize also says which rule came first, what it matched, whom it concerns and what to do, in up to four threads; RE2::Set has one. ready is the whole life of a process that reads the rules and ends."
}
