#include "cli/genesis/example.h"

namespace touchstone::cli {

const std::string_view kGenesisExample = R"toml(# What a chain begins from. Make the file that nodes read with
#
#     touchstone genesis --input genesis.toml --output genesis.json
#
# The same input gives the same output, byte for byte, so everybody who takes part can make it and compare.

# The parameters to begin from: "mainnet" or "minimal" (short epochs, for trials). spec/data/parameters.toml has them all.
preset = "minimal"

# When slot 0 begins: a time with its zone, milliseconds since 1970, or "+10s" for ten seconds from now (for trials: the
# output then depends on the clock).
genesis_time = 2027-01-31T12:00:00Z

# 32 bytes from which the first committees are drawn. On a chain that matters take something that nobody could choose to
# his liking, such as the hash of another chain's block, announced beforehand. Left out, --derive-seed computes it from
# the rest of this file.
seed = "0x5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed"

# Single parameters that differ from the preset. They become part of the chain's identity.
[parameters]
SLOT_DURATION_MS = 2000

# INSECURE: validators whose keys anybody can compute from their index, for development networks. Their indices are 0 to
# count - 1; the nodes get them with --dev-validators. Stakes are texts in TST, or whole numbers of grains
# (1 TST = 1000000000 grains). Of what a validator earns, its operator takes the commission, and all who hold a part of
# its stake share the rest: in basis points, 10000 of which are all. Left out, it is 0.
[development_validators]
count = 8
stake = "32"
commission = 500

# INSECURE: accounts whose keys anybody can compute from their index, for development networks, each with the same
# balance: a text in TST, or a whole number of grains. Account i is also the operator of development validator i: it gets
# the tips of its blocks, holds its stake, and claims its commission.
[development_accounts]
count = 8
balance = "1000"

# Validators of operators, who send you these four values. operator is the address that owns the stake;
# proof_of_possession shows that the operator has the key's secret, and names the address.
#
# [[validators]]
# pubkey = "0x…"                 # 48 bytes
# operator = "tst1…"             # or 0x and 32 bytes
# stake = "4096"
# commission = 500               # basis points; 0 if left out
# proof_of_possession = "0x…"    # 96 bytes

# Accounts that have something from the first slot on, in any order. All others begin with the first grain that they get.
#
# [[accounts]]
# address = "tst1…"              # or 0x and 32 bytes
# balance = "250.5"
)toml";

}  // namespace touchstone::cli
