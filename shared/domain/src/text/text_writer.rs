//! Writes blocks of text one under the other, indented as the lists and quotes ask
//! that they stand in.

/// Widest indentation that is written, in bytes; what is nested deeper stands there.
/// Without it, a few lines in a very deep quote would become megabytes.
const WIDEST: usize = 24;

#[derive(Default)]
pub(crate) struct TextWriter {
    out: String,
    indents: Vec<Indent>,
    /// The number of them that have their first line behind them: those that come after have not.
    begun: usize,
    in_line: bool,
    /// The next block follows without an empty line between.
    pub(crate) tight: bool,
}

struct Indent {
    /// Before the first line: the bullet.
    first: Option<String>,
    /// Before the others.
    rest: String,
}

impl TextWriter {
    /// Begins something that indents what stands in it.
    pub(crate) fn open(&mut self, first: &str, rest: &str) {
        self.block();
        self.indents.push(Indent { first: Some(first.to_owned()), rest: rest.to_owned() });
    }

    /// Ends it. A bullet with nothing behind it is shown all the same.
    pub(crate) fn close(&mut self) {
        if self.indents.last().is_some_and(|indent| indent.first.is_some()) {
            self.begin_line();
        }
        self.indents.pop();
        self.begun = self.begun.min(self.indents.len());
    }

    /// Begins a block: on a line of its own, after an empty one unless tight.
    pub(crate) fn block(&mut self) {
        // The first block of an item or quote stands behind its bullet.
        if self.out.is_empty() || self.indents.last().is_some_and(|last| last.first.is_some()) {
            return;
        }
        self.line();
        if !self.tight && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Goes on in the next line, if there is something in this one.
    pub(crate) fn line(&mut self) {
        if std::mem::take(&mut self.in_line) {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
        }
    }

    /// Writes text, which may have several lines.
    pub(crate) fn text(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.begin_line();
                self.line();
            }
            if !line.is_empty() {
                self.begin_line();
                self.out.push_str(line);
            }
        }
    }

    /// The place of the next text.
    pub(crate) fn mark(&mut self) -> usize {
        self.begin_line();
        self.out.len()
    }

    /// The text written since a mark.
    pub(crate) fn since(&self, mark: usize) -> &str {
        self.out.get(mark..).unwrap_or_default()
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.out.trim().to_owned()
    }

    fn begin_line(&mut self) {
        if std::mem::replace(&mut self.in_line, true) {
            return;
        }
        let mut width = 0;
        for indent in &self.indents {
            width += indent.rest.len();
            if width > WIDEST {
                break;
            }
            self.out.push_str(indent.first.as_deref().unwrap_or(&indent.rest));
        }
        // Not all of them for each line: there may be more than a hundred thousand.
        for indent in self.indents.iter_mut().skip(self.begun) {
            indent.first = None;
        }
        self.begun = self.indents.len();
    }
}
