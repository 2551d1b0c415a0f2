# shellcheck shell=bash
# The gates of scripts/lint that look at text. Each prints what is wrong, one problem a line, and nothing else.

# The files of the tree by kind, without what git ignores: FILES, CPP, SHELL_FILES, YAML.
list_files() {
  local file
  FILES=() CPP=() SHELL_FILES=() YAML=()
  while IFS= read -r -d '' file; do
    [[ -f $file && ! -L $file ]] || continue
    FILES+=("$file")
    case $file in
      *.cpp | *.hpp) CPP+=("$file") ;;
      *.yaml | *.yml | .yamllint) YAML+=("$file") ;;
      *.sh) SHELL_FILES+=("$file") ;;
      scripts/* | images/* | tests/* | .ci/*) is_shell "$file" && SHELL_FILES+=("$file") ;;
    esac
  done < <(git ls-files -z --cached --others --exclude-standard)
  ((${#FILES[@]})) || die "no files in $PWD"
}

is_shell() {
  local first=''
  IFS= read -r first <"$1" 2>/dev/null || true
  [[ $first =~ ^'#!'.*[/\ ](ba)?sh($|\ ) ]]
}

# search PATTERN FILE...: like grep -n, but finding nothing is not a failure.
search() {
  local pattern=$1 status=0
  shift
  (($#)) || return 0
  grep -HnIE -e "$pattern" -- "$@" || status=$?
  ((status < 2))
}

gate_spdx() {
  local file first
  for file in "${CPP[@]}"; do
    first=''
    IFS= read -r first <"$file" || true
    [[ $first == '// SPDX-License-Identifier: Apache-2.0' ]] || echo "$file:1: the first line is not the SPDX line"
  done
}

# Paths of somebody's machine, and names of what is not in this repository.
gate_words() {
  local start="(^|[[:space:]=:(,[]|[[:space:]=:(,[][\"'\`])" up='\.\./'
  search "$start/(work|root)/|${up}shared" "${FILES[@]}"
}

# What is left for later, and tests that do not run: one that lacks what it needs fails. (GoogleTest runs the body after a
# skip in SetUp if something failed there before.)
gate_todo() {
  local word='TO''DO|FIX''ME|XX''X|GTEST_''SKIP' file code=()
  for file in "${FILES[@]}"; do
    case $file in
      *.cpp | *.hpp | *.c | *.go | *.py | *.ts | *.cmake | *CMakeLists.txt | *.yaml | *.yml | *Containerfile) code+=("$file") ;;
    esac
  done
  search "\\b($word)\\b" "${code[@]}" "${SHELL_FILES[@]}"
}

gate_file_size() {
  local file code=()
  for file in "${FILES[@]}"; do
    case $file in
      *.cpp | *.hpp | *.c | *.go | *.py | *.ts | *.css | *.cmake | *CMakeLists.txt | *.yaml | *.yml | *.sh | scripts/* | *Containerfile) code+=("$file") ;;
    esac
  done
  printf '%s\0' "${code[@]}" | xargs -0 wc -l | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines; 600 is the most" }'
}

# A step is a folder with a program; base and record are below everything; the rest are libraries for an outside system.
layer_of() {
  case $1 in
    base | record) echo "$1" ;;
    *) if grep -qs '^streamgate_step(' "steps/$1/CMakeLists.txt" || [[ -f steps/$1/main.cpp ]]; then echo step; else echo system; fi ;;
  esac
}

# step -> outside system -> record -> base; tests may use tests/support.
gate_dependencies() {
  local file line folder target from to
  declare -A layers=()
  while IFS=: read -r file line target; do
    folder=${file#steps/} folder=${folder%%/*}
    target=${target#*\"} target=${target%%/*}
    [[ $target == "$folder" ]] && continue
    if [[ $target == support ]]; then
      [[ $file =~ (_test|_fixture|/(test|fake)_[^/]*)\.[ch]pp$ ]] || echo "$file:$line: only tests include tests/support"
      continue
    fi
    if [[ ! -d steps/$target ]]; then
      echo "$file:$line: there is no folder steps/$target"
      continue
    fi
    : "${layers[$folder]:=$(layer_of "$folder")}" "${layers[$target]:=$(layer_of "$target")}"
    from=${layers[$folder]} to=${layers[$target]}
    case $from:$to in
      base:*) echo "$file:$line: base includes nothing outside base, but this is $target" ;;
      record:base) ;;
      record:*) echo "$file:$line: record includes base only, but this is $target" ;;
      *:step) echo "$file:$line: $folder ($from) includes the step $target" ;;
    esac
  done < <(search '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]*/' "${CPP[@]}" | grep '^steps/')
}

