//! The Rust side of Touchstone behind a C header (`include/touchstone_native.h`): no decision of the protocol lives here.

pub mod ed25519;
pub mod error;
pub mod network;

// C++ calls blst's own C symbols; naming the crate keeps them in the static archive.
use blst as _;
