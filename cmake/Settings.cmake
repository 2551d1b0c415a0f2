# Flags live in INTERFACE targets that all product and test code links privately, and nothing else does.
option(STREAMGATE_TESTS "Build the tests" ON)
option(STREAMGATE_WERROR "Warnings are errors" OFF)
option(STREAMGATE_FUZZ "Build the fuzz targets with libFuzzer (clang 19)" OFF)
set(STREAMGATE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Ci: optimised like a release, with asserts and debug lines on.
set(CMAKE_CXX_FLAGS_CI "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(standard_settings INTERFACE)
target_include_directories(standard_settings INTERFACE ${CMAKE_SOURCE_DIR}/steps)
target_compile_definitions(standard_settings INTERFACE
  STREAMGATE_VERSION="${PROJECT_VERSION}" RAPIDJSON_HAS_STDSTRING=1)
target_compile_options(standard_settings INTERFACE -fstack-protector-strong
  $<$<CONFIG:Debug>:-D_GLIBCXX_ASSERTIONS> $<$<CONFIG:Release>:-ffunction-sections -fdata-sections>)
target_link_options(standard_settings INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections,-s> -Wl,-z,relro -Wl,--as-needed)
if(STREAMGATE_SANITIZE)
  target_compile_options(standard_settings INTERFACE -fsanitize=${STREAMGATE_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(standard_settings INTERFACE -fsanitize=${STREAMGATE_SANITIZE})
  # No step ends with 99, so that no test takes a finding in a step's process for the exit code that it expects.
  set(STREAMGATE_TEST_ENVIRONMENT
    "ASAN_OPTIONS=exitcode=99:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1:strict_init_order=1"
    "LSAN_OPTIONS=exitcode=99:print_suppressions=0:suppressions=${CMAKE_SOURCE_DIR}/tests/support/leaks.txt" "UBSAN_OPTIONS=exitcode=99:print_stacktrace=1")
endif()
if(STREAMGATE_FUZZ)
  # RapidJSON 1.1 has templates that nobody instantiates and that clang 19 refuses (as in scripts/lint.d/code.sh).
  target_compile_options(standard_settings INTERFACE -fsanitize=fuzzer-no-link -fdelayed-template-parsing
    -Wno-delayed-template-parsing-in-cxx20 -fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/tests/fuzz/ignored.txt)
  target_link_options(standard_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Left out: -Wnull-dereference and -Wmaybe-uninitialized, which GCC 12 raises inside its own std::string and std::optional at -O2.
add_library(standard_warnings INTERFACE)
target_compile_options(standard_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wconversion -Wsign-conversion -Wimplicit-fallthrough
  -Wextra-semi -Wunused -Wformat=2 $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast
  -Wno-maybe-uninitialized>)
if(STREAMGATE_WERROR)
  target_compile_options(standard_warnings INTERFACE -Werror)
endif()
