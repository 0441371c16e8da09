//! Mails of plugins, handed to the operator's server.

use crate::egress::{MailConfig, egress_log::EgressRecord, told};
use lettre::{
    Message, SmtpTransport, Transport,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use registrar_sdk::Value;
use std::time::Duration;

/// How long the server is waited for, at each of its answers.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that may go with a mail.
const LARGEST: usize = 10 << 20;
/// Addresses of one mail.
const MOST: usize = 200;

/// Sends a mail to each of its addresses, and notes in `call` what becomes of it.
///
/// # Errors
/// There is no server, the mail is wrong, or the server does not take it.
pub fn send(config: &MailConfig, message: &Value, call: &mut EgressRecord) -> Result<(), String> {
    let server = told(config.server.as_deref(), config.server_file.as_ref())?
        .ok_or("there is no mail server; name one as `server` under [mail] in registrar.toml")?;
    let from =
        config.from.as_deref().ok_or("say whom mails are from: `from` under [mail] in registrar.toml")?;
    let from: Mailbox = from.parse().map_err(|why| format!("[mail] from: {why}"))?;
    let to: Vec<&str> = message.get("to").items().iter().filter_map(Value::as_str).collect();
    call.to = to.join(", ");
    if to.is_empty() || to.len() > MOST {
        return Err(format!("a mail has between 1 and {MOST} addresses, not {}", to.len()));
    }
    let to = to.iter().map(|one| one.parse().map_err(|why| format!("`{one}` is no mail address: {why}")));
    let to: Vec<Mailbox> = to.collect::<Result<_, _>>()?;
    // What lettre says of a server never names its password, but an address that can't be read would.
    let transport = SmtpTransport::from_url(&server)
        .map_err(|_| "[mail] server is no address like smtps://user:password@mail.example.org".to_owned())?
        .timeout(Some(PATIENCE))
        .build();
    for (n, to) in to.into_iter().enumerate() {
        let mail = built(message, &from, to, n)?;
        call.sent += mail.formatted().len();
        transport.send(&mail).map_err(|why| format!("the mail server did not take it: {why}"))?;
    }
    Ok(())
}

fn built(message: &Value, from: &Mailbox, to: Mailbox, n: usize) -> Result<Message, String> {
    let subject = message.get("subject").as_str().unwrap_or_default();
    // A second line would be a header of its own.
    if subject.chars().any(char::is_control) {
        return Err("a subject is one line".into());
    }
    let mut mail = Message::builder().from(from.clone()).to(to).subject(subject);
    if let Some(key) = message.get("key").as_str() {
        let domain = from.email.domain();
        let id = blake3::hash(key.as_bytes()).to_hex();
        mail = mail.message_id(Some(format!("<{}.{n}@{domain}>", &id[..32])));
    }
    let text = SinglePart::plain(message.get("text").as_str().unwrap_or_default().to_owned());
    let mut parts = MultiPart::mixed().singlepart(text);
    let mut size = 0;
    for file in message.get("attachments").items() {
        let name = file.get("name").as_str().unwrap_or_default().to_owned();
        let kind = file.get("type").as_str().unwrap_or("application/octet-stream");
        let kind = ContentType::parse(kind).map_err(|why| format!("the attachment `{name}`: {why}"))?;
        let content = match file.get("content") {
            Value::Bytes(bytes) => bytes.to_vec(),
            other => other.as_str().unwrap_or_default().as_bytes().to_vec(),
        };
        size += content.len();
        if size > LARGEST {
            return Err(format!("the attachments have more than {LARGEST} bytes"));
        }
        parts = parts.singlepart(Attachment::new(name).body(content, kind));
    }
    mail.multipart(parts).map_err(|why| format!("the mail can't be made: {why}"))
}
