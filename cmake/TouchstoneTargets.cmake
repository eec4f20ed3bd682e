# The functions by which every folder declares its targets. Sources are always listed, never globbed.

# touchstone_library(<name> SOURCES ... [PUBLIC ...] [PRIVATE ...]): a static library; includes are rooted at the repository.
function(touchstone_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
    touchstone_check_arguments(${name} "${arg_UNPARSED_ARGUMENTS}")
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_compile_options(${name} PRIVATE ${TOUCHSTONE_WARNINGS})
    target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(TOUCHSTONE_SANITIZE)
        touchstone_make_library_header()
        target_precompile_headers(${name} REUSE_FROM touchstone_library_header)
    endif()
endfunction()

# touchstone_executable(<name> SOURCES ... LINK ...): a program in bin/.
function(touchstone_executable name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
    touchstone_check_arguments(${name} "${arg_UNPARSED_ARGUMENTS}")
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(${name} PRIVATE ${TOUCHSTONE_WARNINGS})
    target_link_libraries(${name} PRIVATE ${arg_LINK} Threads::Threads)
endfunction()

# touchstone_test(<name> SOURCES ... LINK ... [LABELS ...]): a GoogleTest program in tests/, one ctest entry for the whole
# program (a process per case would cost more than most cases). Labels: tsan (also run under ThreadSanitizer), slow (not run
# under sanitizers).
function(touchstone_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;LABELS")
    touchstone_check_arguments(${name} "${arg_UNPARSED_ARGUMENTS}")
    if(NOT TOUCHSTONE_TESTS)
        return()
    endif()
    touchstone_make_test_header()
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(${name} PRIVATE ${TOUCHSTONE_WARNINGS} -Wno-sign-conversion ${TOUCHSTONE_TEST_OPTIONS})
    target_link_libraries(${name} PRIVATE ${arg_LINK} rapidcheck GTest::gtest GTest::gtest_main Threads::Threads)
    target_precompile_headers(${name} REUSE_FROM touchstone_test_header)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=0 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT 900 LABELS "${arg_LABELS}" ENVIRONMENT
        "TSAN_OPTIONS=ignore_noninstrumented_modules=1;UBSAN_OPTIONS=print_stacktrace=1")
    foreach(label IN LISTS arg_LABELS)
        touchstone_add_to_group(touchstone_tests_${label} ${name})
    endforeach()
endfunction()

# touchstone_benchmark(<name> SOURCES ... LINK ...): a Google Benchmark program in bench/, only with TOUCHSTONE_BENCH.
function(touchstone_benchmark name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
    touchstone_check_arguments(${name} "${arg_UNPARSED_ARGUMENTS}")
    if(NOT TOUCHSTONE_BENCH)
        return()
    endif()
    find_package(benchmark REQUIRED)
    touchstone_executable(${name} SOURCES ${arg_SOURCES} LINK ${arg_LINK} benchmark::benchmark)
    # BENCHMARK() uses __COUNTER__, which clang from 22 on reports as an extension where it is expanded.
    target_compile_options(${name} PRIVATE
        $<$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,22>>:-Wno-c2y-extensions>)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
    touchstone_add_to_group(touchstone_benchmarks ${name})
endfunction()

# touchstone_fuzzer(<name> SOURCES ... LINK ...): a libFuzzer program in fuzzers/, only with TOUCHSTONE_FUZZ.
function(touchstone_fuzzer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
    touchstone_check_arguments(${name} "${arg_UNPARSED_ARGUMENTS}")
    if(NOT TOUCHSTONE_FUZZ)
        return()
    endif()
    touchstone_executable(${name} SOURCES ${arg_SOURCES} LINK ${arg_LINK})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
    touchstone_add_to_group(touchstone_fuzzers ${name})
endfunction()

# touchstone_compile_alone(<source>...): the rest of a target is compiled several sources at a time (TOUCHSTONE_UNITY). Not those
# whose local names others of their target have as well, as experiments that each set the same figures do, and not those that
# audit/mutation compiles anew.
function(touchstone_compile_alone)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# The one precompiled header of the tests, made once for all of them.
function(touchstone_make_test_header)
    if(TARGET touchstone_test_header)
        return()
    endif()
    find_package(GTest REQUIRED)
    set_target_properties(GTest::gtest GTest::gtest_main PROPERTIES IMPORTED_GLOBAL TRUE)
    if(NOT TARGET rapidcheck)
        find_library(TOUCHSTONE_RAPIDCHECK rapidcheck REQUIRED)
        add_library(rapidcheck STATIC IMPORTED GLOBAL)
        set_target_properties(rapidcheck PROPERTIES IMPORTED_LOCATION ${TOUCHSTONE_RAPIDCHECK})
    endif()
    touchstone_add_header_carrier(touchstone_test_header)
    target_compile_options(touchstone_test_header PRIVATE ${TOUCHSTONE_WARNINGS} -Wno-sign-conversion ${TOUCHSTONE_TEST_OPTIONS})
    target_link_libraries(touchstone_test_header PRIVATE rapidcheck GTest::gtest Threads::Threads)
    touchstone_precompile(touchstone_test_header <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>)
endfunction()

# The one precompiled header of the libraries: headers that most of them include. Only sanitizer builds have
# it: the others show that the sources include what they use.
function(touchstone_make_library_header)
    if(TARGET touchstone_library_header)
        return()
    endif()
    touchstone_add_header_carrier(touchstone_library_header)
    target_compile_options(touchstone_library_header PRIVATE ${TOUCHSTONE_WARNINGS})
    touchstone_precompile(touchstone_library_header <algorithm> <array> <chrono> <cstdint> <deque> <functional>
        <map> <memory> <optional> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> <nlohmann/json.hpp>)
endfunction()

# touchstone_precompile(<name> <header>...): gives the carrier its precompiled header. With clang, which writes the checkout's
# path into it, ccache is told of its contents by a sum of what the header means, so that checkouts share what they compile.
function(touchstone_precompile name)
    target_precompile_headers(${name} PRIVATE ${ARGN})
    if(NOT TOUCHSTONE_CCACHE OR NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        return()
    endif()
    list(TRANSFORM ARGN REPLACE "^(<.*>)$" "#include \\1" OUTPUT_VARIABLE lines)
    list(JOIN lines "\n" text)
    file(WRITE ${CMAKE_BINARY_DIR}/header_carriers/${name}.h "${text}\n")
    separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
    get_directory_property(options COMPILE_OPTIONS)
    list(FILTER options EXCLUDE REGEX "\\$<")
    execute_process(
        COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 ${flags} ${options} -x c++ -E ${CMAKE_BINARY_DIR}/header_carriers/${name}.h
        OUTPUT_VARIABLE meaning COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} --version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "${CMAKE_BINARY_DIR}" "" meaning "${meaning}")
    get_target_property(own ${name} COMPILE_OPTIONS)
    string(SHA256 sum "${version}\n${flags}\n${options}\n${own}\n${meaning}")
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.pch.sum "${sum}\n")
endfunction()

# A source with nothing in it, for a precompiled header to belong to.
function(touchstone_add_header_carrier name)
    set(source ${CMAKE_BINARY_DIR}/header_carriers/${name}.cpp)
    file(WRITE ${source}.new "// The carrier of a precompiled header.\n")
    file(COPY_FILE ${source}.new ${source} ONLY_IF_DIFFERENT)
    add_library(${name} OBJECT ${source})
endfunction()

# Groups: targets that build all their members, for example all fuzz targets.
foreach(group IN ITEMS touchstone_tests_tsan touchstone_benchmarks touchstone_fuzzers)
    add_custom_target(${group})
endforeach()

function(touchstone_add_to_group group member)
    if(NOT TARGET ${group})
        add_custom_target(${group})
    endif()
    add_dependencies(${group} ${member})
    set_property(GLOBAL APPEND PROPERTY ${group}_members ${member})
endfunction()

# Writes <group>.txt, the list of a group's members, for the scripts.
function(touchstone_write_group group)
    get_property(members GLOBAL PROPERTY ${group}_members)
    list(JOIN members "\n" lines)
    file(WRITE ${CMAKE_BINARY_DIR}/${group}.txt "${lines}\n")
endfunction()

# What clang-tidy reads beside the sources: the generated headers and the precompiled ones.
function(touchstone_add_tidy_inputs)
    add_custom_target(touchstone_tidy_inputs)
    foreach(target IN ITEMS touchstone_reference_headers touchstone_node_headers touchstone_library_header
            touchstone_test_header)
        if(TARGET ${target})
            add_dependencies(touchstone_tidy_inputs ${target})
        endif()
    endforeach()
endfunction()

function(touchstone_check_arguments name unparsed)
    if(unparsed)
        message(FATAL_ERROR "${name}: arguments not understood: ${unparsed}")
    endif()
endfunction()
