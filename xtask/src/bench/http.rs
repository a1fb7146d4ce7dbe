//! As much of an HTTP/1.1 client as the measurements need: one kept-alive connection to
//! the loopback address, one request at a time, answers by length or in chunks. Small,
//! so that the client takes as little of the processors as it can from the server.
#![expect(
    clippy::disallowed_methods,
    reason = "a measurement asks the server that it started"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// A request that is sent again and again.
#[derive(Clone)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    /// What it is answered with where all is well: a page 200, a form 303.
    pub(crate) status: u16,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A page, with a signed-in person's cookie or none, in this encoding or any.
    pub(crate) fn get(address: &str, path: &str, cookie: &str, encoding: &str) -> Self {
        let mut head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\n");
        push_header(&mut head, "cookie", cookie);
        push_header(&mut head, "accept-encoding", encoding);
        head.push_str("\r\n");
        Self {
            bytes: head.into_bytes(),
            status: 200,
        }
    }

    /// A form as a browser posts it from a page of the same origin.
    pub(crate) fn post(
        address: &str,
        path: &str,
        cookie: &str,
        content_type: &str,
        body: &str,
    ) -> Self {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nsec-fetch-site: \
             same-origin\r\naccept: text/html\r\ncontent-type: {content_type}\r\ncontent-length: \
             {}\r\n",
            body.len()
        );
        push_header(&mut head, "cookie", cookie);
        head.push_str("\r\n");
        head.push_str(body);
        Self {
            bytes: head.into_bytes(),
            status: 303,
        }
    }
}

fn push_header(head: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
}

impl Answer {
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.headers_named(name).next()
    }

    fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self
            .headers
            .iter()
            .filter(move |(header, _)| header == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The cookies that were set, as a browser sends them back.
    pub(crate) fn cookies(&self) -> String {
        let pairs: Vec<&str> = self
            .headers_named("set-cookie")
            .filter_map(|cookie| cookie.split(';').next())
            .filter(|pair| !pair.ends_with('='))
            .collect();
        pairs.join("; ")
    }
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
        })
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Result<Answer> {
        self.stream.get_mut().write_all(&request.bytes)?;
        read_answer(&mut self.stream)
    }
}

fn read_answer(stream: &mut impl BufRead) -> Result<Answer> {
    let first = read_line(stream)?;
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .with_context(|| format!("not an HTTP answer: {first:?}"))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let is_chunked = answer.header("transfer-encoding") == Some("chunked");
    let length = answer
        .header("content-length")
        .and_then(|length| length.parse().ok());
    answer.body = match (is_chunked, length) {
        (true, _) => read_chunks(stream)?,
        (false, Some(length)) => read_exactly(stream, length)?,
        (false, None) if status == 204 || status == 304 => Vec::new(),
        (false, None) => bail!("an answer of unknown length cannot be kept alive"),
    };
    Ok(answer)
}

fn read_line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = Vec::new();
    ensure!(
        stream.read_until(b'\n', &mut line)? > 0,
        "the server closed the connection"
    );
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn read_exactly(stream: &mut impl BufRead, length: usize) -> Result<Vec<u8>> {
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(stream: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(stream)?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).with_context(|| format!("chunk {line:?}"))?;
        if size == 0 {
            while !read_line(stream)?.is_empty() {}
            return Ok(body);
        }
        let start = body.len();
        body.resize(start + size, 0);
        stream.read_exact(&mut body[start..])?;
        read_line(stream)?;
    }
}

/// Text as a form's field value.
pub(crate) fn form_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_chunks_is_put_together() {
        let mut stream: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\
            Set-Cookie: session=abc; Path=/\r\nSet-Cookie: gone=; Max-Age=0\r\n\r\n\
            4\r\nhand\r\n3;x=y\r\n in\r\n0\r\n\r\nHTTP/1.1";
        let answer = read_answer(&mut stream).expect("is read");
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, b"hand in".as_slice())
        );
        assert_eq!(answer.cookies(), "session=abc");
        assert_eq!(stream, b"HTTP/1.1");
    }

    #[test]
    fn a_field_is_encoded_for_a_form() {
        assert_eq!(form_encode("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}
