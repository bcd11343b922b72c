//! The process that holds a port, as far as this system tells.

use std::fs;
use std::path::Path;

/// State of a socket that listens, in `/proc/net/tcp`.
const LISTENS: &str = "0A";

/// Returns the name and id of the process that listens on a port, where `/proc` tells it.
pub(crate) fn holder(port: u16) -> Option<String> {
    let sockets = fs::read_to_string("/proc/net/tcp").ok()?;
    let target = format!("socket:[{}]", inode(&sockets, port)?);
    let processes = fs::read_dir("/proc").ok()?.flatten();
    // Beside the processes by number there is `self`.
    let mut numbered = processes.map(|process| process.path()).filter(|path| is_number(path));
    let holder = numbered.find(|path| has_open(path, &target))?;
    let name = fs::read_to_string(holder.join("comm")).ok()?;
    Some(format!("{} (process {})", name.trim(), holder.file_name()?.to_str()?))
}

fn is_number(process: &Path) -> bool {
    let name = process.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}

fn has_open(process: &Path, target: &str) -> bool {
    let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_link(file.path()).ok()).any(|link| link == Path::new(target))
}

fn inode(sockets: &str, port: u16) -> Option<&str> {
    let suffix = format!(":{port:04X}");
    sockets.lines().find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let is_it = columns.get(1)?.ends_with(&suffix) && *columns.get(3)? == LISTENS;
        if is_it { columns.get(9).copied() } else { None }
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_process_that_listens_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let found = holder(port).unwrap();
        assert!(found.contains(&format!("process {}", std::process::id())), "{found}");
        drop(listener);
        assert_eq!(holder(port), None);
    }
}
