# shellcheck shell=bash
# Grouping failures by their causes, normalising included, beside a short script with difflib. Needs table.sh, time.sh and BENCH_*.

readonly CLUSTER_FAILURES=100000 CLUSTER_LIMIT=10000 CLUSTER_MEMORY=1024 CLUSTER_SMALL=20

# cluster_measure MIX: one row.
cluster_measure() {
  local mix=$1 file=$BENCH_WORK/failures small=$BENCH_WORK/failures-small count clusters memory ms few difflib
  count=$([[ $BENCH_QUICK ]] && echo 10000 || echo "$CLUSTER_FAILURES")
  "$BENCH_PROGRAMS/failures_generate" "$mix" "$count" >"$file"
  "$BENCH_PROGRAMS/failures_generate" "$mix" "$CLUSTER_SMALL" >"$small"
  clusters=$("$BENCH_PROGRAMS/cluster_bench" "$file") # and the file is in the page cache
  memory=$(memory_of "$BENCH_PROGRAMS/cluster_bench" "$file")
  time_all "$(rounds 3)" 1 all "$(quoted "$BENCH_PROGRAMS/cluster_bench" "$file")" few "$(quoted "$BENCH_PROGRAMS/cluster_bench" "$small")" \
    difflib "$(quoted /usr/bin/python3 "$ROOT/tests/bench/difflib_cluster.py" "$small")"
  ms=$(time_of all median) few=$(time_of few median) difflib=$(time_of difflib median)
  table_row "$count, $mix" "$(($(stat -c %s "$file") / 1000000))" "${clusters% clusters}" "$ms" "$CLUSTER_LIMIT" "$memory" "$CLUSTER_MEMORY" \
    "$few" "$difflib" "$(quotient "$difflib" "$few")" "$(worst "$(within "$ms" "$CLUSTER_LIMIT")" "$(within "$memory" "$CLUSTER_MEMORY")")"
  rm -f "$file" "$small"
}

bench_cluster() {
  local mix
  table_row failures MB clusters ms 'limit ms' MiB 'limit MiB' "$CLUSTER_SMALL of them, ms" 'difflib, ms' 'difflib, x' ''
  for mix in causes forms different alike; do cluster_measure "$mix"; done
  table_note "On one processor, from start to exit, the file read and all in memory. Medians of $(rounds 3) runs. difflib's time grows with the square of the number of groups, which is why it has $CLUSTER_SMALL failures only."
  table_note "causes: 200 causes under changing names, times and addresses, with the logs of tests. forms: 20,000 different texts in changing forms. different: no two say the same. alike: no two say the same, all are long and of the same 60 words."
}
