//! Ed25519 verification by dalek. The chain's own rule (canonical encodings, no small-order points) is checked by the
//! callers, each side for itself; these exports are the curve arithmetic.

use crate::error::{guard, INVALID_ARGUMENT, PANIC};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};

const VALID: i32 = 1;
const INVALID: i32 = 0;

/// # Safety
/// The pointers must be readable for 32, 64 and `length` bytes; `message` may be null when `length` is 0.
unsafe fn verify(
    public_key: *const u8,
    signature: *const u8,
    message: *const u8,
    length: usize,
    check: impl FnOnce(&VerifyingKey, &[u8], &Signature) -> bool,
) -> i32 {
    guard(PANIC, || {
        if public_key.is_null() || signature.is_null() || (message.is_null() && length != 0) {
            return INVALID_ARGUMENT;
        }
        // SAFETY: not null, and the caller promises the lengths.
        let (key, signature, message) = unsafe {
            (
                &*public_key.cast::<[u8; 32]>(),
                &*signature.cast::<[u8; 64]>(),
                if length == 0 { &[] } else { std::slice::from_raw_parts(message, length) },
            )
        };
        let Ok(key) = VerifyingKey::from_bytes(key) else { return INVALID };
        if check(&key, message, &Signature::from_bytes(signature)) {
            VALID
        } else {
            INVALID
        }
    })
}

/// Strict verification: cofactorless, and refuses small-order public keys and commitments.
///
/// # Safety
/// See `verify`.
#[no_mangle]
pub unsafe extern "C" fn ts_ed25519_verify_strict(
    public_key: *const u8,
    signature: *const u8,
    message: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: the caller's promise is passed on.
    unsafe {
        verify(public_key, signature, message, length, |key, message, signature| {
            key.verify_strict(message, signature).is_ok()
        })
    }
}

/// Cofactorless verification without the small-order rule of `ts_ed25519_verify_strict`.
///
/// # Safety
/// See `verify`.
#[no_mangle]
pub unsafe extern "C" fn ts_ed25519_verify_cofactorless(
    public_key: *const u8,
    signature: *const u8,
    message: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: the caller's promise is passed on.
    unsafe {
        verify(public_key, signature, message, length, |key, message, signature| key.verify(message, signature).is_ok())
    }
}
