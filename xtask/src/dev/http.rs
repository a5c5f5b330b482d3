//! Just enough HTTP to ask the server on this machine.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

pub struct Answer {
    pub status: u16,
    pub body: String,
}

pub fn get(port: u16, path: &str) -> Result<Answer> {
    ask(port, "GET", path, Duration::from_secs(5))
}

/// An empty POST; seeding takes its time.
pub fn post(port: u16, path: &str) -> Result<Answer> {
    ask(port, "POST", path, Duration::from_mins(3))
}

fn ask(port: u16, method: &str, path: &str, patience: Duration) -> Result<Answer> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(patience))?;
    let origin = format!("http://localhost:{port}");
    let length = if method == "POST" { "Content-Length: 0\r\n" } else { "" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\n{length}Connection: close\r\n\r\n"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&String::from_utf8_lossy(&bytes)).context("the answer is not HTTP")
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { joined(body)? } else { body.to_owned() };
    Some(Answer { status, body })
}

fn joined(mut chunks: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, rest) = chunks.split_once("\r\n")?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(rest.get(..size)?);
        chunks = rest.get(size..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_body_in_chunks_is_joined() {
        let text = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let answer = parse(text).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "abcde"));
        assert!(parse("nonsense").is_none());
    }
}
