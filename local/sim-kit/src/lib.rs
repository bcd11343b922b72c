//! Shared parts of the vendor simulators: a server on 127.0.0.1 whose connections can be dropped,
//! the log of its calls, fault injection, and the control routes that both simulators have.
//!
//! A simulator implements [`Simulator`] and puts [`gate`] in front of its routes:
//!
//! 1. The call is written to the log ([`Traffic::calls`]).
//! 2. [`Simulator::authenticate`] and [`Simulator::authorize`] admit or reject it.
//! 3. A scheduled [`Fault`] is applied, before or after the effect.
//! 4. The observer ([`Traffic::observe`]) is called right before and right after the effect.

mod call_log;
pub mod clock;
pub mod control;
mod droppable_connection;
mod fault_injection;
mod gate;
pub mod millis;
mod rolling_window;
mod server;
pub mod standalone;
mod traffic;

pub use call_log::{Call, Moment};
pub use fault_injection::{Answer, Fault, FaultKind, Injected};
pub use gate::{Simulator, gate};
pub use rolling_window::RollingWindow;
pub use server::{Server, http_client, lock};
pub use traffic::Traffic;
