//! Lines and columns of places in a text.

/// Where in a text what is: a table of where its lines begin, and of every so many letters within a long one, so that finding a
/// place takes the same time wherever it is.
pub(crate) struct Lines<'a> {
    text: &'a str,
    /// Position, line and column, both from 1.
    marks: Vec<(usize, u32, u32)>,
}

/// Letters between two marks of one line.
const STRIDE: u32 = 256;

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let mut marks = vec![(0, 1, 1)];
        let (mut line, mut column, mut since) = (1_u32, 1_u32, 0);
        for (position, letter) in text.char_indices() {
            if letter == '\n' {
                (line, column, since) = (line.saturating_add(1), 1, 0);
                marks.push((position + 1, line, column));
                continue;
            }
            (column, since) = (column.saturating_add(1), since + 1);
            if since == STRIDE {
                since = 0;
                marks.push((position + letter.len_utf8(), line, column));
            }
        }
        Self { text, marks }
    }

    /// Line and column, both from 1; columns count letters.
    pub(crate) fn place(&self, position: usize) -> (u32, u32) {
        let after = self.marks.partition_point(|(start, _, _)| *start <= position);
        let (start, line, column) = self.marks.get(after.saturating_sub(1)).copied().unwrap_or((0, 1, 1));
        let letters = self.text.get(start..position).map_or(0, |between| between.chars().count());
        (line, column.saturating_add(u32::try_from(letters).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, STRIDE};

    #[test]
    fn a_place_is_found_in_long_lines_and_among_many() {
        let long = "ä".repeat(3 * STRIDE as usize + 7);
        let text = format!("first\n{long}\nthird ö x");
        let lines = Lines::of(&text);
        for (position, letter) in text.char_indices() {
            let before = &text[..position];
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            let expected = (u32::try_from(line).unwrap(), u32::try_from(column).unwrap());
            assert_eq!(lines.place(position), expected, "{letter:?} at {position}");
        }
    }

    /// Looking up a place counts at most one stride of letters: reading a file is linear, however its lines are.
    #[test]
    fn marks_are_never_far_apart() {
        let text = format!("{}\n{}", "x".repeat(100_000), "y\n".repeat(1_000));
        let lines = Lines::of(&text);
        let starts: Vec<usize> = lines.marks.iter().map(|(start, _, _)| *start).chain([text.len()]).collect();
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] <= STRIDE as usize + 1));
        assert!(lines.marks.len() < 2_000);
    }
}
