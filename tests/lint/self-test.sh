# shellcheck shell=bash
# Proves the gates of scripts/lint: a small tree is clean, and each seeded violation turns its gate, and no other reason, red.

# put FILE: writes stdin to FILE of the seeded tree.
put() {
  mkdir -p "$SEED/$(dirname "$1")"
  cat >"$SEED/$1"
}

spdx='// SPDX-License-Identifier: Apache-2.0'

# A tree in which every gate has something to look at and nothing to say.
clean_tree() {
  rm -rf "$SEED"
  mkdir -p "$SEED"
  git -C "$SEED" init -q
  cp "$ROOT/.clang-tidy" "$ROOT/.clang-format" "$SEED"
  put .gitignore <<<'/build/'
  printf '%s\n#pragma once\n\nint one();\n' "$spdx" | put steps/base/one.hpp
  printf '%s\n#include "base/one.hpp"\n\nint one() { return 1; }\n' "$spdx" | put steps/base/one.cpp
  printf '%s\n#include "base/one.hpp"\n' "$spdx" | put steps/base/one_test.cpp
  # shellcheck disable=SC2016 # CMake's variable
  printf 'foreach(test one two)\n  streamgate_test(NAME ${test} SOURCES ${test}_test.cpp)\nendforeach()\n' | put steps/base/CMakeLists.txt
  printf '%s\n#include "base/one.hpp"\n' "$spdx" | put steps/record/run.hpp
  printf '%s\n#include "record/run.hpp"\n' "$spdx" | put steps/http/http.hpp
  printf 'streamgate_library(NAME http SOURCES http.cpp)\n' | put steps/http/CMakeLists.txt
  local step
  for step in do-it other; do
    printf '%s\n#include "base/one.hpp"\n\nint main() { return one(); }\n' "$spdx" | put "steps/$step/main.cpp"
    printf '%s\n#include "http/http.hpp"\n\n#include "support/folder.hpp"\n' "$spdx" | put "steps/$step/it_test.cpp"
    printf 'streamgate_step(NAME %s SOURCES it.cpp)\nstreamgate_test(NAME it SOURCES it_test.cpp)\n' "$step" | put "steps/$step/CMakeLists.txt"
  done
  find "$SEED/steps" -name '*.?pp' -exec clang-format-14 -i --style="file:$ROOT/.clang-format" {} +
  put scripts/hello <<<$'#!/usr/bin/env bash\nset -eu\necho "hello $1"'
  put scripts/docs <<<$'#!/usr/bin/env bash\ncmp -s docs/from.txt docs/to.txt || { echo "docs/to.txt is not up to date"; exit 1; }'
  chmod +x "$SEED/scripts/docs"
  put docs/from.txt <<<'text'
  put docs/to.txt <<<'text'
  put tekton/tasks/do-it.yaml <<<$'spec:\n  steps:\n    - name: do-it\n      image: do-it\n      command: [do-it]\n      args: ["--x=$(pa''rams.x)"]'
  put config/schema/x.schema.json <<<'{"type": "object", "additionalProperties": false, "properties": {"properties": {"type": "string"}}}'
  put config/categories.yaml <<<$'schema_version: 1\ncategories:\n  - {id: unknown, title: t, owner: o, next_step: n}\nrules:\n  - {id: a, category: unknown, text: x}'
  put config/categories.examples.yaml <<<$'schema_version: 1\nexamples:\n  a:\n    takes:\n      - {message: x}'
  put config/known-issues.yaml <<<$'schema_version: 1\nissues: []'
  put build/lint/compile_commands.json <<<"[{\"directory\": \"$SEED\", \"file\": \"$SEED/steps/base/one.cpp\", \"command\": \"c++ -std=c++23 -Isteps -c $SEED/steps/base/one.cpp\"}]"
}

