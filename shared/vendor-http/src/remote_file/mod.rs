//! Files at addresses that customers or a vendor name, fetched without trusting the address: by
//! HTTPS, from public hosts, of a bounded size, and of the type that their bytes show.

mod content_type;
mod name;
mod public_address;
mod source;
mod stream;

pub use name::file_name;
pub use source::FileSource;

use crate::upload::FileBody;

/// The largest file that is moved.
pub const LARGEST_FILE: u64 = 20 * 1024 * 1024;

/// A file whose first bytes have arrived.
#[derive(Debug)]
pub struct RemoteFile {
    /// Its type as its bytes show it, e.g. `image/png`.
    pub mime_type: String,
    /// The bytes, the first ones included.
    pub body: FileBody,
    /// Tells after a failed upload whether the file was the reason.
    pub size: SizeWatch,
}

pub use stream::SizeWatch;

/// The reason for which a file cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// Its address is none that is fetched from: not HTTPS, or within a private network.
    #[error("its address is not public")]
    NotAllowed,
    /// It has more than [`LARGEST_FILE`] bytes.
    #[error("it is larger than 20 MB")]
    TooLarge,
    /// The server refused it for good.
    #[error("its server answered {0}")]
    Refused(u16),
    /// The server does not answer now.
    #[error("its server cannot be reached")]
    Unavailable,
}

impl NotFetched {
    /// Returns whether the file may be had later.
    pub fn is_transient(self) -> bool {
        self == Self::Unavailable
    }
}
