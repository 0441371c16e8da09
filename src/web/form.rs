//! What a form of ours sends: looked at only if it comes from a page of ours.

use crate::{client::Client, page_error::PageError, state::Web, visitor::Visitor};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Multipart, Request, multipart::MultipartError},
    http::{HeaderMap, StatusCode, header},
};
use futures_util::StreamExt;
use registrar_kernel::attachment::{LARGEST, Upload};
use registrar_sdk::BilingualText;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Most bytes of a form.
const MOST: usize = 1 << 20;
/// Bytes that are read and dropped of a form that is longer, and for how long at most.
const DROPPED: usize = 8 << 20;
const PATIENCE: Duration = Duration::from_secs(2);
/// Most fields of one.
const MOST_FIELDS: usize = 500;
/// The field with the secret of the session.
pub const TOKEN: &str = "_token";
/// The field with the key under which an action is taken once, however often its form is sent.
pub const KEY: &str = "_key";

/// The field that says that nothing is to be done yet: only what would be said to it is wanted.
pub const CHECK: &str = "_check";

/// A form, and who sent it.
pub struct Posted {
    pub visitor: Visitor,
    pub fields: FormFields,
    pub files: Vec<Upload>,
}

/// Names and values as they were sent.
pub struct FormFields(Vec<(String, String)>);

/// Most bytes of a form with files.
pub const MOST_FILES: usize = 2 * LARGEST;

impl FormFields {
    /// What an address asks.
    pub fn of_query(query: &str) -> FormFields {
        FormFields(form_urlencoded::parse(query.as_bytes()).into_owned().take(MOST_FIELDS).collect())
    }

    /// The same as an address asks it.
    pub fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// The value of a name; of several the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// A value without what surrounds it; empty if it was not sent.
    pub fn trimmed(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default().trim()
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What was filled in, as text that [`FormFields::again`] reads: without the secret of the session.
    pub fn kept(&self) -> String {
        let kept: Vec<&(String, String)> =
            self.0.iter().filter(|(name, _)| name != TOKEN && name != CHECK).collect();
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// What [`FormFields::kept`] gave.
    pub fn again(kept: &str) -> Option<FormFields> {
        serde_json::from_str(kept).ok().map(FormFields)
    }

    /// Whether people filled something in.
    pub fn are_filled(&self) -> bool {
        self.names().any(|name| !self.trimmed(name).is_empty())
    }

    /// The names, but for those of the page's own.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| ![TOKEN, KEY, CHECK].contains(name))
    }
}

impl FromRequest<Web> for Posted {
    type Rejection = PageError;

