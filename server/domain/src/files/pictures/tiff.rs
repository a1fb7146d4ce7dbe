//! EXIF data are a small TIFF. All that is read of it is which way up a picture is.

/// Stands before the TIFF in a JPEG.
pub(super) const EXIF: &[u8] = b"Exif\0\0";

/// The value of tag 0x0112 in the first directory of a TIFF: 1 to 8.
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let is_big = tiff.starts_with(b"MM");
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    let long: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = usize::try_from(if is_big {
        u32::from_be_bytes(long)
    } else {
        u32::from_le_bytes(long)
    })
    .ok()?;
    let entries = usize::from(short(first)?);
    (0..entries)
        .map(|entry| first.checked_add(2 + entry * 12))
        .find(|at| at.and_then(short) == Some(0x0112))
        .flatten()
        .and_then(|at| short(at.checked_add(8)?))
        .and_then(|up| u8::try_from(up).ok())
        .filter(|up| (1..=8).contains(up))
}

/// A TIFF of 26 bytes that says nothing but the way up; none where the picture is upright.
pub(super) fn only_way_up(tiff: &[u8]) -> Option<Vec<u8>> {
    let up = orientation(tiff).filter(|up| *up != 1)?;
    let mut kept = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    kept.extend_from_slice(&[0, up, 0, 0, 0, 0, 0, 0]);
    Some(kept)
}
