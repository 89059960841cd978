# Every third-party library, in one place, as imported targets named slipway_dep_<name>.
# A room links the ones that design.md gives to it and no other.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)

function(slipway_pkg name module)
  pkg_check_modules(SLIPWAY_${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(slipway_dep_${name} INTERFACE)
  target_link_libraries(slipway_dep_${name} INTERFACE PkgConfig::SLIPWAY_${name})
endfunction()

slipway_pkg(curl libcurl)
slipway_pkg(sqlite sqlite3)
slipway_pkg(sodium libsodium)
slipway_pkg(openssl openssl)
slipway_pkg(nghttp2 libnghttp2)
slipway_pkg(yaml yaml-0.1)
slipway_pkg(zstd libzstd)
slipway_pkg(zlib zlib)
slipway_pkg(re2 re2)
slipway_pkg(uring liburing)
# Its -pthread is for old C libraries, and files compiled with it cannot share precompiled headers with others.
set_target_properties(PkgConfig::SLIPWAY_re2 PROPERTIES INTERFACE_COMPILE_OPTIONS "")

find_package(spdlog REQUIRED)
add_library(slipway_dep_spdlog INTERFACE)
target_link_libraries(slipway_dep_spdlog INTERFACE spdlog::spdlog)

find_package(nlohmann_json REQUIRED)
add_library(slipway_dep_json INTERFACE)
target_link_libraries(slipway_dep_json INTERFACE nlohmann_json::nlohmann_json)

find_package(CLI11 REQUIRED)
add_library(slipway_dep_cli11 INTERFACE)
target_link_libraries(slipway_dep_cli11 INTERFACE CLI11::CLI11)

find_package(tomlplusplus REQUIRED)
add_library(slipway_dep_toml INTERFACE)
target_link_libraries(slipway_dep_toml INTERFACE tomlplusplus::tomlplusplus)

if(SLIPWAY_TESTS)
  find_package(GTest REQUIRED)
  # Debian's librapidcheck-dev ships no CMake package: one library, one header folder.
  find_library(SLIPWAY_RAPIDCHECK rapidcheck REQUIRED)
  add_library(slipway_dep_rapidcheck INTERFACE)
  target_link_libraries(slipway_dep_rapidcheck INTERFACE ${SLIPWAY_RAPIDCHECK})
endif()
if(SLIPWAY_BENCH)
  find_package(benchmark REQUIRED)
endif()
