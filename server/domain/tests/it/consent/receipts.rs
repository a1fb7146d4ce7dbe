//! Receipts as documents: their signature, checked with nothing but what is handed out,
//! and the fields that the two standards ask for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::consent::{self, Receipt, Signer};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use test_kit::School;
use vocab::consent::{ConsentKind, ConsentPurpose};
use vocab::legal_entity::LegalEntity;

use super::{form, say};

/// The fields of ISO/IEC TS 27560 that a receipt fills, by the guide of the Data Privacy
/// Vocabulary, and where each stands. The first two are all that a receipt must have.
const JSON_LD: [(&str, &str); 15] = [
    ("schema_version", "/dct:conformsTo"),
    ("receipt_id", "/dct:identifier"),
    ("pii_principal_id", "/dpv:hasDataSubject/dct:title"),
    ("pii_controllers", "/dpv:hasDataController/dct:title"),
    ("party_identification", "/dpv:hasDataProcessor/dct:title"),
    ("privacy_notice", "/dpv:hasNotice/dct:hasVersion"),
    ("purposes", "/dpv:hasProcess/dpv:hasPurpose/dct:title"),
    (
        "purpose type",
        "/dpv:hasProcess/dpv:hasPurpose/dct:identifier",
    ),
    ("lawful_basis", "/dpv:hasProcess/dpv:hasLegalBasis"),
    (
        "pii_information",
        "/dpv:hasProcess/dpv:hasPersonalData/dct:title",
    ),
    (
        "recipient_third_parties",
        "/dpv:hasProcess/dpv:hasRecipient/dct:title",
    ),
    ("withdrawal_method", "/dpv:hasConsentControl"),
    ("event_time", "/dpv:isIndicatedAtTime"),
    ("entity_id", "/dpv:isIndicatedBy/dct:title"),
    ("event_state", "/dpv:hasConsentStatus"),
];

/// The fields of the consent receipt in plain JSON, version 1.1, each of which has words.
const JSON: [&str; 17] = [
    "/version",
    "/jurisdiction",
    "/consentTimestamp",
    "/collectionMethod",
    "/consentReceiptID",
    "/publicKey",
    "/language",
    "/piiPrincipalId",
    "/piiControllers/0/piiController",
    "/piiControllers/1/piiController",
    "/policyUrl",
    "/services/0/service",
    "/services/0/purposes/0/purpose",
    "/services/0/purposes/0/purposeCategory/0",
    "/services/0/purposes/0/consentType",
    "/services/0/purposes/0/piiCategory/0",
    "/services/0/purposes/0/termination",
];

fn server() -> Signer {
    Signer::new([7; 32])
}

/// Petra's receipt for a yes about Mei.
async fn petras() -> Receipt {
    let school = School::new().await;
    let yes = form(ConsentPurpose::PhotosInPublic, None, true);
    let id = say(&school, "petra", "mei", &yes).await.expect("taken");
    consent::receipt(school.db.read(), &school.actor("petra"), id, school.now())
        .await
        .expect("hers")
}

fn document(receipt: &Receipt) -> String {
    receipt.json_ld(&LegalEntity::default()).to_string()
}

/// The key as the receipt in plain JSON gives it away, in hexadecimal.
fn published_key(receipt: &Receipt) -> VerifyingKey {
    let json = receipt.json(&server(), &LegalEntity::default());
    let text = json["publicKey"].as_str().expect("it is a text");
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal"))
        .collect();
    let bytes: [u8; 32] = bytes.try_into().expect("32 bytes");
    VerifyingKey::from_bytes(&bytes).expect("a public key")
}

/// The header and the signature of `header..signature`.
fn parts(detached: &str) -> (&str, Vec<u8>) {
    let (header, signature) = detached.split_once("..").expect("it is detached");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    (header, signature)
}

/// Whether it holds, as anybody finds out by RFC 7515 and RFC 8032 without this program:
/// what is signed is the header, a dot, and the document in base64url.
fn holds(key: &VerifyingKey, document: &[u8], (header, signature): (&str, &[u8])) -> bool {
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(document));
    let signature = Signature::from_slice(signature).expect("64 bytes");
    key.verify_strict(signed.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn anybody_can_check_a_receipt_with_the_published_key_and_no_changed_byte_passes() {
    let receipt = petras().await;
    let (document, key) = (document(&receipt), published_key(&receipt));
    let detached = consent::detached(&server(), &document);
    let (header, signature) = parts(&detached);
    let algorithm = URL_SAFE_NO_PAD.decode(header).expect("base64url");
    assert_eq!(algorithm, br#"{"alg":"EdDSA"}"#);
    assert!(holds(&key, document.as_bytes(), (header, &signature)));

    for at in (0..document.len()).step_by(29) {
        let mut changed = document.clone().into_bytes();
        changed[at] ^= 1;
        assert!(!holds(&key, &changed, (header, &signature)), "byte {at}");
    }
    let shorter = &document.as_bytes()[..document.len() - 1];
    assert!(!holds(&key, shorter, (header, &signature)));
    for at in [0, 31, 32, 63] {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        let is_kept = holds(&key, document.as_bytes(), (header, &changed));
        assert!(!is_kept, "byte {at} of the signature");
    }
    let other_header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    assert!(!holds(
        &key,
        document.as_bytes(),
        (&other_header, &signature)
    ));
    let by_another = consent::detached(&Signer::new([9; 32]), &document);
    let (header, signature) = parts(&by_another);
    assert!(!holds(&key, document.as_bytes(), (header, &signature)));
}

fn require_words(document: &Value, pointer: &str, what: &str) {
    let found = document.pointer(pointer).and_then(Value::as_str);
    let has_words = found.is_some_and(|words| !words.trim().is_empty());
    assert!(has_words, "{what}: {pointer} in {document}");
}

#[tokio::test]
async fn a_receipt_has_every_field_of_the_standards_whatever_was_asked_and_answered() {
    let mut receipt = petras().await;
    let platform = LegalEntity::default();
    for purpose in ConsentPurpose::ALL {
        for kind in ConsentKind::ALL {
            (receipt.purpose, receipt.kind) = (*purpose, *kind);
            let of = format!("{purpose} {kind}");
            let json_ld = receipt.json_ld(&platform);
            for (field, pointer) in JSON_LD {
                require_words(&json_ld, pointer, &format!("{of}, {field}"));
            }
            assert_eq!(json_ld["@type"], "dpv:ConsentReceipt");
            assert_eq!(
                json_ld["dct:conformsTo"],
                "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"
            );
            assert_eq!(
                json_ld["dpv:hasProcess"]["dpv:hasLegalBasis"],
                "dpv:Consent"
            );
            let json = receipt.json(&server(), &platform);
            for pointer in JSON {
                require_words(&json, pointer, &of);
            }
            assert!(json["sensitive"].is_boolean(), "{of}");
            assert!(json["spiCat"].is_array(), "{of}");
            assert_eq!(
                json["consentReceiptID"], json_ld["dct:identifier"],
                "one receipt"
            );
        }
    }
}
