//! The bytes of a file while they are passed on, counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Bytes, BytesMut};
use futures::stream::{self, StreamExt};
use reqwest::Response;

use super::content_type::{self, ENOUGH};
use super::{LARGEST_FILE, NotFetched, RemoteFile};
use crate::upload::FileBody;

/// Tells whether a file turned out to be too large while it was read.
#[derive(Clone, Debug, Default)]
pub struct SizeWatch(Arc<AtomicBool>);

impl SizeWatch {
    /// Returns whether the file had more than [`LARGEST_FILE`] bytes.
    pub fn is_exceeded(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Reads the first bytes of an answer, and passes the others on as they arrive.
pub(super) async fn read(mut response: Response) -> Result<RemoteFile, NotFetched> {
    let length = response.content_length();
    if length.is_some_and(|length| length > LARGEST_FILE) {
        return Err(NotFetched::TooLarge);
    }
    let mut first = BytesMut::new();
    let mut is_whole = false;
    while first.len() < ENOUGH && !is_whole {
        match response.chunk().await {
            Ok(Some(chunk)) => first.extend_from_slice(&chunk),
            Ok(None) => is_whole = true,
            Err(_) => return Err(NotFetched::Unavailable),
        }
    }
    let mime_type = content_type::of(&first).to_owned();
    let (first, size) = (first.freeze(), SizeWatch::default());
    if is_whole {
        return Ok(RemoteFile { mime_type, body: FileBody::bytes(first), size });
    }
    let body = FileBody::stream(counted(first, response, size.clone()), length);
    Ok(RemoteFile { mime_type, body, size })
}

/// The chunks of a file; more than the largest number of bytes are an error.
fn counted(
    first: Bytes,
    response: Response,
    size: SizeWatch,
) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static {
    let rest = response.bytes_stream().map(|chunk| chunk.map_err(io::Error::other));
    let chunks = stream::once(async move { Ok(first) }).chain(rest);
    let mut read = 0;
    chunks.map(move |chunk| {
        let chunk = chunk?;
        read += chunk.len() as u64;
        if read > LARGEST_FILE {
            size.0.store(true, Ordering::Relaxed);
            return Err(io::Error::other("the file is too large"));
        }
        Ok(chunk)
    })
}
