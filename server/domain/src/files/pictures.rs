//! A picture says more than it shows: where it was taken, when, and with which device.
//! That is left out or blanked as the bytes of a JPEG, PNG, WebP, HEIC or AVIF pass
//! through, in bounded memory: only the way up is kept. Other files pass as they are.

mod heif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use bytes::{Bytes, BytesMut};

use heif::Heif;
use jpeg::Jpeg;
use png::Png;
use webp::Webp;

/// How a kind of picture is read.
#[derive(Debug)]
enum Form {
    /// Its first bytes, which say what it is.
    Beginning,
    /// No picture that is known here, or a broken one: nothing is left out any more.
    Anything,
    Jpeg(Jpeg),
    Png(Png),
    Webp(Webp),
    Heif(Heif),
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Something was read; there may be more.
    On,
    /// More bytes are needed.
    Wait,
    /// This is no such picture, or a broken one.
    Lost,
}

/// More than the longest beginning that says what a file is.
const BEGINNING: usize = 12;

/// Lets the bytes of one file through.
#[derive(Debug)]
pub(super) struct Cleaner {
    form: Form,
    held: BytesMut,
}

impl Cleaner {
    /// For a file that begins now.
    pub(super) fn new() -> Self {
        Self {
            form: Form::Beginning,
            held: BytesMut::new(),
        }
    }

    /// For a file that is kept as it is.
    pub(super) fn none() -> Self {
        Self {
            form: Form::Anything,
            held: BytesMut::new(),
        }
    }

    /// What may be kept of the next bytes. At most 1 MiB is held back.
    pub(super) fn pass(&mut self, chunk: &[u8]) -> Bytes {
        self.held.extend_from_slice(chunk);
        let mut out = BytesMut::with_capacity(self.held.len());
        self.go_on(&mut out);
        out.freeze()
    }

    /// What is held back when the file ends; not where it breaks off within words about it.
    pub(super) fn end(&mut self) -> Bytes {
        let mut out = BytesMut::new();
        if matches!(self.form, Form::Beginning) {
            self.form = known(&self.held).unwrap_or(Form::Anything);
            self.go_on(&mut out);
        }
        match &self.form {
            Form::Jpeg(jpeg) => jpeg.end(&mut self.held),
            Form::Webp(webp) => webp.end(&mut self.held),
            Form::Heif(heif) => heif.end(&mut self.held),
            Form::Beginning | Form::Anything | Form::Png(_) => {}
        }
        out.extend_from_slice(&self.held.split());
        out.freeze()
    }

    fn go_on(&mut self, out: &mut BytesMut) {
        while !self.held.is_empty() {
            let step = match &mut self.form {
                Form::Beginning if self.held.len() < BEGINNING => Step::Wait,
                Form::Beginning => {
                    self.form = known(&self.held).unwrap_or(Form::Anything);
                    Step::On
                }
                Form::Anything => {
                    out.extend_from_slice(&self.held.split());
                    Step::On
                }
                Form::Jpeg(jpeg) => jpeg.step(&mut self.held, out),
                Form::Png(png) => png.step(&mut self.held, out),
                Form::Webp(webp) => webp.step(&mut self.held, out),
                Form::Heif(heif) => heif.step(&mut self.held, out),
            };
            match step {
                Step::On => {}
                Step::Wait => return,
                Step::Lost => self.form = Form::Anything,
            }
        }
    }
}

/// What a file is by its first bytes.
fn known(beginning: &[u8]) -> Option<Form> {
    if Jpeg::is(beginning) {
        Some(Form::Jpeg(Jpeg::default()))
    } else if Png::is(beginning) {
        Some(Form::Png(Png::default()))
    } else if Webp::is(beginning) {
        Some(Form::Webp(Webp::default()))
    } else if Heif::is(beginning) {
        Some(Form::Heif(Heif::default()))
    } else {
        None
    }
}

/// Moves bytes on as they are.
fn keep(bytes: usize, held: &mut BytesMut, out: &mut BytesMut) {
    out.extend_from_slice(&held.split_to(bytes));
}

