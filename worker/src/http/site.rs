//! Where people reach the console: what links in mail lead to, and what `Origin` and passkeys are checked against. A
//! caller must never choose it, so it is configured; in development alone it may be this machine's own address.

/// Scheme and host of the console, or what the operator has to change. `asked` is scheme and host of the request.
pub fn site(configured: &str, asked: &str, is_dev: bool) -> Result<String, String> {
    if configured.is_empty() {
        return match asked {
            _ if is_dev && is_loopback(asked) => Ok(asked.to_owned()),
            _ if is_dev => Err("Development answers on this machine's own address only. Open \
                the console at http://localhost:8787, or set PUBLIC_URL to its URL."
                .to_owned()),
            _ => Err("This server isn't configured yet: PUBLIC_URL is empty. Set it to the console's URL, \
                such as https://guildhall.example, then deploy again."
                .to_owned()),
        };
    }
    let site = configured.strip_suffix('/').unwrap_or(configured).to_ascii_lowercase();
    let is_site = site.strip_prefix("https://").is_some_and(|host| is_host(host) && !host.ends_with(":443"));
    if is_site || (is_dev && is_loopback(&site)) {
        return Ok(site);
    }
    Err("This server isn't configured correctly: PUBLIC_URL must be https:// and a host, such as \
        https://guildhall.example, without a path, a query or port 443. Correct it, then deploy again."
        .to_owned())
}

/// What is answered and logged where the operator has something to correct.
pub fn misconfigured(why: &str) -> String {
    format!("This server isn't configured correctly: {why} Then deploy again.")
}

/// Whether this is an address that leads to the machine that it is used on, and nowhere else.
fn is_loopback(site: &str) -> bool {
    let host = site.strip_prefix("http://").or_else(|| site.strip_prefix("https://")).unwrap_or_default();
    let port = |rest: &str| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|known| host.strip_prefix(known).is_some_and(port))
}

/// A name in ASCII, as the `Origin` of a browser has it, or an IPv4 address, perhaps with a port.
fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let is_label = |label: &str| {
        let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::site;

    #[test]
    fn what_is_deployed_takes_its_address_from_its_configuration_alone() {
        let asked = "https://evil.example";
        for (configured, right) in [
            ("https://guildhall.example", "https://guildhall.example"),
            ("https://guildhall.example/", "https://guildhall.example"),
            ("https://Guildhall.Example:8443", "https://guildhall.example:8443"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ] {
            for is_dev in [false, true] {
                assert_eq!(site(configured, asked, is_dev).as_deref(), Ok(right));
            }
        }
        assert!(site("", asked, false).unwrap_err().contains("PUBLIC_URL is empty"));
        assert!(site("", "http://localhost:8787", false).is_err());
        for wrong in [
            "guildhall.example",
            "http://guildhall.example",
            "https://",
            "https:///",
            "https://guildhall.example//",
            "https://guildhall.example/console",
            "https://guildhall.example?",
            "https://guildhall.example#",
            "https://ana@guildhall.example",
            "https://guildhall.example:443",
            "https://guildhall.example:0",
            "https://guildhall.example:+1",
            "https://guildhall.example:",
            "https://guildhall..example",
            "https://-guildhall.example",
            "https://bücher.example",
            "https://guildhall.example ",
            " ",
            "http://localhost:8787",
        ] {
            assert!(site(wrong, asked, false).unwrap_err().contains("PUBLIC_URL must be"), "{wrong}");
        }
    }

    #[test]
    fn development_takes_this_machine_s_own_address_and_no_other_host() {
        for own in ["http://localhost:8787", "http://127.0.0.1:1", "http://[::1]:8787", "https://localhost"] {
            assert_eq!(site("", own, true).as_deref(), Ok(own));
            assert_eq!(site(own, "https://evil.example", true).as_deref(), Ok(own));
        }
        for foreign in [
            "http://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "http://localhost:80@evil.example",
            "http://192.168.0.1:8787",
            "http://localhost:",
            "",
        ] {
            assert!(site("", foreign, true).is_err(), "{foreign}");
        }
    }
}
