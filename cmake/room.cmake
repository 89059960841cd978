# slipway_room(<name> DEPS <room>... LIBS <target>... TEST_LIBS <target>...)
#
# Declares one room of docs/architecture.md as a static library slipway_<name>:
#   *.cc        into the library          *_test.cc   into <name>_test (one process a test in ctest)
#   *_bench.cc  into <name>_bench (SLIPWAY_BENCH)
# Sub-folders belong to the room. DEPS are the arrows that tools/check_layers compares with the
# includes; LIBS are third-party targets of cmake/deps.cmake and stay private to the room.
include(GoogleTest)

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
    # The code under test is optimised, the tests are not: compiling them was most of a build's time.
    target_compile_options(${name}_test PRIVATE -O0)
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
