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

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    fn strict(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> i32 {
        // SAFETY: arrays of the right lengths.
        unsafe { ts_ed25519_verify_strict(key.as_ptr(), signature.as_ptr(), message.as_ptr(), message.len()) }
    }

    fn cofactorless(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> i32 {
        // SAFETY: arrays of the right lengths.
        unsafe { ts_ed25519_verify_cofactorless(key.as_ptr(), signature.as_ptr(), message.as_ptr(), message.len()) }
    }

    #[test]
    fn a_signature_verifies_and_a_changed_message_does_not() {
        let signer = SigningKey::from_bytes(&[3; 32]);
        let (key, signature) = (signer.verifying_key().to_bytes(), signer.sign(b"message").to_bytes());
        assert_eq!(strict(&key, &signature, b"message"), VALID);
        assert_eq!(cofactorless(&key, &signature, b"message"), VALID);
        assert_eq!(strict(&key, &signature, b"massage"), INVALID);
        assert_eq!(cofactorless(&key, &signature, b"massage"), INVALID);
    }

    #[test]
    fn only_the_strict_one_refuses_the_neutral_point() {
        // Key and R are the neutral point and S is 0: the equation holds for every message.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert_eq!(cofactorless(&neutral, &signature, b"anything"), VALID);
        assert_eq!(strict(&neutral, &signature, b"anything"), INVALID);
    }

    #[test]
    fn null_pointers_are_refused() {
        // SAFETY: null is what is tested.
        let result = unsafe { ts_ed25519_verify_strict(std::ptr::null(), [0; 64].as_ptr(), std::ptr::null(), 0) };
        assert_eq!(result, INVALID_ARGUMENT);
    }
}
