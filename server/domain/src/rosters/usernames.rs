//! The usernames of a school while an import gives them out and moves them. Whoever moves to
//! another name leaves their own free for somebody else of the same import, be it in a chain or
//! in a ring: so the same file finds nothing to change a second time.

use std::collections::{HashMap, HashSet};

use crate::people::username_base;

use super::names::LONGEST_USERNAME;

/// The name that somebody has, and another that they are to have.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) has: Option<String>,
    /// None where nothing is to change.
    pub(super) wants: Option<String>,
}

/// The usernames of a school while an import adds to them.
#[derive(Debug, Default)]
pub(super) struct Usernames {
    taken: HashSet<String>,
    asked_for: HashSet<String>,
}

impl Usernames {
    pub(super) fn new(taken: HashSet<String>, asked_for: HashSet<String>) -> Self {
        Self { taken, asked_for }
    }

    /// Takes what was wished for where it is free, or becomes free by another wish that comes
    /// true; where several want one name, the first of them has it. Says of each wish whether it
    /// came true.
    pub(super) fn settle(&mut self, wishes: &[Wish]) -> Vec<bool> {
        let mut came_true = vec![false; wishes.len()];
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (at, wish) in wishes.iter().enumerate() {
            if let Some(name) = wish.wants.as_deref() {
                first.entry(name).or_insert(at);
            }
        }
        let is_free = |name: &&str| !self.taken.contains(*name);
        let mut free: Vec<&str> = first.keys().copied().filter(is_free).collect();
        while let Some(name) = free.pop() {
            let Some(at) = first.get(name).copied() else {
                continue;
            };
            came_true[at] = true;
            self.taken.insert(name.to_owned());
            if let Some(had) = wishes[at].has.as_deref() {
                self.taken.remove(had);
                free.push(had);
            }
        }
        grant_rings(wishes, &mut came_true);
        came_true
    }

    /// Takes a name made from a person's names.
    pub(super) fn take_for(&mut self, given: &str, family: &str) -> String {
        self.take_like(&username_base(given, family))
    }

    /// Takes a name like `name`, leaving alone what the file asks for elsewhere.
    pub(super) fn take_like(&mut self, name: &str) -> String {
        let free = free_username(name, |name| {
            self.taken.contains(name) || self.asked_for.contains(name)
        });
        self.taken.insert(free.clone());
        free
    }
}

/// Lets those change who want each other's names all around. No name becomes free by that.
fn grant_rings(wishes: &[Wish], came_true: &mut [bool]) {
    let holders: HashMap<&str, usize> = wishes
        .iter()
        .enumerate()
        .filter(|(at, wish)| !came_true[*at] && wish.wants.is_some())
        .filter_map(|(at, wish)| Some((wish.has.as_deref()?, at)))
        .collect();
    let holder_for = |at: usize| {
        let name = wishes[at].wants.as_deref()?;
        holders.get(name).copied()
    };
    // From which start each was come by.
    let mut passed: Vec<Option<usize>> = vec![None; wishes.len()];
    for start in 0..wishes.len() {
        let mut next = Some(start);
        while let Some(at) = next
            && passed[at].is_none()
        {
            passed[at] = Some(start);
            next = holder_for(at);
        }
        let mut ring = next.filter(|at| passed[*at] == Some(start));
        while let Some(at) = ring
            && !came_true[at]
        {
            came_true[at] = true;
            ring = holder_for(at);
        }
    }
}

/// `name`, or the first of "name2", "name3" and so on that is free.
fn free_username(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    let stem: String = name.chars().take(LONGEST_USERNAME - 8).collect();
    let mut number: u64 = 2;
    loop {
        let candidate = format!("{stem}{number}");
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settles wishes in a school where the names that somebody has are taken, and "kept" is.
    fn settled(wishes: &[(&str, &str)]) -> Vec<bool> {
        let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let wishes: Vec<Wish> = wishes
            .iter()
            .map(|(has, wants)| Wish {
                has: some(has),
                wants: some(wants),
            })
            .collect();
        let mut taken: HashSet<String> =
            wishes.iter().filter_map(|wish| wish.has.clone()).collect();
        taken.insert("kept".to_owned());
        Usernames::new(taken, HashSet::new()).settle(&wishes)
    }

    #[test]
    fn a_generated_username_leaves_alone_what_the_file_asks_for() {
        let mut names = Usernames::new(
            HashSet::from(["asmith".to_owned()]),
            HashSet::from(["asmith2".to_owned()]),
        );
        let wants = |name: &str| Wish {
            has: None,
            wants: Some(name.to_owned()),
        };
        assert_eq!(names.settle(&[wants("asmith")]), [false]);
        assert_eq!(names.take_like("asmith"), "asmith3");
        assert_eq!(names.settle(&[wants("asmith2")]), [true]);
    }

    #[test]
    fn a_name_that_is_given_up_goes_to_the_first_who_wants_it() {
        let chain = settled(&[("", "a"), ("a", "b"), ("b", "c"), ("", "a"), ("", "c")]);
        assert_eq!(chain, [true, true, true, false, false]);
        let later = settled(&[("", "c"), ("b", "c"), ("a", "b"), ("", "a")]);
        assert_eq!(later, [true, false, false, false]);
    }

    #[test]
    fn names_go_round_in_a_ring_and_nobody_outside_has_one_of_them() {
        let ring = settled(&[("", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("d", "c")]);
        assert_eq!(ring, [false, true, true, true, false]);
    }

    #[test]
    fn who_waits_for_a_name_that_is_kept_lets_nobody_have_theirs() {
        let stuck = settled(&[("a", "kept"), ("b", "a"), ("", "b"), ("e", "")]);
        assert_eq!(stuck, [false; 4]);
    }
}
