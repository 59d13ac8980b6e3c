//! A text as a picture that telephones read (QR code), as an address of a page: no script, no request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;

/// The picture; none when the text is too long for one.
pub(crate) fn of(text: &str) -> Option<String> {
    let code = QrCode::new(text).inspect_err(|error| tracing::warn!(%error, "no picture could be made")).ok()?;
    // Black on white in dark mode too: few cameras read it the other way round.
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    Some(format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_picture_and_one_that_is_too_long_is_none() {
        assert!(of("otpauth://totp/Casewright:anna").unwrap().starts_with("data:image/svg+xml;base64,"));
        assert_eq!(of(&"a".repeat(10_000)), None);
    }
}
