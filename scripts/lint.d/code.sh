# shellcheck shell=bash
# The gates of scripts/lint that parse C++: clang-format, and clang-tidy with a memory of what was clean.

gate_format() {
  ((${#CPP[@]})) || return 0
  # Each batch is printed at once: outputs of several processes would mix.
  # shellcheck disable=SC2016 # for the inner shell
  printf '%s\0' "${CPP[@]}" | xargs -0 -n 20 -P "$(nproc)" bash -c \
    'out=$(clang-format-14 --style="file:$0/.clang-format" --dry-run --Werror --ferror-limit=1 "$@" 2>&1) || printf "%s\n" "$out"' "$ROOT" |
    sed -n 's/:[0-9]*:[0-9]*: error: code should be clang-formatted.*/: not formatted; run scripts\/format/p' | sort -u
}

# Clang 14 to 16 do not know all of C++23 that std::expected of GCC 12 needs (conditionally trivial destructors, CTAD of
# aggregates). Clang 19 does, but is stricter than RapidJSON 1.1 with templates that nobody instantiates.
readonly TIDY=clang-tidy-19
readonly TIDY_FLAGS=(--quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-fdelayed-template-parsing
  --extra-arg=-Wno-delayed-template-parsing-in-cxx20)

# The project's own headers that FILE includes, directly or not, one a line.
headers_of() {
  local todo=("$1") file name path
  declare -A seen=()
  while ((${#todo[@]})); do
    file=${todo[-1]}
    unset 'todo[-1]'
    while IFS= read -r name; do
      for path in "steps/$name" "tests/$name"; do
        [[ -f $path && ! ${seen[$path]:-} ]] || continue
        seen[$path]=yes
        todo+=("$path")
      done
    done < <(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file")
  done
  printf '%s\n' "${!seen[@]}" | sort
}

# The flags come from the build itself: one source.
tidy_database() {
  [[ -f CMakeLists.txt ]] || return 0
  local log=$TIDY_DIR/configure.log
  mkdir -p "$TIDY_DIR"
  # The one generated source is made by its own command alone: asking ninja for it would build the libraries before it.
  {
    cmake -S . -B "$TIDY_DIR" -G Ninja -DCMAKE_BUILD_TYPE=Debug &&
      ninja -C "$TIDY_DIR" -t commands steps/record/schemas.inc | grep EmbedSchemas | bash -e
  } >"$log" 2>&1 ||
    { echo "cannot configure: $(log_reason "$log"); log: $log" && return 1; }
}

# tidy_one FILE STAMP: the stamp says that this file, with these headers, was clean. A failure always says something.
tidy_one() {
  local out problems
  out=$("$TIDY" -p "$TIDY_DIR" "${TIDY_FLAGS[@]}" "$1" 2>&1) && touch "$2" && return
  problems=$(grep -E ': (error|warning): ' <<<"$out" | sed "s#^$PWD/##")
  printf '%s\n' "${problems:-$1: $TIDY failed: ${out##*$'\n'}}"
}

# What categorize itself says of its rules, their examples and the known issues.
gate_rules() {
  [[ -f config/categories.yaml ]] || return 0
  local log=$ROOT/build/logs/lint-rules.log
  mkdir -p "$ROOT/build/logs"
  # The build of the unit tests, which need it anyway.
  (build_preset ci categorize) >"$log" 2>&1 || { echo "cannot build categorize: $(log_reason "$log"); log: $log" && return 1; }
  "$ROOT/build/ci/bin/categorize" --lint --rules config/categories.yaml --known-issues config/known-issues.yaml >"$log" 2>&1 ||
    { grep -E '^(error|warning|categorize: error): ' "$log" && return 1; }
}

# Sources without their tests; changed ones (by themselves or by a header) unless ALL.
gate_tidy() {
  command -v "$TIDY" >/dev/null || { echo "$TIDY is not installed" && return 1; }
  local file header stamp changed='' all_headers
  TIDY_DIR=$PWD/build/lint
  tidy_database || return
  [[ $ALL ]] || changed=$(git status --porcelain --untracked-files=all | cut -c4- | grep -E '\.[ch]pp$' || true)
  [[ $ALL || $changed ]] || return 0
  mkdir -p "$TIDY_DIR/clean"
  for file in "${CPP[@]}"; do
    [[ $file == *.cpp && $file != *_test.cpp && $file != tests/fuzz/* ]] || continue
    grep -qF "\"$PWD/$file\"" "$TIDY_DIR/compile_commands.json" || continue
    all_headers=$(headers_of "$file")
    if [[ ! $ALL ]]; then
      grep -qxFf <(printf '%s\n' "$changed") <(printf '%s\n' "$file" "$all_headers") || continue
    fi
    stamp=$({
      "$TIDY" --version
      cat .clang-tidy "$file"
      while IFS= read -r header; do [[ ! $header ]] || cat "$header"; done <<<"$all_headers"
      printf '%s ' "${TIDY_FLAGS[@]}"
    } | sha256sum)
    stamp=$TIDY_DIR/clean/${stamp%% *}
    [[ -e $stamp ]] || printf '%s\0%s\0' "$file" "$stamp"
  done | (
    export -f tidy_one
    export TIDY TIDY_DIR
    # Arrays cannot be exported; the inner shell expands.
    # shellcheck disable=SC2016
    TIDY_ARGS=$(printf '%q ' "${TIDY_FLAGS[@]}") xargs -0 -r -n 2 -P "$(nproc)" bash -c \
      'eval "TIDY_FLAGS=($TIDY_ARGS)"; tidy_one "$@" || true' tidy || echo "xargs failed"
  ) | sort -u
}
