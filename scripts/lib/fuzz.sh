# shellcheck shell=bash
# Running the fuzz targets of tests/fuzz. Needs log.sh, build.sh and ROOT.

# Seconds for each target, and which: `all`, or names. Else those that read what other programs and people write.
: "${FUZZ_SECONDS:=5}" "${FUZZ_TARGETS:=categories gauge_console gauge_result go_events junit known_issues}"

fuzz_targets() {
  if [[ $FUZZ_TARGETS == all ]]; then
    find "$ROOT/tests/fuzz" -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | sort
  else
    tr ' ' '\n' <<<"$FUZZ_TARGETS"
  fi
}

# fuzz_programs: their names as targets of the build.
fuzz_programs() { fuzz_targets | sed 's/$/_fuzz/'; }

# fuzz_one TARGET: tries what libFuzzer makes up of the corpus and of what it found interesting before. Prints one line.
fuzz_one() {
  local name=$1 folder=$ROOT/build/fuzz/$1.found log=$ROOT/build/logs/fuzz-$1.log limits
  limits=(-max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1)
  mkdir -p "$folder/interesting"
  if "$ROOT/build/fuzz/tests/fuzz/${name}_fuzz" "${limits[@]}" \
    -artifact_prefix="$folder/" "$folder/interesting" "$ROOT/tests/fuzz/corpus/$name" >"$log" 2>&1; then
    printf 'ok %s: %s inputs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf 'FAIL %s: %s; log: %s\n' "$name" "$(grep -m 1 -E '^broken promise|runtime error|ERROR: ' "$log" || tail -n 1 "$log")" "$log"
    sed -n 's/.*Test unit written to /     add it to the corpus when it is mended: /p' "$log"
  fi
}

# fuzz_all: those targets, as many at a time as there are processors. The last line counts them.
fuzz_all() {
  local results
  export ROOT FUZZ_SECONDS
  export -f fuzz_one
  # The inner shell expands.
  # shellcheck disable=SC2016
  results=$(fuzz_targets |
    xargs -n 1 -P "$(nproc)" bash -c 'fuzz_one "$1"' fuzz | tee /dev/stderr)
  printf '%d passed, %d failed\n' "$(grep -c '^ok ' <<<"$results")" "$(grep -c '^FAIL ' <<<"$results")"
  ! grep -q '^FAIL ' <<<"$results"
}
