//! `dist/_headers`: what every static answer carries. The Worker sets its own on the API.

use anyhow::{Result, bail};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

/// The headers of the page, whose inline scripts (the theme's) are allowed by their hashes.
pub fn write(page: &str) -> Result<String> {
    if page.contains("<style") || page.contains(" style=") {
        bail!("index.html has inline styles, which the content security policy refuses");
    }
    let scripts: Vec<String> = inline_scripts(page).map(|script| format!("'sha256-{}'", hash(script))).collect();
    let policy = [
        "default-src 'none'".to_owned(),
        // Compiling the console's wasm is allowed, eval of JavaScript is not.
        format!("script-src 'self' 'wasm-unsafe-eval' {}", scripts.join(" ")),
        "style-src 'self'".to_owned(),
        "img-src 'self' data:".to_owned(),
        "font-src 'self'".to_owned(),
        "connect-src 'self'".to_owned(),
        "manifest-src 'self'".to_owned(),
        // The program sends every form. Where it has stopped, the browser must not put what was typed into an address.
        "form-action 'none'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]
    .join("; ");
    // Tokens travel behind the # of a link; no referrer leaves the page all the same.
    Ok(format!(
        "/*
  Content-Security-Policy: {policy}
  Strict-Transport-Security: max-age=63072000; includeSubDomains
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY
  Referrer-Policy: no-referrer
  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Resource-Policy: same-origin
  Cache-Control: no-cache
/assets/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
"
    ))
}

fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (tag, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!tag.contains("src=")).then_some(script)
    })
}

fn hash(script: &str) -> String {
    BASE64.encode(&Sha256::digest(script))
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn the_theme_script_is_allowed_by_its_hash_and_nothing_else_inline_is() {
        let headers = write(r#"<script>alert(1)</script><script type="module" src="/a.js"></script>"#).unwrap();
        // As `printf 'alert(1)' | openssl dgst -sha256 -binary | base64` says.
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert!(headers.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {hash};")), "{headers}");
        assert!(write("<style>a{}</style>").is_err());
    }
}
