//! Asks the server on this machine.

use std::time::Duration;

use anyhow::Result;
use ureq::Agent;
use ureq::Body;
use ureq::config::IpFamily;
use ureq::http::Response;

pub struct Answer {
    pub status: u16,
    pub body: String,
}

pub fn get(port: u16, path: &str) -> Result<Answer> {
    read(agent(Duration::from_secs(5)).get(url(port, path)).call()?)
}

/// An empty POST; seeding takes its time.
pub fn post(port: u16, path: &str) -> Result<Answer> {
    let request = agent(Duration::from_mins(3)).post(url(port, path));
    read(request.header("Origin", url(port, "")).send_empty()?)
}

fn url(port: u16, path: &str) -> String {
    format!("http://localhost:{port}{path}")
}

/// The server listens at 127.0.0.1 alone, and no proxy leads there.
fn agent(patience: Duration) -> Agent {
    let config = Agent::config_builder().ip_family(IpFamily::Ipv4Only).proxy(None);
    config.http_status_as_error(false).timeout_global(Some(patience)).build().into()
}

fn read(mut response: Response<Body>) -> Result<Answer> {
    Ok(Answer { status: response.status().as_u16(), body: response.body_mut().read_to_string()? })
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

    use super::post;

    #[test]
    fn an_answer_is_read_whatever_its_status() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap();
            let text = "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
            stream.write_all(text.as_bytes()).unwrap();
            String::from_utf8_lossy(&asked[..length]).to_lowercase()
        });
        let answer = post(port, "/dev/demo").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (503, "abcde"));
        let asked = server.join().unwrap();
        assert!(asked.starts_with("post /dev/demo http/1.1\r\n"));
        for header in [format!("host: localhost:{port}\r\n"), format!("origin: http://localhost:{port}\r\n")] {
            assert!(asked.contains(&header), "{asked}");
        }
        assert!(asked.contains("content-length: 0\r\n"));
    }
}