/// Moves on as many zeros as there are bytes: what counts on places still finds them.
fn blank(bytes: usize, held: &mut BytesMut, out: &mut BytesMut) {
    let gone = held.split_to(bytes);
    out.resize(out.len() + gone.len(), 0);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::jpeg::way_up;
    use super::png::SIGNATURE;
    use super::tiff::{EXIF, orientation};
    use super::*;

    /// What comes out of a file that comes in pieces of this size.
    fn cleaned(file: &[u8], piece: usize) -> Vec<u8> {
        let mut cleaner = Cleaner::new();
        let mut out = Vec::new();
        for part in file.chunks(piece.max(1)) {
            out.extend_from_slice(&cleaner.pass(part));
        }
        out.extend_from_slice(&cleaner.end());
        out
    }

    fn segment(marker: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len() + 2).expect("short").to_be_bytes();
        [&[0xFF, marker], &length[..], bytes].concat()
    }

    /// EXIF of a telephone: which way up, and where it was.
    fn exif(up: u8) -> Vec<u8> {
        let tags = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0";
        let gps = b"\0\0\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0GPS 51.5074 N";
        [EXIF, tags, &[up], gps].concat()
    }

    fn jpeg() -> Vec<u8> {
        [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0"),
            segment(0xE1, &exif(6)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<GPS/>"),
            segment(0xED, b"Photoshop GPS"),
            segment(0xFE, b"Comment GPS"),
            segment(0xDB, &[1; 64]),
            segment(0xDA, &[2; 8]),
            vec![5, 0xFF, 0x00, 6, 0xFF, 0xD3, 7],
            segment(0xC4, &[0xFF, 0xD9, 3]),
            segment(0xDA, &[2; 8]),
            vec![8, 0xFF, 0xD9],
            b"GPS behind the end".to_vec(),
        ]
        .concat()
    }

    #[test]
    fn a_photograph_keeps_its_way_up_and_loses_where_it_was_taken() {
        let whole = jpeg();
        let clean = cleaned(&whole, whole.len());
        assert!(!clean.windows(3).any(|word| word == b"GPS"));
        let kept = [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0"),
            way_up(&exif(6)),
            segment(0xDB, &[1; 64]),
            segment(0xDA, &[2; 8]),
            vec![5, 0xFF, 0x00, 6, 0xFF, 0xD3, 7],
            segment(0xC4, &[0xFF, 0xD9, 3]),
            segment(0xDA, &[2; 8]),
            vec![8, 0xFF, 0xD9],
        ]
        .concat();
        assert_eq!(clean, kept);
        assert_eq!(orientation(&way_up(&exif(6))[10..]), Some(6));
        assert_eq!(way_up(&exif(6)).len(), 36);
        assert!(way_up(&exif(1)).is_empty(), "upright needs no word");
    }

    #[test]
    fn a_drawing_loses_its_words_and_what_stands_behind_its_end() {
        let chunk = |name: &[u8; 4], bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).expect("short").to_be_bytes();
            [&length[..], name, bytes, &[9; 4]].concat()
        };
        let (head, drawn, end) = (
            chunk(b"IHDR", &[1; 13]),
            chunk(b"IDAT", &[4; 900]),
            chunk(b"IEND", b""),
        );
        let told = [
            chunk(b"tEXt", b"Author GPS"),
            chunk(b"eXIf", b"GPS"),
            chunk(b"iTXt", b"GPS"),
        ]
        .concat();
        let whole = [&SIGNATURE[..], &head, &told, &drawn, &end, b"GPS"].concat();
        let kept = [&SIGNATURE[..], &head, &drawn, &end].concat();
        for piece in [1, 7, 64, whole.len()] {
            assert_eq!(cleaned(&whole, piece), kept, "{piece}");
        }
    }

    fn webp(about: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let chunk = |name: &[u8; 4], bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).expect("short").to_le_bytes();
            let fill = vec![0; bytes.len() % 2];
            [name, &length[..], bytes, &fill].concat()
        };
        let mut chunks = [chunk(b"VP8X", &[8; 10]), chunk(b"VP8 ", &[5; 901])].concat();
        for (name, bytes) in about {
            chunks.extend(chunk(name, bytes));
        }
        let length = u32::try_from(4 + chunks.len())
            .expect("short")
            .to_le_bytes();
        [b"RIFF", &length[..], b"WEBP", &chunks].concat()
    }

    #[test]
    fn a_webp_keeps_its_length_and_way_up_and_loses_where_it_was_taken() {
        let tiff = &exif(6)[EXIF.len()..];
        let whole = webp(&[(b"EXIF", tiff), (b"XMP ", b"<GPS/>")]);
        let clean = cleaned(&whole, 7);
        assert_eq!(clean.len(), whole.len());
        assert!(!clean.windows(3).any(|word| word == b"GPS"));
        let at = clean
            .windows(4)
            .position(|word| word == b"EXIF")
            .expect("still there");
        assert_eq!(orientation(&clean[at + 8..]), Some(6));
        assert_eq!(clean[..at], whole[..at], "what is drawn is untouched");
    }

    fn a_box(name: [u8; 4], bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len() + 8).expect("short").to_be_bytes();
        [&length[..], &name, bytes].concat()
    }

    /// A picture whose first item is drawn, the second EXIF in the file, the third XMP in `idat`.
    fn heic() -> Vec<u8> {
        let infe = |item: u8, kind: &[u8; 4]| {
            let inside = [&[2, 0, 0, 0, 0, item, 0, 0], &kind[..], b"\0"].concat();
            a_box(*b"infe", &inside)
        };
        let items = [infe(1, b"hvc1"), infe(2, b"Exif"), infe(3, b"mime")].concat();
        let iinf = a_box(*b"iinf", &[&[0, 0, 0, 0, 0, 3], &items[..]].concat());
        let idat = a_box(*b"idat", b"drawn<GPS/>");
        let meta = |drawn: u32| {
            let place = |item: u8, way: u8, offset: u32, length: u32| {
                let head = [0, item, 0, way, 0, 0, 0, 1];
                [&head[..], &offset.to_be_bytes(), &length.to_be_bytes()].concat()
            };
            let places = [
                place(1, 0, drawn, 100),
                place(2, 0, drawn + 100, 12),
                place(3, 1, 5, 6),
            ]
            .concat();
            let iloc = [&[1, 0, 0, 0, 0x44, 0, 0, 3], &places[..]].concat();
            let inside = [&iinf[..], &a_box(*b"iloc", &iloc), &idat].concat();
            a_box(*b"meta", &[&[0; 4], &inside[..]].concat())
        };
        let ftyp = a_box(*b"ftyp", b"heic\0\0\0\0mif1heic");
        let drawn = u32::try_from(ftyp.len() + meta(0).len() + 8).expect("short");
        let data = [vec![7; 100], b"GPS 51.5074N".to_vec(), vec![9; 50]].concat();
        [ftyp, meta(drawn), a_box(*b"mdat", &data)].concat()
    }

    #[test]
    fn a_picture_of_an_apple_telephone_keeps_its_length_and_loses_where_it_was_taken() {
        let whole = heic();
        for piece in [1, 7, 64, whole.len()] {
            let clean = cleaned(&whole, piece);
            assert_eq!(clean.len(), whole.len());
            assert!(!clean.windows(3).any(|word| word == b"GPS"), "{piece}");
            let changed = whole.iter().zip(&clean).filter(|(a, b)| a != b).count();
            assert_eq!(changed, 12 + 6, "and nothing else is touched");
        }
    }

    proptest! {
        #[test]
        fn what_is_no_picture_passes_as_it_is(file: Vec<u8>, piece in 1_usize..300) {
            prop_assume!(known(&file).is_none());
            prop_assert_eq!(cleaned(&file, piece), file);
        }

        #[test]
        fn however_a_picture_is_cut_the_same_comes_out(piece in 1_usize..300, end in 0_usize..400) {
            let of_webp = webp(&[(b"EXIF", &exif(6)[EXIF.len()..]), (b"XMP ", b"<GPS/>")]);
            for whole in [jpeg(), of_webp, heic()] {
                let cut = &whole[..end.min(whole.len())];
                prop_assert_eq!(cleaned(cut, piece), cleaned(cut, cut.len()));
            }
        }

        #[test]
        fn broken_pictures_do_no_harm(bytes: Vec<u8>, piece in 1_usize..300) {
            let heic = a_box(*b"ftyp", b"heic\0\0\0\0");
            for begin in [&[0xFF, 0xD8][..], &SIGNATURE, b"RIFF\0\0\0\0WEBP", &heic] {
                let file = [begin, &bytes].concat();
                prop_assert!(cleaned(&file, piece).len() <= file.len());
            }
        }
    }
}
