//! Requests of plugins: only to hosts that were allowed, without following anyone elsewhere, within
//! limits of time and size.

use crate::egress::{EgressAllowance, egress_log::EgressRecord, told};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use registrar_sdk::{Value, value::Map};
use sha2::Sha256;
use std::{sync::LazyLock, time::Duration};
use ureq::{
    Agent,
    http::{HeaderName, HeaderValue, Request, Uri},
};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that are sent or taken in at most.
const LARGEST: usize = 1 << 20;

/// Headers that say how a request is carried, which is not a plugin's to say; `webhook-` ones are made here.
const OWN: [&str; 6] = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "expect"];
const SIGNED: &str = "webhook-";

static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    let config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // Whoever is allowed could send a request on to who is not.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .allow_non_standard_methods(false)
        .user_agent(concat!("registrar/", env!("CARGO_PKG_VERSION")))
        .build();
    config.into()
});

/// Makes a request, and notes in `call` what becomes of it.
///
/// # Errors
/// The plugin may not reach the host, the request is wrong, or no answer came.
pub fn request(
    allowed: &EgressAllowance,
    plugin: &str,
    request: &Value,
    call: &mut EgressRecord,
) -> Result<Value, String> {
    let url = request.get("url").as_str().unwrap_or_default();
    call.to = known(url);
    let uri: Uri = url.parse().map_err(|why| format!("`{}` is no address: {why}", call.to))?;
    may_reach(allowed, plugin, &uri)?;
    let body = match request.get("body") {
        Value::Bytes(bytes) => bytes.to_vec(),
        other => other.as_str().unwrap_or_default().as_bytes().to_vec(),
    };
    if body.len() > LARGEST {
        return Err(format!("the body has {} bytes; at most {LARGEST} are sent", body.len()));
    }
    call.sent = body.len();
    let method = request.get("method").as_str().unwrap_or("GET");
    let mut built = Request::builder().method(method).uri(uri);
    for (name, value) in request.get("headers").as_map().into_iter().flatten() {
        let lower = name.to_lowercase();
        if OWN.contains(&lower.as_str()) || lower.starts_with(SIGNED) {
            return Err(format!("the header `{name}` is not a plugin's to set"));
        }
        let text = value.as_str().unwrap_or_default();
        let name: HeaderName = lower.parse().map_err(|_| format!("`{name}` is no name of a header"))?;
        let value =
            HeaderValue::from_str(text).map_err(|_| format!("the header `{name}` has a bad value"))?;
        built = built.header(name, value);
    }
    let key = request.get("key").as_str();
    if request.get("sign").as_bool() == Some(true) {
        let now = jiff::Timestamp::now().as_second();
        let key = key.ok_or("a request that is signed needs a `key`")?;
        for (name, value) in signature(allowed, plugin, key, now, &body)? {
            built = built.header(name, value);
        }
    } else if let Some(key) = key {
        built = built.header("webhook-id", key);
    }
    let built = built.body(body).map_err(|why| format!("the request can't be made: {why}"))?;
    let mut answer = AGENT.run(built).map_err(|why| format!("{} did not answer: {why}", call.to))?;
    call.status = Some(answer.status().as_u16());
    let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let bytes = answer.body_mut().with_config().limit(limit).read_to_vec();
    let bytes = bytes.map_err(|why| format!("the answer of {} can't be taken in: {why}", call.to))?;
    call.received = bytes.len();
    let mut headers = Map::new();
    for (name, value) in answer.headers() {
        if let Ok(value) = value.to_str() {
            headers.insert(name.as_str().into(), Value::text(value));
        }
    }
    Ok(Value::map([
        ("status", Value::Int(answer.status().as_u16().into())),
        ("headers", Value::Map(headers)),
        ("body", Value::Bytes(bytes.into())),
    ]))
}

// What may be written down of an address: neither a question nor a name and a password, which may be secret.
fn known(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let (authority, path) = rest.split_once('/').map_or((rest, String::new()), |(a, p)| (a, format!("/{p}")));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") }
}

