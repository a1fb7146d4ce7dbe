//! The difference of two texts, line by line: the longest common lines stay, everything
//! else was removed or added. The texts have some hundred lines, so the plain table of
//! the textbook is quick enough and needs no library.

use vocab::policies::DiffLine;

/// From `old` to `new`, in reading order.
pub fn difference(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let longest = common_from(&old, &new);
    let (mut at_old, mut at_new) = (0, 0);
    let mut lines = Vec::with_capacity(old.len().max(new.len()));
    while at_old < old.len() || at_new < new.len() {
        let is_same = at_old < old.len() && at_new < new.len() && old[at_old] == new[at_new];
        if is_same {
            lines.push(DiffLine::Same(old[at_old].to_owned()));
            at_old += 1;
            at_new += 1;
        } else if at_new == new.len()
            || (at_old < old.len() && longest[at_old + 1][at_new] >= longest[at_old][at_new + 1])
        {
            lines.push(DiffLine::Removed(old[at_old].to_owned()));
            at_old += 1;
        } else {
            lines.push(DiffLine::Added(new[at_new].to_owned()));
            at_new += 1;
        }
    }
    lines
}

/// How many lines the rest of both texts have in common, from each pair of lines on.
fn common_from(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut longest = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for at_old in (0..old.len()).rev() {
        for at_new in (0..new.len()).rev() {
            longest[at_old][at_new] = if old[at_old] == new[at_new] {
                longest[at_old + 1][at_new + 1] + 1
            } else {
                longest[at_old + 1][at_new].max(longest[at_old][at_new + 1])
            };
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rebuilt(lines: &[DiffLine], is_new: bool) -> Vec<String> {
        lines
            .iter()
            .filter_map(|line| match line {
                DiffLine::Same(text) => Some(text.clone()),
                DiffLine::Added(text) => is_new.then(|| text.clone()),
                DiffLine::Removed(text) => (!is_new).then(|| text.clone()),
            })
            .collect()
    }

    #[test]
    fn a_changed_line_is_removed_and_added_and_the_rest_stays() {
        assert_eq!(
            difference("one\ntwo\nthree\n", "one\n2\nthree\nfour\n"),
            [
                DiffLine::Same("one".to_owned()),
                DiffLine::Removed("two".to_owned()),
                DiffLine::Added("2".to_owned()),
                DiffLine::Same("three".to_owned()),
                DiffLine::Added("four".to_owned()),
            ]
        );
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_out_of_their_difference(
            old in proptest::collection::vec("[abc]", 0..12),
            new in proptest::collection::vec("[abc]", 0..12),
        ) {
            let lines = difference(&old.join("\n"), &new.join("\n"));
            prop_assert_eq!(rebuilt(&lines, false), old);
            prop_assert_eq!(rebuilt(&lines, true), new);
        }
    }
}
