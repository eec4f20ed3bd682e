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
