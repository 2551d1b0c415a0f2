# One call for each library, step and test, so that a folder's CMakeLists.txt only names its files.

# streamgate_library(NAME base SOURCES ... [LIBS ...])  ->  target streamgate_base
function(streamgate_library)
  cmake_parse_arguments(A "" "NAME" "SOURCES;LIBS" ${ARGN})
  add_library(streamgate_${A_NAME} STATIC ${A_SOURCES})
  target_link_libraries(streamgate_${A_NAME} PUBLIC standard_settings ${A_LIBS} PRIVATE standard_warnings)
endfunction()

# streamgate_step(NAME parse-junit SOURCES parse_junit.cpp ... [LIBS ...] [STATIC])
#   STATIC: needs no shared library that only exists as one (curl, git2), so that a release links it statically: a
#   third of a short step's time is the loader's.
#   ->  library step_parse-junit (for tests) and the executable parse-junit made of main.cpp alone, in bin/
function(streamgate_step)
  cmake_parse_arguments(A "STATIC" "NAME" "SOURCES;LIBS" ${ARGN})
  add_library(step_${A_NAME} STATIC ${A_SOURCES})
  target_link_libraries(step_${A_NAME} PUBLIC standard_settings streamgate_record streamgate_base ${A_LIBS} PRIVATE standard_warnings)
  add_executable(${A_NAME} main.cpp)
  target_link_libraries(${A_NAME} PRIVATE step_${A_NAME} standard_warnings)
  if(A_STATIC)
    target_link_options(${A_NAME} PRIVATE $<$<CONFIG:Release>:-static>)
  endif()
  set_target_properties(${A_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  install(TARGETS ${A_NAME} RUNTIME DESTINATION bin)
  set_property(GLOBAL APPEND PROPERTY STREAMGATE_STEPS ${A_NAME})
endfunction()

# streamgate_test(NAME base_json SOURCES json_test.cpp ... LIBS ... [STEPS ...] [LABEL unit|component])
#   STEPS: steps whose real executables the test runs.
#   unit tests need nothing but the build; component tests need tools that scripts/test provides.
function(streamgate_test)
  if(NOT STREAMGATE_TESTS)
    return()
  endif()
  cmake_parse_arguments(A "" "NAME;LABEL" "SOURCES;LIBS;STEPS" ${ARGN})
  if(NOT A_LABEL)
    set(A_LABEL unit)
  endif()
  add_executable(${A_NAME}_test ${A_SOURCES})
  target_link_libraries(${A_NAME}_test PRIVATE ${A_LIBS} streamgate_test_support standard_warnings)
  target_compile_definitions(${A_NAME}_test PRIVATE STREAMGATE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    STREAMGATE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  if(A_STEPS)
    add_dependencies(${A_NAME}_test ${A_STEPS})
  endif()
  # Half of the time that compiling a test takes; what it tests is optimised.
  target_compile_options(${A_NAME}_test PRIVATE $<$<CONFIG:Ci>:-O0>)
  if(STREAMGATE_SANITIZE)
    # A third of the time that compiling a test takes. The product's code keeps these two.
    target_compile_options(${A_NAME}_test PRIVATE -fno-sanitize=null,alignment)
  endif()
  streamgate_add_test(${A_NAME}_test ${A_LABEL})
endfunction()

# streamgate_add_test(TARGET LABEL [ARGUMENT...]): runs an executable as a test; the target <LABEL>_tests builds all of a label.
function(streamgate_add_test target label)
  string(REGEX REPLACE "_test$" "" name ${target})
  add_test(NAME ${name} COMMAND ${target} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300 ENVIRONMENT "${STREAMGATE_TEST_ENVIRONMENT}")
  if(NOT TARGET ${label}_tests)
    add_custom_target(${label}_tests)
  endif()
  add_dependencies(${label}_tests ${target})
endfunction()
