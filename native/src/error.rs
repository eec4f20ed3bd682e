//! Status codes of the exports, the text of the last error of this thread, and the panic guard around every export.

use std::cell::RefCell;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Result codes shared by all exports; the header documents them.
pub const OK: i32 = 0;
pub const INVALID_ARGUMENT: i32 = -1;
pub const PANIC: i32 = -2;

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