# main.cpp is one call, and there is a test beside it.
gate_step_folders() {
  local cmake folder count lines
  for cmake in steps/*/CMakeLists.txt steps/*/main.cpp; do
    folder=${cmake%/*}
    [[ $cmake == */main.cpp ]] || grep -qs '^streamgate_step(' "$cmake" || continue
    if [[ ! -f $folder/main.cpp ]]; then
      echo "$folder: a step without main.cpp"
      continue
    fi
    [[ $cmake == */main.cpp ]] || continue
    mapfile -t lines <"$folder/main.cpp"
    count=${#lines[@]}
    ((count < 20)) || echo "$folder/main.cpp: $count lines; it is one call, the rest belongs into the step's library"
    compgen -G "$folder/*_test.cpp" >/dev/null || echo "$folder: a step without a test"
    grep -qs '^streamgate_step(' "$folder/CMakeLists.txt" || echo "$folder: main.cpp, but no streamgate_step in its CMakeLists.txt"
  done
}

# A test that nobody builds is worse than none.
gate_tests_registered() {
  local file name folder cmake list
  declare -A lists=()
  for file in "${CPP[@]}"; do
    [[ $file == *_test.cpp ]] || continue
    folder=${file%/*} name=${file##*/}
    cmake=$folder/CMakeLists.txt
    [[ -f $cmake ]] || cmake=${folder%/*}/CMakeLists.txt
    [[ ${lists[$cmake]:-} ]] || lists[$cmake]=" $(tr -s '\n()/' ' ' <"$cmake") "
    list=${lists[$cmake]}
    [[ $list == *" $name "* ]] && continue
    # foreach(test a b c) ... ${test}_test.cpp
    [[ $list == *'}_test.cpp '* && $list =~ \ foreach\ [^$]*\ ${name%_test.cpp}\  ]] && continue
    echo "$file: in no CMakeLists.txt"
  done
}

# A Task's step is image + command + args.
gate_no_shell_in_tasks() {
  local file tasks=()
  for file in "${YAML[@]}"; do
    [[ $file == tekton/* || $file == .tekton/* ]] && tasks+=("$file")
  done
  search '^[[:space:]]*(-[[:space:]]+)?["'\'']?script["'\'']?[[:space:]]*:' "${tasks[@]}" | sed 's/$/   <- no script/'
  search '(command|args)[[:space:]]*:.*[][ "'\'',/](ba|da|a)?sh([]" '\'',]|$)|^[[:space:]]*-[[:space:]]+["'\'']?(/usr)?(/bin/)?(ba|da|a)?sh["'\'']?[[:space:]]*$' \
    "${tasks[@]}" | sed 's/$/   <- no shell/'
}

# A param put into shell text is a shell injection.
gate_no_params_in_shell() {
  local dollar='\$'
  search "${dollar}\\((params|tasks|context|results)\\." "${SHELL_FILES[@]}"
}

# Every schema parses, and refuses members that it does not know.
gate_schemas() {
  local file schemas=()
  for file in "${FILES[@]}"; do
    [[ $file == config/schema/*.json ]] && schemas+=("$file")
  done
  ((${#schemas[@]})) || return 0
  # A member that is itself called "properties" is no list of members.
  if ! jq -r '. as $schema | ([[]] + [$schema | paths(objects)]) | .[]
      | select(length == 0 or .[-1] != "properties" or (length > 1 and .[-2] == "properties")) as $at | $schema | getpath($at)
      | select(has("properties") and (.properties | type) == "object" and .additionalProperties != false)
      | "\(input_filename): not closed by \"additionalProperties\": false at /\($at | map(tostring) | join("/"))"' "${schemas[@]}" 2>/dev/null; then
    for file in "${schemas[@]}"; do jq empty "$file" 2>&1 | sed "s#^#$file: #"; done
  fi
}

gate_yaml() {
  local file plain=()
  for file in "${YAML[@]}"; do
    # The smoke suite's manifests are templates.
    [[ $file == suites/*/manifests/* ]] || plain+=("$file")
  done
  ((${#plain[@]})) || return 0
  yamllint --strict --format parsable --config-file "$ROOT/.yamllint" -- "${plain[@]}"
}

gate_shell() {
  ((${#SHELL_FILES[@]})) || return 0
  printf '%s\0' "${SHELL_FILES[@]}" | xargs -0 -n 6 -P "$(nproc)" shellcheck --external-sources --format gcc --
}

# script_commands FILE...: the words that stand where a command does; comments and texts are left out.
script_commands() {
  local code name='[a-z][a-z0-9_.+-]*=?'
  code=$(awk 'end { if ($0 == end) end = ""; next }
    { sub(/(^|[ \t])#.*/, "") }
    match($0, /<<.?[A-Z]+/) { end = substr($0, RSTART, RLENGTH); gsub(/[^A-Z]/, "", end) }
    { print }' "$@")
  {
    grep -oE "(^|[|&;(!]|\\{ |\\<(do|then|else|if|elif|while|until|exec|command))[[:space:]]*$name" <<<"$code"
    grep -oE "\\<(nsenter|env|xargs|log_run|wait_until)([[:space:]]+(-[^ ]*|\"[^\"]*\"|[A-Za-z_]+=[^ ]*|[0-9]+))*[[:space:]]+$name" <<<"$code"
  } | grep -oE "$name\$" | grep -v '=' | sort -u
}

