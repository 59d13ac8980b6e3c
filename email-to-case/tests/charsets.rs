//! Mails whose letters are encoded in every way that mails are, rightly and wrongly declared.

#![allow(clippy::unwrap_used)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use casewright_email_to_case::message::{Parsed, parse};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, ISO_8859_15, KOI8_R, KOI8_U, SHIFT_JIS, WINDOWS_874,
    WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, has_unmappable) = encoding.encode(text);
    assert!(!has_unmappable, "{text} in {}", encoding.name());
    bytes.into_owned()
}

/// A mail of these fields and this body, in lines as they travel.
fn mail(fields: &[&[u8]], body: &[u8]) -> Parsed {
    let mut raw = b"From: Kim <kim@customer.example>\r\nMessage-ID: <x@customer.example>\r\n".to_vec();
    for field in fields {
        raw.extend_from_slice(field);
        raw.extend_from_slice(b"\r\n");
    }
    raw.extend_from_slice(b"\r\n");
    raw.extend_from_slice(body);
    raw.extend_from_slice(b"\r\n");
    parse(&raw).unwrap()
}

#[test]
fn what_is_declared_is_read_in_subject_and_text() {
    let cases: &[(&str, &'static Encoding, &str)] = &[
        ("gb2312", GBK, "你好中文"),
        ("gbk", GBK, "你好中文"),
        ("gb18030", GB18030, "你好中文"),
        ("big5", BIG5, "你好中文"),
        ("shift_jis", SHIFT_JIS, "日本語"),
        ("euc-jp", EUC_JP, "日本語"),
        ("iso-2022-jp", ISO_2022_JP, "日本語"),
        ("euc-kr", EUC_KR, "한국어"),
        ("ks_c_5601-1987", EUC_KR, "한국어"),
        ("windows-874", WINDOWS_874, "สวัสดี"),
        ("koi8-r", KOI8_R, "Привет"),
        ("koi8-u", KOI8_U, "Привіт"),
        ("windows-1250", WINDOWS_1250, "Příliš"),
        ("windows-1251", WINDOWS_1251, "Привет"),
        ("iso-8859-15", ISO_8859_15, "Grüße €"),
    ];
    for (label, encoding, text) in cases {
        let bytes = encoded(encoding, text);
        let words = STANDARD.encode(&bytes);
        let read = mail(
            &[
                format!("Subject: =?{label}?B?{words}?=").as_bytes(),
                b"MIME-Version: 1.0",
                format!("Content-Type: text/plain; charset={label}").as_bytes(),
                b"Content-Transfer-Encoding: base64",
            ],
            words.as_bytes(),
        );
        assert_eq!((read.subject.as_str(), read.text.as_str()), (*text, *text), "{label}");
        let read = mail(&[format!("Content-Type: text/plain; charset=\"{label}\"").as_bytes()], &bytes);
        assert_eq!(read.text, *text, "{label} as eight bits");
    }
}

#[test]
fn what_is_not_declared_or_wrongly_is_read_as_what_it_is() {
    let german = "Grüße aus München, das kostet 100 €";
    let latin = encoded(WINDOWS_1252, german);
    for field in [
        "X-Nothing: said",
        "Content-Type: text/plain",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/plain; charset=us-ascii",
        "Content-Type: text/plain; charset=x-unknown",
    ] {
        assert_eq!(mail(&[field.as_bytes()], &latin).text, german, "{field}");
    }
    for label in ["us-ascii", "iso-8859-1", "windows-1252"] {
        let field = format!("Content-Type: text/plain; charset={label}");
        assert_eq!(mail(&[field.as_bytes()], german.as_bytes()).text, german, "{label}");
    }
    let quoted = mail(&[b"Content-Type: text/plain", b"Content-Transfer-Encoding: quoted-printable"], b"Gr=FC=DFe");
    assert_eq!(quoted.text, "Grüße");
    let russian = "Добрый день, у нас в квартире произошёл пожар.";
    assert_eq!(mail(&[b"Content-Type: text/plain"], &encoded(WINDOWS_1251, russian)).text, russian);
    let dash = mail(&[b"Content-Type: text/plain; charset=gb2312"], "10 – 20 EUR".as_bytes());
    assert_eq!(dash.text, "10 – 20 EUR");
}

#[test]
fn a_page_that_says_its_character_set_only_itself_is_believed() {
    let page = encoded(
        WINDOWS_1252,
        "<html><head><meta charset=\"windows-1252\"></head><body><p>Für Sie – bitte</p></body></html>",
    );
    let read = mail(&[b"Content-Type: text/html"], &page);
    assert!(read.html.unwrap().contains("Für Sie – bitte"));
    assert_eq!(read.text.trim(), "Für Sie – bitte");
}

#[test]
fn raw_letters_in_fields_are_read_those_of_parts_too() {
    let subject = [b"Subject: ".as_slice(), &encoded(WINDOWS_1252, "Schäden am Gebäude")].concat();
    let to = [b"To: ".as_slice(), &encoded(WINDOWS_1252, "Jürgen Müller <juergen@customer.example>")].concat();
    let name = encoded(WINDOWS_1252, "Platte ohne Wölbung.jpg");
    let body = [
        b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: image/jpeg; name=\"".as_slice(),
        &name,
        b"\"\r\nContent-Disposition: attachment; filename=\"",
        &name,
        b"\"\r\n\r\nbytes\r\n--b--",
    ]
    .concat();
    let read = mail(&[&subject, &to, b"Content-Type: multipart/mixed; boundary=b"], &body);
    assert_eq!(read.subject, "Schäden am Gebäude");
    assert_eq!(read.to[0].name, "Jürgen Müller");
    assert_eq!(read.parts[0].name, "Platte ohne Wölbung.jpg");
    // What the text is said to be in tells what the fields are in.
    let subject = [b"Subject: ".as_slice(), &encoded(KOI8_R, "Пожар")].concat();
    let read = mail(&[&subject, b"Content-Type: text/plain; charset=koi8-r"], &encoded(KOI8_R, "Пожар в квартире"));
    assert_eq!((read.subject.as_str(), read.text.as_str()), ("Пожар", "Пожар в квартире"));
}

#[test]
fn letters_that_encoded_words_cut_in_two_are_put_together() {
    let read = mail(&[b"Subject: =?utf-8?Q?L=C3=B6schen_der_K=C3?=\r\n =?utf-8?Q?=BCche_nach_Brand?="], b"x");
    assert_eq!(read.subject, "Löschen der Küche nach Brand");
    let bytes = "Löschen der Küche".as_bytes();
    let (one, other) = (STANDARD.encode(&bytes[..15]), STANDARD.encode(&bytes[15..]));
    let read = mail(&[format!("Subject: Re: =?UTF-8?B?{one}?= =?utf-8?b?{other}?= [7]").as_bytes()], b"x");
    assert_eq!(read.subject, "Re: Löschen der Küche [7]");
    // Words that can be read by themselves are left to the rules.
    let read = mail(&[b"Subject: =?iso-8859-1?Q?gr=FCn?= and =?iso-8859-1?Q?rot?="], b"x");
    assert_eq!(read.subject, "grün and rot");
}

#[test]
fn a_line_stays_a_line_and_an_address_an_address() {
    let read =
        mail(&[b"Subject: =?utf-8?Q?a=0D=0ABcc:_victim@x.example=00?=", b"Reply-To: Big Bug bb@bug.example"], b"x");
    assert!(!read.subject.contains(char::is_control), "{:?}", read.subject);
    assert_eq!(read.reply_to.unwrap().address, "bb@bug.example");
}

#[test]
fn what_is_too_much_is_cut_and_said_to_be() {
    let read = mail(&[b"Content-Type: text/plain; charset=utf-8"], "ü".repeat(600_000).as_bytes());
    assert!(read.text.len() <= casewright_email_to_case::message::TEXT_LIMIT);
    assert_eq!(
        serde_json::to_value(&read.left_out).unwrap(),
        serde_json::json!([{"what": "end-of-text", "why": "too-large"}])
    );
    let bomb: String = (0..4_000).map(|n| format!("<font color={n}><p>x")).collect();
    let read = mail(&[b"Content-Type: text/html"], bomb.as_bytes());
    assert_eq!(read.html, None);
    assert!(read.text.trim_start().starts_with('x'), "{:?}", read.text.get(..20));
    assert_eq!(serde_json::to_value(&read.left_out).unwrap()[0]["what"], "html");
    let parts = "--b\r\nContent-Type: application/x-y\r\n\r\nz\r\n".repeat(1_200);
    let read = mail(&[b"Content-Type: multipart/mixed; boundary=b"], format!("{parts}--b--").as_bytes());
    assert_eq!(read.parts.len(), 1_000);
    assert_eq!(serde_json::to_value(&read.left_out).unwrap()[0]["what"], "further-attachments");
}
