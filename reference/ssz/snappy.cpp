#include "reference/ssz/snappy.h"

#include <snappy.h>

namespace touchstone::reference::ssz {

Bytes compress(ByteView bytes) {
    Bytes payload(snappy::MaxCompressedLength(bytes.size()));
    std::size_t length = 0;
    snappy::RawCompress(reinterpret_cast<const char*>(bytes.data()), bytes.size(),
                        reinterpret_cast<char*>(payload.data()), &length);
    payload.resize(length);
    return payload;
}

Result<Bytes> decompress(ByteView payload, std::uint64_t limit) {
    const char* const data = reinterpret_cast<const char*>(payload.data());
    std::size_t length = 0;
    REQUIRE(snappy::GetUncompressedLength(data, payload.size(), &length), Clause::ENC_24);
    REQUIRE(length <= limit, Clause::ENC_24);
    Bytes bytes(length);
    REQUIRE(snappy::RawUncompress(data, payload.size(), reinterpret_cast<char*>(bytes.data())), Clause::ENC_24);
    return bytes;
}

}  // namespace touchstone::reference::ssz