# What starts on a fresh machine finds its commands in packages that each Debian has, or in those that it installs itself.
gate_packages() {
  local libraries listed word path package files=()
  local -A words=()
  command -v dpkg-query >/dev/null || return 0
  mapfile -t libraries < <(sed -n 's/^for library in \(.*\); do$/\1/p' scripts/run scripts/cluster scripts/images 2>/dev/null | tr ' ' '\n' | sort -u)
  for word in scripts/run scripts/cluster scripts/images images/collect "${libraries[@]/#/scripts/lib/}"; do
    [[ $word != scripts/lib/* ]] || word+=.sh
    if [[ -f $word ]]; then files+=("$word"); fi
  done
  ((${#files[@]})) || return 0
  listed=" $(sed -n "/DEPS='\$/,/^'/p" "$ROOT/scripts/lib/deps.sh" "$ROOT/scripts/lib/build.sh" |
    sed "/BUILD_TEST_DEPS=/,/^'/d; /BUILD_FUZZ_DEPS=/,/^'/d" | tr ':\n' '  ') $(dpkg-query -W -f '${Package} ${Priority}\n' | sed -n 's/ required$//p' | tr '\n' ' ')"
  for word in $(script_commands "${files[@]}"); do
    [[ $(type -t "$word") == file && $listed != *[\ /]"$word "* ]] || continue
    path=$(realpath "$(type -P "$word")")
    # Some packages still have their files in /bin.
    words[$path]=$word words[${path#/usr}]=$word
  done
  ((${#words[@]})) || return 0
  dpkg-query -S "${!words[@]}" 2>/dev/null | while IFS=': ' read -r package path; do
    [[ ! ${words[$path]:-} || $listed == *" $package "* ]] || echo "${words[$path]} is in package $package, which neither scripts/lib/deps.sh nor build.sh installs: $(grep -lw -e "${words[$path]}" "${files[@]}" | paste -sd' ')"
  done
  return 0
}

# What is generated from other files says what they say.
gate_docs() {
  [[ -x scripts/docs ]] || return 0
  # What it says of a kubectl that is built first is no problem.
  local said
  said=$(scripts/docs --check 2>&1) || printf '%s\n' "$said"
}
