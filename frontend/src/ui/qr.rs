//! A QR code, drawn in the page: what it holds is in no address and no image.

use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;
use std::fmt::Write;

/// Modules of light around the code, which readers want (ISO/IEC 18004).
const QUIET: usize = 4;

/// Nothing, where the text is too long for a code.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Qr(
    text: String,
    /// What it is, for those who do not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let code = QRBuilder::new(text.as_bytes()).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        for x in (0..code.size).filter(|x| code.data.get(y * code.size + x).is_some_and(|module| module.value())) {
            // Writing into a text does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let side = code.size + 2 * QUIET;
    Some(view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label>
            <rect width="100%" height="100%" />
            <path d=path />
        </svg>
    })
}
