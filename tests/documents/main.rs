//! The documents: every document, anchor and file that code and documents cite exists.

#![cfg(test)]

mod citations;
mod markdown;
mod references;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::markdown::{anchors, links};

/// Endings of the files that may cite documents.
const CITING: [&str; 7] = ["rs", "md", "yaml", "toml", "py", "json", "sh"];

/// Folders that hold nothing of the repository's own.
const NOT_OURS: [&str; 6] =
    ["target", ".git", ".aws-sam", ".venv", ".venv-checkov", "node_modules"];

/// The text files of the repository, by path relative to its root.
struct Repository {
    root: PathBuf,
    files: BTreeMap<PathBuf, String>,
}

impl Repository {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut repository = Self { root, files: BTreeMap::new() };
        repository.add_folder(Path::new(""));
        repository
    }

    fn add_folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(self.root.join(folder)).expect("the folder can be read") {
            let entry = entry.expect("the entry can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            if entry.file_type().expect("the entry has a type").is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    self.add_folder(&path);
                }
            } else if CITING.iter().any(|ending| path.extension().is_some_and(|it| it == *ending)) {
                let text = std::fs::read_to_string(self.root.join(&path)).expect("it is text");
                self.files.insert(path, text);
            }
        }
    }

    fn documents(&self) -> impl Iterator<Item = (&PathBuf, &String)> {
        self.files.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "md"))
    }

    /// Returns why a citation leads nowhere, if it does.
    fn problem(&self, path: &Path, anchor: Option<&str>) -> Option<String> {
        if !self.root.join(path).exists() {
            return Some("there is no such file".to_owned());
        }
        let anchor = anchor?;
        let known: BTreeSet<_> = anchors(self.files.get(path)?).collect();
        (!known.contains(anchor)).then(|| format!("{} has no such heading", path.display()))
    }
}

/// Resolves `..` and `.` in a path relative to the root.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path {
        match part.to_str() {
            Some("..") => drop(parts.pop()),
            Some(".") => {}
            _ => parts.push(part),
        }
    }
    parts
}

#[test]
fn links_between_documents_lead_somewhere() {
    let repository = Repository::read();
    let mut broken = Vec::new();
    for (document, text) in repository.documents() {
        for link in links(text).filter(|link| !link.contains(':')) {
            let (path, anchor) = link.split_once('#').map_or((link, None), |(p, a)| (p, Some(a)));
            let folder = document.parent().unwrap_or(Path::new(""));
            let path = if path.is_empty() { document.clone() } else { folder.join(path) };
            if let Some(problem) = repository.problem(&normalized(&path), anchor) {
                broken.push(format!("{}: {link}: {problem}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn documents_and_files_that_are_cited_exist() {
    let repository = Repository::read();
    let mut broken = Vec::new();
    for (file, text) in &repository.files {
        for (line, citation) in citations::of(text) {
            if let Some(problem) = repository.problem(Path::new(citation.path), citation.anchor) {
                broken.push(format!("{}:{line}: {}: {problem}", file.display(), citation.path));
            }
        }
    }
    assert!(broken.is_empty(), "broken citations:\n{}", broken.join("\n"));
}

#[test]
fn documents_that_are_named_exist() {
    let repository = Repository::read();
    let known: BTreeSet<_> =
        repository.documents().filter_map(|(path, _)| path.file_name()).collect();
    let mut unknown = Vec::new();
    for (file, text) in &repository.files {
        for (line, name) in citations::bare_names(text) {
            if !known.contains(std::ffi::OsStr::new(name)) {
                unknown.push(format!("{}:{line}: {name}", file.display()));
            }
        }
    }
    assert!(unknown.is_empty(), "documents that do not exist:\n{}", unknown.join("\n"));
}
