// The entry of one libFuzzer program; TOUCHSTONE_FUZZ_TARGET names the target.
#include <cstdlib>
#include <iostream>

#include "fuzz/agreement.h"
#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const touchstone::fuzz::Target* const target = touchstone::fuzz::find_target(TOUCHSTONE_FUZZ_TARGET);
    try {
        target->run({data, size});
    } catch (const std::exception& finding) {
        std::cerr << finding.what() << '\n';
        std::abort();
    }
    return 0;
}

/// The node's tree holds pointers at addresses that are multiples of four, where they are not looked for otherwise.
extern "C" const char* __lsan_default_options();                               // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_options() { return "use_unaligned=1"; }  // NOLINT(bugprone-reserved-identifier)