fn may_reach(allowed: &EgressAllowance, plugin: &str, uri: &Uri) -> Result<(), String> {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().ok_or("the address names no host")?;
    if authority.as_str().contains('@') {
        return Err("an address holds no name and password; use a header".into());
    }
    let standard = if scheme == "https" { 443 } else { 80 };
    let port = authority.port_u16().unwrap_or(standard);
    let host = authority.host().to_lowercase();
    let allows = |entry: &String| {
        let (of, rest) = entry.split_once("://").unwrap_or(("https", entry));
        let whole = rest.trim_end_matches('/').to_lowercase();
        of == scheme && (whole == format!("{host}:{port}") || port == standard && whole == host)
    };
    if ["http", "https"].contains(&scheme) && allowed.hosts.iter().any(allows) {
        return Ok(());
    }
    Err(format!(
        "{plugin} may not reach {scheme}://{authority}; `hosts` under [outside.{plugin}] in registrar.toml lists \
         where it may"
    ))
}

// As Standard Webhooks 1.0 has it (https://www.standardwebhooks.com): HMAC-SHA256 over `id.time.body`.
fn signature(
    allowed: &EgressAllowance,
    plugin: &str,
    key: &str,
    now: i64,
    body: &[u8],
) -> Result<[(&'static str, String); 3], String> {
    let secret = told(allowed.secret.as_deref(), allowed.secret_file.as_ref())?.ok_or_else(|| {
        format!("{plugin} has no secret to sign with; give it one under [outside.{plugin}] in registrar.toml")
    })?;
    let secret = match secret.strip_prefix("whsec_") {
        Some(coded) => {
            STANDARD.decode(coded).map_err(|_| "the secret after `whsec_` is not base64".to_owned())?
        }
        None => secret.into_bytes(),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).map_err(|why| why.to_string())?;
    mac.update(format!("{key}.{now}.").as_bytes());
    mac.update(body);
    let signed = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    Ok([
        ("webhook-id", key.to_owned()),
        ("webhook-timestamp", now.to_string()),
        ("webhook-signature", signed),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaches(hosts: &[&str], url: &str) -> bool {
        let allowed = EgressAllowance {
            hosts: hosts.iter().map(|h| (*h).to_owned()).collect(),
            ..EgressAllowance::default()
        };
        may_reach(&allowed, "p", &url.parse().unwrap()).is_ok()
    }

    #[test]
    fn only_the_very_hosts_that_are_listed_are_reached() {
        let hosts = ["hooks.example.org", "http://127.0.0.1:8080", "https://a.example:444"];
        for url in
            ["https://hooks.example.org/x", "https://HOOKS.example.org:443/", "http://127.0.0.1:8080/a?b"]
        {
            assert!(reaches(&hosts, url), "{url}");
        }
        for url in [
            "http://hooks.example.org/",
            "https://hooks.example.org.evil.example/",
            "https://evil.example/hooks.example.org",
            "https://hooks.example.org:8443/",
            "https://hooks.example.org@evil.example/",
            "https://user:pw@hooks.example.org/",
            "http://127.0.0.1/",
            "http://localhost:8080/",
            "https://a.example/",
            "ftp://hooks.example.org/",
        ] {
            assert!(!reaches(&hosts, url), "{url}");
        }
        assert!(!reaches(&[], "https://hooks.example.org/"));
    }

    #[test]
    fn what_may_be_secret_in_an_address_is_not_written_down() {
        for (url, written) in [
            ("https://hooks.example.org/in/x?token=secret#part", "https://hooks.example.org/in/x"),
            ("https://user:secret@hooks.example.org:444/in", "https://hooks.example.org:444/in"),
            ("https://user:se@cret@hooks.example.org", "https://hooks.example.org"),
            ("user:secret@hooks.example.org/in?a", "hooks.example.org/in"),
        ] {
            assert_eq!(known(url), written);
        }
    }

    #[test]
    fn a_signature_is_that_of_the_specifications_example() {
        let secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let allowed = EgressAllowance { secret, ..EgressAllowance::default() };
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let made = signature(&allowed, "p", id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(made.unwrap()[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
