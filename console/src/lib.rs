//! The bridge as people see it: the page in the browser, and short lines on a terminal.

mod clock;
mod guard;
mod live;
mod log_line;
mod page;
mod server;

pub use clock::{date_and_time, time_of_day};
pub use guard::{Token, only_local};
pub use live::Live;
pub use log_line::{is_echo, short_line};
pub use page::Mode;
pub use server::console;
