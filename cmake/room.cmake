# slipway_room(<name> DEPS <room>... LIBS <target>... TEST_LIBS <target>...)
#
# Declares one room of docs/architecture.md as a static library slipway_<name>:
#   *.cc        into the library          *_test.cc   into <name>_test (one process a test in ctest)
#   *_bench.cc  into <name>_bench (SLIPWAY_BENCH)
# Sub-folders belong to the room. DEPS are the arrows that tools/check_layers compares with the
# includes; LIBS are third-party targets of cmake/deps.cmake and stay private to the room.
include(GoogleTest)

# Reading the headers of the standard and test libraries is half of what an unoptimised file costs. Under
# sanitizers it is done once; the other builds see what a file forgot to include. Fuzz targets have flags of
# their own, which no shared header file was made with.
function(slipway_precompiled_headers target kind)
  if(NOT SLIPWAY_SANITIZE OR SLIPWAY_FUZZ)
    return()
  endif()
  set(shared slipway_${kind}_headers)
  if(NOT TARGET ${shared})
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/${kind}_headers.cc CONTENT "")
    add_library(${shared} OBJECT ${PROJECT_BINARY_DIR}/${kind}_headers.cc)
    target_link_libraries(${shared} PRIVATE slipway_options fmt::fmt Threads::Threads)
    target_precompile_headers(${shared} PRIVATE <algorithm> <chrono> <functional> <map> <memory> <mutex>
      <optional> <string> <thread> <vector> <fmt/format.h>)
    if(kind STREQUAL test)
      target_compile_options(${shared} PRIVATE -O0)
      target_link_libraries(${shared} PRIVATE GTest::gmock)
      target_precompile_headers(${shared} PRIVATE <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>)
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${shared})
endfunction()

# slipway_tests_on_io_uring(<target> <prefix> <label>): the same tests once more, on the other loop.
function(slipway_tests_on_io_uring target prefix label)
  gtest_discover_tests(${target} TEST_PREFIX ${prefix}.io_uring. TEST_LIST ${target}_on_io_uring
    DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${label} TIMEOUT 120 ENVIRONMENT SLIPWAY_TEST_IO=io_uring)
endfunction()

# slipway_test_program(<target>) for everything that is made of tests.
function(slipway_test_program target)
  # The code under test is optimised, the tests are not: compiling them was most of a build's time.
  target_compile_options(${target} PRIVATE -O0)
  slipway_precompiled_headers(${target} test)
endfunction()

function(slipway_room name)
  cmake_parse_arguments(ROOM "" "" "DEPS;LIBS;TEST_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")

  # A room of headers only has nothing to archive.
  if(sources)
    add_library(slipway_${name} STATIC ${sources})
    set(reach PUBLIC)
    target_link_libraries(slipway_${name} PRIVATE ${ROOM_LIBS})
    # What spdlog defines for base does not fit the shared ones.
    if(NOT name STREQUAL base)
      slipway_precompiled_headers(slipway_${name} source)
    endif()
  else()
    add_library(slipway_${name} INTERFACE)
    set(reach INTERFACE)
  endif()
  target_link_libraries(slipway_${name} ${reach} slipway_options fmt::fmt Threads::Threads)
  foreach(dep ${ROOM_DEPS})
    target_link_libraries(slipway_${name} ${reach} slipway_${dep})
  endforeach()

  if(SLIPWAY_TESTS AND tests)
    add_executable(${name}_test ${tests})
    slipway_test_program(${name}_test)
    target_link_libraries(${name}_test PRIVATE slipway_${name} ${ROOM_LIBS} ${ROOM_TEST_LIBS}
      slipway_dep_rapidcheck GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS unit TIMEOUT 120)
  endif()
  if(SLIPWAY_BENCH AND benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE slipway_${name} ${ROOM_LIBS} benchmark::benchmark
      benchmark::benchmark_main)
  endif()
endfunction()