    async fn from_request(request: Request, web: &Web) -> Result<Posted, PageError> {
        let (mut parts, body) = request.into_parts();
        let host = parts.extensions.get::<Client>().map(|client| client.host.clone()).unwrap_or_default();
        same_origin(&parts.headers, &host)?;
        let visitor = Visitor::from_request_parts(&mut parts, web).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        let (fields, files) = if kind.starts_with("application/x-www-form-urlencoded") {
            let bytes = taken(body, MOST).await?;
            (form_urlencoded::parse(&bytes).into_owned().take(MOST_FIELDS + 1).collect(), Vec::new())
        } else if kind.starts_with("multipart/form-data") {
            parts_of(Request::from_parts(parts, body), web, visitor.who.is_some()).await?
        } else {
            return Err(PageError::Strange(
                "表单的发送格式不对",
                "a form is sent as application/x-www-form-urlencoded",
            ));
        };
        if fields.len() > MOST_FIELDS {
            return Err(PageError::Strange("表单的内容太多", "the form has too many fields"));
        }
        let fields = FormFields(fields);
        if let Some(who) = &visitor.who {
            let sent = fields.get(TOKEN).unwrap_or_default();
            if !bool::from(sent.as_bytes().ct_eq(who.token.as_bytes())) {
                tracing::warn!(office = %visitor.served.office.name, person = %who.person.id, at = %visitor.at, "Denied: a form without the session's secret.");
                return Err(PageError::Denied(BilingualText::new(
                    "这张表单不属于本次登录，请重新打开",
                    "The form is not of this session; open it again",
                )));
            }
        }
        Ok(Posted { visitor, fields, files })
    }
}

/// The fields and the files of a form that has some. Of who has not signed in the files are passed over, and no more
/// text is taken than in a form without: nobody else keeps the server's memory busy.
async fn parts_of(
    request: Request,
    web: &Web,
    signed_in: bool,
) -> Result<(Vec<(String, String)>, Vec<Upload>), PageError> {
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        _ => PageError::Strange("表单不完整，可能传输中断", "the form can't be read; it may be cut off"),
    };
    let mut parts = Multipart::from_request(request, web).await;
    let parts = parts.as_mut().map_err(|_| {
        PageError::Strange("表单的发送格式不对", "the form says no boundary between its parts")
    })?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    let (mut count, mut text) = (0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        count += 1;
        if count > MOST_FIELDS {
            return Err(PageError::Strange("表单的内容太多", "the form has too many fields"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            _ if !signed_in => {
                let is_file = part.file_name().is_some();
                let mut bytes = Vec::new();
                while let Some(chunk) = part.chunk().await.map_err(broken)? {
                    if !is_file {
                        text += chunk.len();
                        if text > MOST {
                            return Err(PageError::TooLarge);
                        }
                        bytes.extend_from_slice(&chunk);
                    }
                }
                if !is_file {
                    fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
                }
            }
            None => fields.push((name, part.text().await.map_err(broken)?)),
            Some(file) => {
                let bytes = part.bytes().await.map_err(broken)?.to_vec();
                // An empty field for a file is sent as an empty file without a name.
                if !file.is_empty() || !bytes.is_empty() {
                    files.push(Upload { field: name, name: file, bytes });
                }
            }
        }
    }
    Ok((fields, files))
}

/// Whether a browser says that the form is on a page of this very server. Each that can sign in says so
/// in one way or the other.
fn same_origin(headers: &HeaderMap, host: &str) -> Result<(), PageError> {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let same = match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host)),
        _ => false,
    };
    if same {
        return Ok(());
    }
    let origin = said("origin").unwrap_or("-").escape_debug().to_string();
    tracing::warn!(origin, host, "Denied: a form from another site.");
    Err(PageError::Denied(BilingualText::new(
        format!(
            "表单来自另一网站（Origin 为 {origin}，本服务收到的 Host 为 {host}）；如有代理，请让它传送原来的 Host \
             （proxy_set_header Host $host），或者在 [web] trusted_proxies 中列出它并让它传送 X-Forwarded-Host"
        ),
        format!(
            "The form comes from another site (its Origin is {origin}, and we are reached as the Host {host}); a proxy \
             before us must pass the Host it got (proxy_set_header Host $host), or be listed under \
             [web] trusted_proxies and pass X-Forwarded-Host"
        ),
    )))
}

/// All of a body, if it is no longer than that. Of a longer one some more is read and dropped before it is said: who
/// still sends when the connection ends never reads why.
async fn taken(body: Body, most: usize) -> Result<Vec<u8>, PageError> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| PageError::TooLarge)?;
        if bytes.len() + chunk.len() > most {
            let rest = async {
                let mut left = DROPPED;
                while let Some(Ok(chunk)) = stream.next().await {
                    left = left.saturating_sub(chunk.len());
                    if left == 0 {
                        return;
                    }
                }
            };
            let _ = tokio::time::timeout(PATIENCE, rest).await;
            return Err(PageError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let host = headers.iter().find(|(name, _)| *name == "host").map_or("", |(_, host)| host);
        assert_eq!(same_origin(&map, host).is_ok(), expected, "{headers:?}");
    }

    #[test]
    fn a_form_counts_only_if_the_browser_says_that_it_is_of_this_server() {
        check(&[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "https://A.example:1"), ("host", "a.example:1")], true);
        check(&[("origin", "https://a.example:1"), ("host", "a.example:2")], false);
        check(&[("origin", "null"), ("host", "a")], false);
        check(&[("host", "a")], false);
        check(&[], false);
    }
}
