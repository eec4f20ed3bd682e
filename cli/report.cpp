#include "cli/report.h"

#include <iostream>

#include "cli/exit_codes.h"

namespace touchstone::cli {

int report(const Fault& fault) {
    std::cout.flush();
    std::cerr << "touchstone: " << fault.text << '\n';
    return fault.kind == FaultKind::Configuration || fault.kind == FaultKind::Keys ? kExitUsage : kExitFailure;
}

}  // namespace touchstone::cli
