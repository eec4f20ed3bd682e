//! Status codes of the exports, the text of the last error of this thread, and the panic guard around every export.

use std::cell::RefCell;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Result codes shared by all exports; the header documents them.
pub const OK: i32 = 0;
pub const INVALID_ARGUMENT: i32 = -1;
pub const PANIC: i32 = -2;
pub const STOPPED: i32 = -3;
pub const BUSY: i32 = -4;
pub const TOO_LARGE: i32 = -5;
pub const UNKNOWN: i32 = -6;
pub const ADDRESS_IN_USE: i32 = -7;
pub const IO: i32 = -8;

/// A result code with the text for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: i32,
    pub text: String,
}

impl Error {
    pub fn new(code: i32, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.text, self.code)
    }
}

impl std::error::Error for Error {}

thread_local! {
    static LAST_ERROR: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Remembers the text that `ts_last_error` gives to this thread.
pub fn set_last_error(text: impl Into<String>) {
    LAST_ERROR.with(|slot| *slot.borrow_mut() = text.into());
}

/// Runs the body of an export; a panic becomes `on_panic` and a text, and never crosses into C.
pub fn guard<T>(on_panic: T, body: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(payload) => {
            let text = payload
                .downcast_ref::<&str>()
                .map(|s| (*s).to_owned())
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "panic without a text".to_owned());
            set_last_error(format!("internal error in the native library: {text}"));
            on_panic
        }
    }
}

/// Copies the text of the last error of this thread, NUL-terminated and cut to the capacity; returns its full length.
///
/// # Safety
/// `buffer` must be writable for `capacity` bytes, or null with capacity 0.
#[no_mangle]
pub unsafe extern "C" fn ts_last_error(buffer: *mut u8, capacity: usize) -> usize {
    guard(0, || {
        LAST_ERROR.with(|slot| {
            let text = slot.borrow();
            if !buffer.is_null() && capacity > 0 {
                let copied = text.len().min(capacity - 1);
                // SAFETY: the caller promises `capacity` writable bytes, and `copied` is below it.
                unsafe {
                    std::ptr::copy_nonoverlapping(text.as_ptr(), buffer, copied);
                    *buffer.add(copied) = 0;
                }
            }
            text.len()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_error() -> String {
        let mut buffer = [0xFF; 64];
        // SAFETY: the buffer is as long as said.
        let length = unsafe { ts_last_error(buffer.as_mut_ptr(), buffer.len()) };
        assert_eq!(buffer[length], 0);
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn a_panic_becomes_the_given_value_and_a_text() {
        assert_eq!(guard(PANIC, || panic!("broken {}", 7)), PANIC);
        assert_eq!(last_error(), "internal error in the native library: broken 7");
    }

    #[test]
    fn the_text_is_cut_to_the_buffer() {
        set_last_error("abcdef");
        let mut buffer = [0xFF; 4];
        // SAFETY: the buffer is as long as said.
        assert_eq!(unsafe { ts_last_error(buffer.as_mut_ptr(), 4) }, 6);
        assert_eq!(&buffer, b"abc\0");
    }
}
