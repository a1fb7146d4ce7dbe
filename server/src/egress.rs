//! The way out of the house: the one place that opens a connection to another host.
//! Mail goes out, and where the operator allows it the question whether a provider's own
//! policy still stands where its link leads. Whoever sends something shows an open [`Door`],
//! which the register of providers gives for one kind of payload; the question carries
//! nothing. `clippy.toml` refuses every other way to connect.

mod pages;

pub use pages::PageDoor;

use std::time::Duration;

use domain::mail::{Carried, Carrier, CarryError, Composed};
use domain::providers::Door;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport, Message, Tokio1Executor};

use crate::config::{Security, Smtp};

/// A mail server that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(20);
/// A mail may take so many times as long: the server looks at it before it takes it.
const FOR_A_MAIL: u32 = 6;

/// Why the way out cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The sender is no address.
    #[error("CLASSIMIZE_SMTP_FROM is no address. Write it like no-reply@learn.school.example")]
    NotASender,
    /// The certificate cannot be read.
    #[error("CLASSIMIZE_SMTP_CA cannot be read: {0}")]
    NoCertificate(String),
    /// The server cannot be spoken to like this.
    #[error("CLASSIMIZE_SMTP_HOST cannot be used: {0}")]
    NotAServer(String),
}

/// The way out for mail.
#[derive(Clone, Debug)]
pub struct SmtpDoor {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    security: Security,
    patience: Duration,
}

impl SmtpDoor {
    /// Builds it; nothing is connected yet.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that makes a way out, with TLS required both times"
    )]
    pub fn new(smtp: &Smtp) -> Result<Self, EgressError> {
        let from = smtp.from.parse().map_err(|_| EgressError::NotASender)?;
        let not_a_server = |error: SmtpError| EgressError::NotAServer(error.to_string());
        let tls = tls(smtp)?;
        let builder = match smtp.security {
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&smtp.host)
                .map_err(not_a_server)?
                .tls(Tls::Wrapper(tls)),
            Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&smtp.host)
                .map_err(not_a_server)?
                .tls(Tls::Required(tls)),
        };
        let builder = builder.port(smtp.port).timeout(Some(PATIENCE));
        let transport = match smtp.credentials.clone() {
            Some((name, password)) => builder.credentials(Credentials::new(name, password)),
            None => builder,
        }
        .build();
        Ok(Self {
            transport,
            from,
            security: smtp.security,
            patience: PATIENCE,
        })
    }

    /// Whether the server answers, encrypted and with a certificate that holds.
    pub async fn answers(&self) -> Carried {
        let talk = Box::pin(self.transport.test_connection());
        match self.within(self.patience, talk).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(CarryError::NoAnswer),
            Err(why) => Err(why),
        }
    }

    /// A talk with the server, from the first word to the last. The transport's own patience
    /// ends with the connection: whoever takes it and then says nothing would be waited for
    /// without end, and no mail would go out any more.
    async fn within<T>(
        &self,
        patience: Duration,
        talk: impl Future<Output = Result<T, SmtpError>>,
    ) -> Result<T, CarryError> {
        match tokio::time::timeout(patience, talk).await {
            Ok(said) => said.map_err(|error| self.why(&error)),
            Err(_) => Err(CarryError::NoAnswer),
        }
    }

    fn why(&self, error: &SmtpError) -> CarryError {
        if error.is_permanent() {
            CarryError::Refused
        } else if error.is_transient() {
            CarryError::NotNow
        } else if error.is_client() && self.security == Security::StartTls {
            CarryError::NoTls
        } else {
            CarryError::NoAnswer
        }
    }
}

/// TLS 1.2 or newer, with the certificates of the web and the one that is configured.
fn tls(smtp: &Smtp) -> Result<TlsParameters, EgressError> {
    let mut parameters = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = &smtp.ca {
        let no_certificate = |error: &dyn std::fmt::Display| {
            EgressError::NoCertificate(format!("{}: {error}", path.display()))
        };
        let pem = std::fs::read(path).map_err(|error| no_certificate(&error))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| no_certificate(&error))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters
        .build_rustls()
        .map_err(|error| EgressError::NotAServer(error.to_string()))
}

impl Carrier for SmtpDoor {
    async fn carry(&self, door: &Door<Composed>, mail: &Composed) -> Carried {
        let message = message(&self.from, mail).ok_or(CarryError::Refused)?;
        let patience = self.patience.saturating_mul(FOR_A_MAIL);
        self.within(patience, self.transport.send(message)).await?;
        tracing::info!(provider = door.name(), "a mail was sent");
        Ok(())
    }
}

/// The mail as it is sent; none where its address is none.
pub fn message(from: &Mailbox, mail: &Composed) -> Option<Message> {
    let mut builder = Message::builder()
        .from(from.clone())
        .to(mail.to.parse().ok()?)
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()));
    if let Some(url) = &mail.unsubscribe {
        // RFC 8058: one click, by a POST without cookies.
        builder = builder
            .raw_header(plain(
                HeaderName::new_from_ascii_str("List-Unsubscribe"),
                format!("<{url}>"),
            ))
            .raw_header(plain(
                HeaderName::new_from_ascii_str("List-Unsubscribe-Post"),
                "List-Unsubscribe=One-Click".to_owned(),
            ));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            mail.text.clone(),
            mail.html.clone(),
        ))
        .ok()
}

/// A header whose value is ASCII already, and stays in one piece.
fn plain(name: HeaderName, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(unsubscribe: Option<&str>) -> Composed {
        Composed {
            to: "rosa@northgate.example".to_owned(),
            subject: "Still open: Trip".to_owned(),
            text: "Words\n".to_owned(),
            html: "<p>Words</p>".to_owned(),
            message_id: "<1@school.test>".to_owned(),
            unsubscribe: unsubscribe.map(str::to_owned),
        }
    }

    fn sent(mail: &Composed) -> String {
        let from = "no-reply@school.test".parse().expect("an address");
        let message = message(&from, mail).expect("it can be written");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn a_mail_that_can_be_switched_off_carries_both_headers_of_rfc_8058() {
        let url = "https://school.test/unsubscribe/AZqgobIAcACAAAAAAAAAAJNFQ0lEQUJDREVGR0hJSktM";
        let text = sent(&mail(Some(url)));
        assert!(
            text.contains(&format!("List-Unsubscribe: <{url}>\r\n")),
            "{text}"
        );
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
        assert!(text.contains("Message-ID: <1@school.test>"));
        assert!(!sent(&mail(None)).contains("List-Unsubscribe"));
    }

    #[tokio::test]
    async fn a_mail_server_that_takes_the_connection_and_says_nothing_is_not_waited_for() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        for security in [Security::Tls, Security::StartTls] {
            let smtp = Smtp {
                host: "127.0.0.1".to_owned(),
                port: silent.local_addr().expect("it is bound").port(),
                security,
                credentials: None,
                from: "no-reply@school.test".to_owned(),
                ca: None,
            };
            let mut door = SmtpDoor::new(&smtp).expect("it can be built");
            door.patience = Duration::from_millis(50);
            assert_eq!(door.answers().await, Err(CarryError::NoAnswer));
        }
    }

    #[test]
    fn what_is_no_address_is_not_sent() {
        let from = "no-reply@school.test".parse().expect("an address");
        let wrong = Composed {
            to: "rosa@northgate.example\r\nBcc: everybody@else.example".to_owned(),
            ..mail(None)
        };
        assert!(message(&from, &wrong).is_none());
    }
}
