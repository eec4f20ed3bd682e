// The custom types of the protocol [TYP-02], and its hash function [CRY-01].
#pragma once

#include "crypto/sha256.h"
#include "reference/base/arithmetic.h"
#include "reference/base/bytes.h"
#include "reference/generated/constants.h"
#include "reference/generated/parameters.h"

namespace touchstone::reference {

using Slot = Quantity<struct SlotTag>;
using Epoch = Quantity<struct EpochTag>;
using CommitteeIndex = Quantity<struct CommitteeIndexTag>;
using ValidatorIndex = Quantity<struct ValidatorIndexTag>;
/// In grains; 1 TST = 10^9 grains.
using Amount = Quantity<struct AmountTag>;

using Root = FixedBytes<32, struct RootTag>;
using Hash = FixedBytes<32, struct HashTag>;
using Address = FixedBytes<32, struct AddressTag>;
using Bytes32 = FixedBytes<32, struct Bytes32Tag>;
using Bytes64 = FixedBytes<64, struct Bytes64Tag>;
using Domain = FixedBytes<32, struct DomainTag>;
using BLSPubkey = FixedBytes<48, struct BLSPubkeyTag>;
using BLSSignature = FixedBytes<96, struct BLSSignatureTag>;
using Version = FixedBytes<4, struct VersionTag>;
using DomainType = FixedBytes<4, struct DomainTypeTag>;
using ForkDigest = FixedBytes<4, struct ForkDigestTag>;
using ParticipationFlags = std::uint8_t;

/// [CRY-01] H.
inline Hash hash(ByteView message) { return Hash{crypto::sha256_botan(message)}; }

}  // namespace touchstone::reference
