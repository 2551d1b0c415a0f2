# shellcheck shell=bash
# What a registry stores and a node pulls. Needs table.sh and BENCH_*.

readonly IMAGES_ONE=12 IMAGES_ALL=20

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f\n", bytes / 1000000 }'; }

# images_layers NAME REFERENCE: a line "NAME DIGEST SIZE" for each layer. The reference has a digest: no TLS is needed to trust it.
images_layers() {
  skopeo inspect --tls-verify=false --raw "docker://$2" | jq -r --arg name "$1" '.layers[] | [$name, .digest, .size] | @tsv'
}

# images_sum NAME...: bytes of the images' layers, each layer counted once.
images_sum() { awk -v names=" $* " 'index(names, " " $1 " ") && !seen[$2]++ { sum += $3 } END { print sum + 0 }' "$BENCH_WORK/layers"; }

bench_images() {
  local file=$BENCH_OVERLAY/kustomization.yaml name reference size kubectl limit own
  local -a names=() steps=()
  [[ -r $file ]] || { table_skip "no images were pushed from here (scripts/run or scripts/images --overlay build/overlay does; --overlay names another folder)" && return; }
  while read -r name reference; do
    images_layers "$name" "$reference" >>"$BENCH_WORK/layers" 2>"$BENCH_WORK/skopeo.log" ||
      { table_skip "the registry does not tell of $reference: $(log_reason "$BENCH_WORK/skopeo.log")" && return; }
    names+=("$name")
    case $name in builder | test) ;; *) steps+=("$name") ;; esac
  done < <(sed -n 's/.*{name: streamgate\/\([^,]*\), newName: \([^,]*\), digest: \([^}]*\)}.*/\1 \2@\3/p' "$file" | sort)
  ((${#steps[@]})) || die "$file names no image"
  kubectl=$(gzip -6 -c "$BENCH_KUBERNETES/kubectl" | wc -c)
  table_row image 'compressed MB' 'of that its own MB' 'x kubectl' 'limit MB' ''
  for name in "${names[@]}"; do
    size=$(images_sum "$name") limit=''
    [[ " ${steps[*]} " != *" $name "* ]] || limit=$IMAGES_ONE
    own=$(awk -v name="$name" '$1 != name { other[$2] = 1 } $1 == name { mine[$2] = $3 } END { for (d in mine) if (!other[d]) sum += mine[d]; print sum + 0 }' "$BENCH_WORK/layers")
    table_row "$name" "$(megabytes "$size")" "$(megabytes "$own")" "$(quotient "$size" "$kubectl")" "$limit" "${limit:+$(within "$(megabytes "$size")" "$limit")}"
  done
  size=$(images_sum "${steps[@]}")
  table_row "all ${#steps[@]} step images, shared layers once" "$(megabytes "$size")" '' "$(quotient "$size" "$kubectl")" "$IMAGES_ALL" "$(within "$(megabytes "$size")" "$IMAGES_ALL")"
  table_row 'kubectl alone, gzip -6' "$(megabytes "$kubectl")" '' 1.00 '' ''
  table_note "1 MB is 1 000 000 bytes, as the manifests in the registry tell. builder (build-images) and test (run-tests) carry Go, git and test tools, and have no limit."
}
