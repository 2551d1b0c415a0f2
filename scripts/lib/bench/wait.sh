# shellcheck shell=bash
# How soon a program that waits ends after the last condition came true. Needs table.sh, time.sh and BENCH_*.

readonly WAIT_LIMIT=10

# wait_figures WHO COLUMN: median, p90 and the longest of one column of what wait_latency printed.
wait_figures() {
  awk -v who="$1" -v column="$2" '$1 == who { print $column }' "$BENCH_WORK/latency" | sort -n |
    awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)], all[int(NR * 0.9 + 0.5)], all[NR] }'
}

bench_wait() {
  local times=25 who column name median p90 most kubectl
  [[ ! $BENCH_QUICK ]] || times=3
  # TMPDIR: when it is killed, its files go with ours.
  TMPDIR=$BENCH_WORK STREAMGATE_KUBE_BIN=$BENCH_KUBERNETES "$BENCH_PROGRAMS/wait_latency" "$BENCH_BIN/wait-reconcile" "$BENCH_KUBERNETES/kubectl" "$times" \
    >"$BENCH_WORK/latency" 2>"$BENCH_WORK/latency.log" || die "wait_latency failed: $(log_reason "$BENCH_WORK/latency.log")"
  table_row 'from the change to the exit of' 'median ms' 'p90 ms' 'max ms' 'x kubectl' 'limit ms' ''
  for column in 2 3; do
    read -r kubectl _ < <(wait_figures kubectl "$column")
    for who in wait-reconcile kubectl; do
      read -r median p90 most < <(wait_figures "$who" "$column")
      name=$who
      [[ $who != kubectl ]] || name='kubectl wait'
      [[ $column == 2 ]] || name+=', from sending the change'
      if [[ $who$column == wait-reconcile2 ]]; then
        table_row "$name" "$median" "$p90" "$most" "$(quotient "$median" "$kubectl")" "$WAIT_LIMIT" "$(within "$median" "$WAIT_LIMIT")"
      else
        table_row "$name" "$median" "$p90" "$most" "$(quotient "$median" "$kubectl")" '' ''
      fi
    done
  done
  table_note "$times times each, in turn, on a kube-apiserver with etcd on loopback; the last condition is TektonConfig's Ready. Counted from the API server's answer to the change, and from sending it."
  table_note "kubectl waits for this one condition. wait-reconcile has eleven watches, proves the digests, and writes deploy.json before it ends."
}
