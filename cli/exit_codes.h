// What the program's exit tells. Documented in docs/command-line.md, docs/devnet.md and docs/genesis.md.
#pragma once

namespace touchstone::cli {

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitFailure = 1;  // what was asked for was tried and did not succeed
inline constexpr int kExitUsage = 2;    // what was asked for makes no sense: options or files given

}  // namespace touchstone::cli