# Each prints its gate and makes one violation. The words that must not be in this repository are put together here.
seeds() {
  cat <<'TEXT'
spdx               put steps/base/new.hpp <<<'#pragma once'
words              put docs/x.md <<<"see /wo""rk/main/x"
words              put docs/x.md <<<"see ../sha""red/x"
words              put scripts/x.sh <<<"cd '/ro""ot/x'"
todo               put steps/base/new.hpp <<<"$spdx"$'\n// TO''DO: later'
todo               put steps/base/new_test.cpp <<<"$spdx"$'\n  GTEST_''SKIP();'
todo               put scripts/new.sh <<<"# FIX""ME"
file-size          { echo "$spdx"; printf '// line\n%.0s' {1..600}; } | put steps/base/long.hpp
dependencies       put steps/base/new.cpp <<<"$spdx"$'\n#include "http/http.hpp"'
dependencies       put steps/base/new.cpp <<<"$spdx"$'\n#include "record/run.hpp"'
dependencies       put steps/record/new.cpp <<<"$spdx"$'\n#include "http/http.hpp"'
dependencies       put steps/http/new.cpp <<<"$spdx"$'\n#include "do-it/it.hpp"'
dependencies       put steps/do-it/new.cpp <<<"$spdx"$'\n#include "other/it.hpp"'
dependencies       put steps/do-it/new.cpp <<<"$spdx"$'\n#include "support/folder.hpp"'
step-folders       rm "$SEED/steps/do-it/main.cpp"
step-folders       rm "$SEED/steps/do-it/it_test.cpp"
step-folders       { echo "$spdx"; printf '// line\n%.0s' {1..19}; } | put steps/do-it/main.cpp
tests-registered   put steps/base/three_test.cpp <<<"$spdx"
tests-registered   put steps/do-it/more_test.cpp <<<"$spdx"
no-shell-in-tasks  put tekton/tasks/x.yaml <<<$'spec:\n  steps:\n    - name: x\n      script: |\n        true'
no-shell-in-tasks  put .tekton/x.yaml <<<$'steps:\n  - script: "true"'
no-shell-in-tasks  put tekton/tasks/x.yaml <<<$'steps:\n  - command: ["/bin/sh", "-c"]'
no-shell-in-tasks  put tekton/tasks/x.yaml <<<$'steps:\n  - command:\n      - bash'
no-params-in-shell put scripts/x.sh <<<'echo "$(para''ms.x)"'
schemas            put config/schema/y.schema.json <<<'{"type": "object"'
schemas            put config/schema/y.schema.json <<<'{"properties": {"a": {}}}'
schemas            put config/schema/y.schema.json <<<'{"additionalProperties": false, "properties": {"a": {"items": {"properties": {"b": {}}}}}}'
yaml               put config/x.yaml <<<$'a: 1\na: 2'
format             printf '%s\nint  two( );\n' "$spdx" | put steps/base/two.hpp
packages           put scripts/run <<<$'set -e\nif shellcheck x; then echo y; fi'
packages           { echo 'for library in x; do' | put scripts/cluster && put scripts/lib/x.sh <<<'nsenter "--net=x" shellcheck -x'; }
shell              put scripts/x.sh <<<$'#!/bin/bash\nrm -rf $1/x'
shell              put scripts/x <<<$'#!/usr/bin/env bash\nfor x in $(ls); do echo $x; done'
docs               put docs/from.txt <<<'new text'
rules              put config/categories.examples.yaml <<<$'schema_version: 1\nexamples: {}'
rules              put config/categories.examples.yaml <<<$'schema_version: 1\nexamples:\n  a:\n    takes:\n      - {message: y}'
rules              put config/categories.yaml <<<$'schema_version: 1\ncategories:\n  - {id: unknown, title: t, owner: o, next_step: n}\nrules:\n  - {id: a, category: unknown, text: "x|"}'
rules              put config/known-issues.yaml <<<$'schema_version: 1\nissues:\n  - {id: a, test: ".*", owner: o, link: "https://e.com", reason: r, expires: 2020-01-01}'
tidy               printf '%s\n#include "base/one.hpp"\n\nint one()\n{\n  int x;\n  return x = 1;\n}\n' "$spdx" | put steps/base/one.cpp
tidy               printf '%s\n#pragma once\n\nint one();\nstruct lower {};\n' "$spdx" | put steps/base/one.hpp
tidy               printf '%s\nint one() { return undeclared; }\n' "$spdx" | put steps/base/one.cpp
TEXT
}

self_test() {
  local gate command out status passed=0 failed=0
  local wanted=" $* "
  SEED=$(mktemp -d)/tree
  # shellcheck disable=SC2064 # now, not then
  trap "rm -rf '${SEED%/tree}'" EXIT

  clean_tree
  if out=$("$ROOT/scripts/lint" --all --tree "$SEED" "$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL a clean tree is not green\n%s\n' "$out"
  fi
  declare -A proven=()
  while read -r -u 3 gate command; do
    [[ $wanted == *" $gate "* ]] || continue
    clean_tree
    eval "$command"
    status=0
    out=$("$ROOT/scripts/lint" --all --tree "$SEED" "$gate" 2>&1) || status=$?
    if [[ $status == 1 && $out == *"$gate: FAILED"* && $out == *'    '?* ]]; then
      passed=$((passed + 1))
      proven[$gate]=yes
      log_info "ok $gate: $(sed -n 's/^    //p' <<<"$out" | tail -n 1)"
    else
      failed=$((failed + 1))
      printf 'FAIL %s stays green (status %d) on: %s\n%s\n' "$gate" "$status" "$command" "$out"
    fi
  done 3< <(seeds)
  for gate in "$@"; do
    [[ ${proven[$gate]:-} ]] && continue
    failed=$((failed + 1))
    printf 'FAIL %s: no seeded violation turns it red\n' "$gate"
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [[ $failed == 0 ]]
}
