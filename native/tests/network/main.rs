//! Hosts on loopback: what one does, the others see. No test waits for time to pass, only for events.

mod crafted;
mod decode;
mod discovery;
mod gossip;
mod host;
mod life;
mod reports;
mod requests;
mod score;
