# Runs cargo once for all build directories and puts the archive of blst beside its results.
# Arguments (-D): CARGO, RUSTC, MANIFEST, TARGET_DIR, STAMP.

set(ENV{RUSTC} "${RUSTC}")
set(ENV{CARGO_TARGET_DIR} "${TARGET_DIR}")
# What a surrounding build exports for C++ does not belong into the C of the Rust crates.
foreach(variable CFLAGS CXXFLAGS LDFLAGS RUSTFLAGS CARGO_BUILD_TARGET)
    unset(ENV{${variable}})
endforeach()

execute_process(
    COMMAND "${CARGO}" build --release --locked --manifest-path "${MANIFEST}" --message-format json-render-diagnostics
    OUTPUT_VARIABLE messages
    RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "cargo build of native/ failed (${code})")
endif()

# The dynamic library hides blst's C symbols, so ThreadSanitizer builds link blst's own archive.
if(NOT messages MATCHES "\"out_dir\":\"([^\"]*/blst-[0-9a-f]+/out)\"")
    message(FATAL_ERROR "cargo did not name the folder in which it built blst")
endif()
set(blst_archive "${CMAKE_MATCH_1}/libblst.a")
execute_process(COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${blst_archive}" "${TARGET_DIR}/release/libblst.a"
    COMMAND_ERROR_IS_FATAL ANY)
file(TOUCH "${STAMP}")
