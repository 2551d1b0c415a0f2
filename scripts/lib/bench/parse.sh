# shellcheck shell=bash
# parse-junit as a whole step, with its record written and checked, beside programs that only count elements.
# Needs table.sh, time.sh and BENCH_*.

readonly PARSE_RATIO=1.3 PARSE_MEMORY=12

parse_size() { if (($1 < 1000)); then printf '%s MB\n' "$1"; else printf '%s GB\n' $(($1 / 1000)); fi; }

# parse_measure SHAPE MEGABYTES ROUNDS RUNS: one row.
parse_measure() {
  local shape=$1 size=$2 file=$BENCH_WORK/junit.xml run=$BENCH_WORK/parse step expat ratio memory lxml=''
  mkdir -p "$run"
  "$BENCH_PROGRAMS/junit_generate" "$shape" "$size" >"$file"
  local -a command=("$BENCH_BIN/parse-junit" --run-dir "$run" "$file")
  local -a commands=(step "$(quoted "${command[@]}")" expat "$(quoted "$BENCH_PROGRAMS/expat_count" "$file")")
  # The gigabyte takes lxml some seconds, and says nothing that the smaller files do not.
  ((size >= 1000)) || commands+=(lxml "$(quoted /usr/bin/python3 "$ROOT/tests/bench/lxml_count.py" "$file")")
  memory=$(memory_of "${command[@]}") # and the file is in the page cache
  # A step begins with an empty run directory; to replace a file costs ext4 a flush.
  TIME_BEFORE="$(quoted rm -f "$run/results.json" "$run/ctrf.json")" time_all "$3" "$4" "${commands[@]}"
  step=$(time_of step median) expat=$(time_of expat median)
  ratio=$(quotient "$step" "$expat")
  ((size >= 1000)) || lxml=$(quotient "$(time_of lxml median)" "$expat")
  table_row "$(parse_size "$size"), $shape" "$step" "$expat" "$(quotient "$(time_of step cpu)" "$(time_of expat cpu)")" "$lxml" "$ratio" "$PARSE_RATIO" \
    "$memory" "$PARSE_MEMORY" "$(worst "$(within "$ratio" "$PARSE_RATIO")" "$(within "$memory" "$PARSE_MEMORY")")"
  rm -rf "$file" "$run"
}

bench_parse() {
  local shape
  table_row file 'parse-junit ms' 'expat ms' 'processor time, x expat' 'lxml, x expat' 'parse-junit, x expat' 'limit' 'MiB' 'limit MiB' ''
  for shape in heavy lean; do
    parse_measure "$shape" 1 "$(rounds 10)" 20
    [[ ! $BENCH_QUICK ]] || continue
    parse_measure "$shape" 100 5 2
    parse_measure "$shape" 1000 3 1
  done
  table_note "parse-junit writes results.json and ctrf.json with a row for each test; expat and lxml only count elements. Medians of $(($(rounds 10) * 20)) runs at 1 MB, 10 at 100 MB, 3 at 1 GB, in turns."
  table_note "heavy: 15 % failures and 5 % errors with their bodies, output, nested suites. lean: many small elements, 98 % pass."
}
