//! What the page of an undone import says: an undo keeps what somebody changed since, and
//! ends what the import made instead of deleting it.

use vocab::rosters::Stayed;

/// What an undo put back, and what it left behind.
pub(super) fn undone_words(stayed: Option<Stayed>) -> String {
    let again = "Choose the file again to bring it in.";
    let Some(stayed) = stayed else {
        return format!(
            "What this import changed is put back, unless somebody changed it again since. Whom it brought is ended, with a closed account, and classes that it made are archived. {again}"
        );
    };
    if stayed.is_nothing() {
        return format!("The school is as it was before this import. {again}");
    }
    let Stayed {
        closed,
        archived,
        changed,
        in_charge,
        restricted,
    } = stayed;
    let parts = [
        (
            closed,
            "person whom it brought stays as a closed account",
            "people whom it brought stay as closed accounts",
        ),
        (
            archived,
            "class that it made stays, archived",
            "classes that it made stay, archived",
        ),
        (
            changed,
            "entry stays as somebody changed it since",
            "entries stay as somebody changed them since",
        ),
        (
            in_charge,
            "person whom it brought runs the school by now, and stays",
            "people whom it brought run the school by now, and stay",
        ),
        (
            restricted,
            "person stays as they are, because their data is restricted",
            "people stay as they are, because their data is restricted",
        ),
    ];
    let left: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}.", if count == 1 { one } else { many }))
        .collect();
    format!(
        "What this import changed is put back, but for this: {} {again}",
        left.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_undo_left_behind_is_told_with_its_numbers() {
        let nothing = undone_words(Some(Stayed::default()));
        assert!(nothing.starts_with("The school is as it was before this import."));
        let some = Stayed {
            closed: 5,
            archived: 1,
            changed: 2,
            in_charge: 1,
            restricted: 0,
        };
        assert_eq!(
            undone_words(Some(some)),
            "What this import changed is put back, but for this: 5 people whom it brought stay \
             as closed accounts. 1 class that it made stays, archived. 2 entries stay as \
             somebody changed them since. 1 person whom it brought runs the school by now, and \
             stays. Choose the file again to bring it in."
        );
        let unknown = undone_words(None);
        assert!(!unknown.contains("as it was before"), "{unknown}");
    }
}
