//! Text in columns, for people.

use std::io::{self, Write};

/// Longest text of a cell; what is longer is cut.
const WIDEST: usize = 60;

/// Writes rows under a heading, each column as wide as it needs to be.
pub(crate) fn write<const N: usize>(
    out: &mut (dyn Write + Send),
    heading: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let heading = heading.map(str::to_owned);
    let rows: Vec<[String; N]> = std::iter::once(&heading).chain(rows).map(shown).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn shown<const N: usize>(row: &[String; N]) -> [String; N] {
    row.clone().map(|cell| {
        // What comes from outside must not move the terminal's cursor.
        let cell: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match cell.chars().count() {
            0 => "-".to_owned(),
            1..=WIDEST => cell,
            _ => cell.chars().take(WIDEST - 1).chain(['…']).collect(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_long_or_wild_cells_are_tamed() {
        let mut out = Vec::new();
        let rows =
            [["a\u{1b}[2J".to_owned(), "x".repeat(70)], ["longer".to_owned(), String::new()]];
        write(&mut out, ["ID", "ERROR"], &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = format!("ID      ERROR\na [2J   {}…\nlonger  -\n", "x".repeat(59));
        assert_eq!(text, expected);
    }
}
