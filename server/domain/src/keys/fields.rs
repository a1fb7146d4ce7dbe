//! Private fields inside JSON, such as the comment in the record of a mark: only
//! these are sealed, so that the rest of the record can be read and searched.

use serde_json::Value;

use super::{Error, Opened, Owner, Place, Ring};

/// Seals the private fields of an object, in place. `place.column` is the column that
/// the JSON stands in. What somebody typed is sealed whatever it begins with.
pub fn seal_fields(
    ring: &Ring,
    owner: Owner,
    place: &Place<'_>,
    value: &mut Value,
) -> Result<(), Error> {
    seal_some(ring, owner, place, value, |_| true)
}

/// The same of an object that was read from rows: what is sealed there, because it could not
/// be read or was sealed before, stays as it is.
pub(crate) fn seal_plain_fields(
    ring: &Ring,
    owner: Owner,
    place: &Place<'_>,
    value: &mut Value,
) -> Result<(), Error> {
    seal_some(ring, owner, place, value, |text| !super::is_sealed(text))
}

fn seal_some(
    ring: &Ring,
    owner: Owner,
    place: &Place<'_>,
    value: &mut Value,
    which: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    each(value, |name, text| {
        if !which(text) {
            return Ok(());
        }
        let column = format!("{}.{name}", place.column);
        let place = Place {
            column: &column,
            ..*place
        };
        *text = ring.seal(owner, &place, text)?;
        Ok(())
    })
}

/// Opens the private fields of an object, in place; a field that does not open is
/// `shown` as its caller wants it.
pub fn open_fields(
    ring: &Ring,
    place: &Place<'_>,
    value: &mut Value,
    shown: impl Fn(Opened) -> Option<String>,
) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    for name in datamap::PRIVATE_FIELDS {
        if let Some(field) = object.get_mut(*name)
            && let Some(text) = field.as_str()
        {
            let column = format!("{}.{name}", place.column);
            let place = Place {
                column: &column,
                ..*place
            };
            *field = shown(ring.open(&place, text)).map_or(Value::Null, Value::String);
        }
    }
}

/// The texts of the private fields, to fetch the keys for them.
pub(crate) fn private_texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    datamap::PRIVATE_FIELDS
        .iter()
        .filter_map(move |name| value?.get(name)?.as_str())
}

/// Takes the private fields that are sealed out of an object.
pub(crate) fn take_sealed_fields(value: &mut Value) -> Vec<(&'static str, String)> {
    let Some(object) = value.as_object_mut() else {
        return Vec::new();
    };
    datamap::PRIVATE_FIELDS
        .iter()
        .filter_map(|name| {
            let text = object.get(*name)?.as_str()?;
            let found = super::is_sealed(text).then(|| text.to_owned())?;
            object.remove(*name);
            Some((*name, found))
        })
        .collect()
}

fn each(
    value: &mut Value,
    mut change: impl FnMut(&str, &mut String) -> Result<(), Error>,
) -> Result<(), Error> {
    let Some(object) = value.as_object_mut() else {
        return Ok(());
    };
    for name in datamap::PRIVATE_FIELDS {
        if let Some(Value::String(text)) = object.get_mut(*name) {
            change(name, text)?;
        }
    }
    Ok(())
}
