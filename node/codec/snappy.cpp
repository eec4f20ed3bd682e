#include "node/codec/snappy.h"

#include <snappy-c.h>

namespace touchstone::node::codec {

ByteVector compress(Bytes bytes) {
    std::size_t length = snappy_max_compressed_length(bytes.size());
    ByteVector compressed(length);
    snappy_compress(reinterpret_cast<const char*>(bytes.data()), bytes.size(),
                    reinterpret_cast<char*>(compressed.data()), &length);
    compressed.resize(length);
    return compressed;
}

Result<std::uint64_t> declared_length(Bytes compressed) {
    std::size_t length = 0;
    if (snappy_uncompressed_length(reinterpret_cast<const char*>(compressed.data()), compressed.size(), &length) !=
        SNAPPY_OK) {
        return reject(Clause::ENC_24, "no declared length");
    }
    return length;
}

Result<ByteVector> decompress(Bytes compressed, std::uint64_t limit) {
    NODE_TRY_ASSIGN(declared, declared_length(compressed));
    if (declared > limit) return reject(Clause::ENC_24, "declared length " + std::to_string(declared));
    std::size_t length = declared;
    // A snappy element of 3 bytes makes at most 64: a short input cannot claim a large buffer.
    if (length / 64 > compressed.size())
        return reject(Clause::ENC_24, "declared length beyond what the input can make");
    ByteVector bytes(length);
    if (snappy_uncompress(reinterpret_cast<const char*>(compressed.data()), compressed.size(),
                          reinterpret_cast<char*>(bytes.data()), &length) != SNAPPY_OK ||
        length != bytes.size()) {
        return reject(Clause::ENC_24, "not a snappy payload of the declared length");
    }
    return bytes;
}

}  // namespace touchstone::node::codec
