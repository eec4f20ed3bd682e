# Compiler, linker and sanitizer settings shared by every target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# No NDEBUG anywhere: a check that guards the chain never compiles out.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O3")
set(CMAKE_C_FLAGS_RELEASE "-O3")

find_program(TOUCHSTONE_CCACHE ccache)
if(TOUCHSTONE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # base_dir, hash_dir and pch_external_checksum (touchstone_precompile) let every checkout share results; the sloppiness
    # is what precompiled headers need.
    set(touchstone_launcher
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${TOUCHSTONE_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${touchstone_launcher})
    set(CMAKE_C_COMPILER_LAUNCHER ${touchstone_launcher})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
    else()
        add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
        # Where CMake would pass it on by -Xclang, ccache would take the checkout's path for something that matters.
        set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)
    endif()
endif()

find_program(TOUCHSTONE_MOLD mold)
if(TOUCHSTONE_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

# Two links at a time would double the memory of the largest executables on a small machine.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS touchstone_link=2)
set(CMAKE_JOB_POOL_LINK touchstone_link)

# Headers cost more than sources here: eight sources at a time take less than half the time of eight.
set(CMAKE_UNITY_BUILD ${TOUCHSTONE_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

set(TOUCHSTONE_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror)
if(TOUCHSTONE_UNITY)
    # A name within a function is no shadow of another source's; `./dev lint tidy-alone` looks at each by itself, with -Wshadow.
    list(APPEND TOUCHSTONE_WARNINGS -Wno-shadow)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # What a class keeps of an anonymous namespace is no fault in a source, which g++ takes for a header here.
        list(APPEND TOUCHSTONE_WARNINGS -Wno-subobject-linkage)
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
    # False alarms of g++ 12 at -O3 in what it has inlined (docs/decisions/0003).
    list(APPEND TOUCHSTONE_WARNINGS -Wno-error=array-bounds -Wno-error=restrict -Wno-error=stringop-overread
         -Wno-error=stringop-overflow)
endif()

if(TOUCHSTONE_SANITIZE)
    list(JOIN TOUCHSTONE_SANITIZE "," touchstone_sanitizers)
    add_compile_options(-fsanitize=${touchstone_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${touchstone_sanitizers})
    if("address" IN_LIST TOUCHSTONE_SANITIZE)
        # AddressSanitizer knows the size of every object; asking a second time costs an eighth of the compilation.
        add_compile_options(-fno-sanitize=object-size)
    endif()
    # Optimizing the tests themselves would double the time that it takes to compile them.
    set(TOUCHSTONE_TEST_OPTIONS -O0)
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    # A quarter less time to compile; what they test keeps its -O2.
    set(TOUCHSTONE_TEST_OPTIONS -O1)
endif()

if(TOUCHSTONE_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "TOUCHSTONE_FUZZ needs clang (libFuzzer); use the preset fuzz")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# The presets asan-ubsan and fuzz are one build; the second name leads to the same folder.
if(TOUCHSTONE_FUZZ AND CMAKE_BINARY_DIR STREQUAL "${CMAKE_SOURCE_DIR}/build/asan-ubsan"
   AND NOT EXISTS ${CMAKE_SOURCE_DIR}/build/fuzz)
    file(CREATE_LINK asan-ubsan ${CMAKE_SOURCE_DIR}/build/fuzz SYMBOLIC)
endif()

find_package(Threads REQUIRED)
