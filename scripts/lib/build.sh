# shellcheck shell=bash
# Compiling the steps on this machine. Needs log.sh, cache.sh and ROOT.

# The file that proves a Debian package is there, and the package.
readonly BUILD_DEPS='
/usr/bin/g++:g++
/usr/bin/cmake:cmake
/usr/bin/ninja:ninja-build
/usr/bin/ccache:ccache
/usr/bin/pkg-config:pkg-config
/usr/include/x86_64-linux-gnu/curl/curl.h:libcurl4-openssl-dev
/usr/include/git2.h:libgit2-dev
/usr/include/expat.h:libexpat1-dev
/usr/include/rapidjson/document.h:rapidjson-dev
/usr/include/yaml.h:libyaml-dev
/usr/include/fmt/format.h:libfmt-dev
/usr/include/CLI/CLI.hpp:libcli11-dev
/usr/include/re2/re2.h:libre2-dev
/usr/include/openssl/evp.h:libssl-dev
/usr/include/gmock/gmock.h:libgmock-dev
/usr/include/gtest/gtest.h:libgtest-dev
'

# build_ensure LIST: installs the packages of LIST (lines "file:package") whose file is missing.
build_ensure() {
  local line
  local -a missing=()
  for line in $1; do [[ -e ${line%%:*} ]] || missing+=("${line##*:}"); done
  ((${#missing[@]})) || return 0
  [[ $EUID == 0 ]] || die "missing: ${missing[*]} (run as root to have them installed, or: apt-get install ${missing[*]})"
  log_run "installing ${missing[*]}" "$(cache_root)/logs/apt-build.log" deps_install "${missing[@]}"
}

build_deps() { build_ensure "$BUILD_DEPS"; }

# build_preset PRESET [TARGET...]: configures and builds in build/PRESET.
build_preset() {
  local preset=$1
  shift
  build_deps
  mkdir -p "$ROOT/build"
  log_run "configuring ($preset)" "$ROOT/build/logs/configure-$preset.log" flock "$ROOT/build/$preset.lock" cmake -S "$ROOT" --preset "$preset"
  # One checkout finds in the compiler's cache what another has put there.
  CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1 log_run "compiling ($preset)" "$ROOT/build/logs/compile-$preset.log" \
    flock "$ROOT/build/$preset.lock" cmake --build "$ROOT/build/$preset" ${1:+--target "$@"}
}

# build_steps: makes the executables that go into the images.
build_steps() { (cd "$ROOT" && build_preset release); }

build_bin() { printf '%s/build/release/bin\n' "$ROOT"; }

# What only the tests need.
readonly BUILD_TEST_DEPS='
/usr/bin/clang-format-14:clang-format-14
/usr/bin/clang-tidy-19:clang-tidy-19
/usr/bin/shellcheck:shellcheck
/usr/bin/yamllint:yamllint
/usr/bin/docker-registry:docker-registry
/usr/bin/etcd:etcd-server
/usr/bin/etcdctl:etcd-client
/usr/bin/skopeo:skopeo
/usr/bin/buildah:buildah
/usr/bin/jq:jq
/usr/bin/curl:curl
/bin/busybox:busybox-static
/usr/sbin/lighttpd:lighttpd
'

build_test_deps() { build_ensure "$BUILD_DEPS$BUILD_TEST_DEPS"; }

# What only fuzzing needs.
readonly BUILD_FUZZ_DEPS='
/usr/bin/clang++-19:clang-19
/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.fuzzer-x86_64.a:libclang-rt-19-dev
'

build_fuzz_deps() { build_ensure "$BUILD_FUZZ_DEPS"; }
