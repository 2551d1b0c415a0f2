# shellcheck shell=bash
# The figures of scripts/bench: one table a part, as text, in docs/benchmarks.md and as JSON. Needs BENCH_WORK.
# A part's files: PART.tsv (the first line is the header; the last column is ok, OVER or nothing), PART.notes, PART.skipped,
# PART.about (when, where and at which load).

bench_load() { cut -d' ' -f1-3 /proc/loadavg; }

bench_machine() {
  # shellcheck disable=SC1091
  printf '%s processors (%s), %s' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")"
}

table_begin() { # PART
  TABLE=$BENCH_WORK/$1
  TABLE_LOAD=$(bench_load)
  : >"$TABLE.tsv"
  : >"$TABLE.notes"
}

table_end() {
  printf '%s on %s. Load average (1, 5, 15 minutes): %s at the beginning, %s at the end.\n' \
    "$(date -u +%F)" "$(bench_machine)" "$TABLE_LOAD" "$(bench_load)" >"$TABLE.about"
}

# table_row CELL...: adds a row to the part's table; the first row is the header.
table_row() {
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$TABLE.tsv"
}

# table_note TEXT: adds a sentence below the table.
table_note() { printf '%s\n' "$*" >>"$TABLE.notes"; }

# table_skip REASON: this part cannot be measured here.
table_skip() { printf 'skipped: %s\n' "$*" >"$TABLE.skipped"; }
# table_fail: measuring this part went wrong, as has been said.
table_fail() { printf 'not measured\n' >"$TABLE.skipped"; }
table_skipped() { [[ -e $BENCH_WORK/$1.skipped ]]; }

# within VALUE LIMIT: ok or OVER; unknown if there is no value.
within() {
  awk -v value="$1" -v limit="$2" 'BEGIN { if (value !~ /^[0-9.]+$/) print "unknown"; else if (value + 0 <= limit + 0) print "ok"; else print "OVER" }'
}

# worst RESULT RESULT: the worse one.
worst() {
  case $1$2 in
    okok) printf 'ok\n' ;;
    *unknown*) printf 'unknown\n' ;;
    *) printf 'OVER\n' ;;
  esac
}

# quotient A B: how many times B is A, with two digits; unknown if one of them is.
quotient() { awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.2f\n", a / b; else print "unknown" }'; }

# table_has RESULT PART...: whether a row of the parts ends so.
table_has() {
  local result=$1 part
  shift
  for part; do ! grep -q $'\t'"$result$" "$BENCH_WORK/$part.tsv" || return 0; done
  return 1
}

table_print() { # PART
  printf '\n%s\n' "$1"
  if table_skipped "$1"; then
    sed 's/^/  /' "$BENCH_WORK/$1.skipped"
    return
  fi
  # An empty cell would vanish.
  sed 's/^\t/-\t/; :again s/\t\t/\t-\t/; t again; s/\t$/\t-/' "$BENCH_WORK/$1.tsv" | column -t -s $'\t' | sed 's/^/  /'
  sed 's/^/  /' "$BENCH_WORK/$1.notes" "$BENCH_WORK/$1.about"
}

table_markdown() { # PART
  cat "$BENCH_WORK/$1.about"
  printf '\n'
  awk -F '\t' '
    { line = "|"; for (i = 1; i <= NF; ++i) line = line " " ($i == "OVER" ? "**OVER**" : $i) " |"; print line }
    NR == 1 { line = "|"; for (i = 1; i <= NF; ++i) line = line "---|"; print line }' "$BENCH_WORK/$1.tsv"
  [[ ! -s $BENCH_WORK/$1.notes ]] || { printf '\n' && cat "$BENCH_WORK/$1.notes"; }
}

# table_write PART FILE: puts the part's table between its markers in a Markdown file; what was skipped stays as it is.
table_write() {
  local text=$BENCH_WORK/$1.md new=$BENCH_WORK/new.md
  ! table_skipped "$1" || return 0
  table_markdown "$1" >"$text"
  awk -v begin="<!-- bench $1 -->" -v end="<!-- end $1 -->" -v text="$text" '
    $0 == end { inside = 0 }
    !inside { print }
    $0 == begin { inside = found = 1; while ((getline line < text) > 0) print line }
    END { exit !found || inside }' "$2" >"$new" || die "$2 has no markers for $1"
  cat "$new" >"$2"
}

table_json() { # PART...
  local part
  for part; do
    jq -Rn --arg part "$part" --arg about "$(cat "$BENCH_WORK/$part.about")" --arg notes "$(cat "$BENCH_WORK/$part.notes")" \
      --arg skipped "$(cat "$BENCH_WORK/$part.skipped" 2>/dev/null || true)" '
      [inputs | split("\t")] as $lines
      | {part: $part, about: $about, notes: $notes, skipped: (if $skipped == "" then null else $skipped end),
         rows: [$lines[1:][] | [$lines[0], .] | transpose | map({(.[0]): (.[1] | (tonumber? // .))}) | add]}' "$BENCH_WORK/$part.tsv"
  done | jq -s .
}
