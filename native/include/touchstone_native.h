/* SPDX-License-Identifier: Apache-2.0
 *
 * The C interface of the Rust library: strict Ed25519 and libp2p.
 *
 * Rules of every function:
 * - Pointers are borrowed for the call only; what comes back is copied into buffers of the caller. A pointer may be
 *   null only where its length is 0.
 * - Nothing throws or unwinds: a panic inside becomes TS_PANIC.
 * - Any function may be called from any thread; ts_last_error speaks of the calling thread alone.
 */
#ifndef TOUCHSTONE_NATIVE_H
#define TOUCHSTONE_NATIVE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Codes shared by the functions that return int32_t; values above 0 are said with each function. */
#define TS_OK 0
#define TS_INVALID_ARGUMENT (-1) /* a null pointer, a length out of range, text that is not UTF-8 */
#define TS_PANIC (-2)            /* a defect of this library; the text says where */

/* Copies the text of the last error of this thread into `buffer`, NUL-terminated and cut to `capacity`.
 * Returns the length of the whole text without the NUL (0: no error yet). */
size_t ts_last_error(char* buffer, size_t capacity);

/* ------------------------------------------------------------------------------------------------ Ed25519 (dalek)
 * Both return 1 (valid), 0 (invalid), TS_INVALID_ARGUMENT or TS_PANIC. The checks that the chain adds to RFC 8032
 * are the caller's. */

/* Cofactorless equation; S below the group order; public key and R must not be of small order. */
int32_t ts_ed25519_verify_strict(const uint8_t public_key[32], const uint8_t signature[64], const uint8_t* message,
                                 size_t length);

/* Cofactorless equation; S below the group order; points of small order are let through. */
int32_t ts_ed25519_verify_cofactorless(const uint8_t public_key[32], const uint8_t signature[64],
                                       const uint8_t* message, size_t length);

#ifdef __cplusplus
}
#endif

#endif
