//! From where a request comes, and by what name, scheme and path its sender reached us: as the connection says,
//! and, where a proxy that the operator trusts stands before us, as the proxy says. Nobody else is believed.

use axum::http::{HeaderMap, Uri, header, request::Parts, uri::PathAndQuery};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

/// The longest prefix of paths.
const LONGEST_PREFIX: usize = 100;

/// Who sent a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Their address.
    pub address: IpAddr,
    /// By what name they reached us; empty if their browser does not say.
    pub host: String,
    /// Whether they did by https, where a proxy says so.
    pub https: Option<bool>,
    /// What stands before all paths where they are: `/oa`, or nothing.
    pub prefix: String,
}

/// Why a request can't be answered to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoHost;

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(pub Vec<IpNet>);

impl Proxies {
    /// Whether an address is one of theirs.
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }

    /// Who sent a request that came over a connection from `peer`; what is forwarded goes on without the prefix.
    ///
    /// # Errors
    /// It names no host, or several.
    pub fn client(&self, peer: IpAddr, parts: &mut Parts) -> Result<Client, NoHost> {
        let peer = peer.to_canonical();
        let host = host_of(parts)?;
        let mut client = Client { address: peer, host, https: None, prefix: String::new() };
        if !self.trust(peer) {
            return Ok(client);
        }
        let headers = &parts.headers;
        if let Some(address) = self.sender(headers) {
            client.address = address;
        }
        let said = |name: &str| last(headers, name).filter(|said| !said.is_empty());
        if let Some(host) = said("x-forwarded-host").filter(|host| is_host(host)) {
            client.host = host.to_owned();
        }
        client.https = said("x-forwarded-proto").map(|scheme| scheme.eq_ignore_ascii_case("https"));
        if let Some(prefix) = said("x-forwarded-prefix").map(|said| said.trim_end_matches('/'))
            && is_prefix(prefix)
        {
            client.prefix = prefix.to_owned();
            if let Some(uri) = without(&parts.uri, prefix) {
                parts.uri = uri;
            }
        }
        Ok(client)
    }

    /// The last address on the way to us that is no proxy of ours.
    fn sender(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let said: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        let mut sender = None;
        for one in said.into_iter().rev() {
            // What a client wrote itself stands before what proxies of ours wrote.
            let Some(address) = address(one) else { break };
            sender = Some(address);
            if !self.trust(address) {
                break;
            }
        }
        sender
    }
}

impl Client {
    /// By what wrong guesses and requests are counted: an address, or the network that one household has.
    pub fn key(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
            }
        }
    }
}

/// The one host that a request names, in its line or in its header.
fn host_of(parts: &Parts) -> Result<String, NoHost> {
    let mut named = parts.headers.get_all(header::HOST).iter();
    let host = match (parts.uri.authority(), named.next(), named.next()) {
        (_, _, Some(_)) | (None, None, None) => return Err(NoHost),
        (Some(authority), _, None) => authority.as_str().to_owned(),
        (None, Some(host), None) => host.to_str().map_err(|_| NoHost)?.to_owned(),
    };
    if is_host(&host) { Ok(host) } else { Err(NoHost) }
}

fn is_host(host: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !host.is_empty() && host.len() <= 255 && host.chars().all(good)
}

fn is_prefix(prefix: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    let parts = || prefix.split('/').skip(1);
    prefix.len() <= LONGEST_PREFIX
        && prefix.starts_with('/')
        && prefix.chars().all(good)
        && parts().all(|part| !part.is_empty() && part != "." && part != "..")
}

/// The same address without what stands before it, where a proxy has left it there.
fn without(uri: &Uri, prefix: &str) -> Option<Uri> {
    let path = uri.path().strip_prefix(prefix)?;
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    let path = if path.is_empty() { "/" } else { path };
    let asked = uri.query().map_or(String::new(), |query| format!("?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{path}{asked}").parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

/// What the proxy nearest to us says.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}

/// `203.0.113.7`, `203.0.113.7:5000`, `2001:db8::1`, `[2001:db8::1]:5000`.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let plain = bracketed.unwrap_or(text);
    let address = plain.parse().ok().or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|at| at.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn check(peer: &str, uri: &str, headers: &[(&'static str, &str)], expected: &str) {
        let proxies = Proxies(vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]);
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let told = match proxies.client(peer.parse().unwrap(), &mut parts) {
            Ok(Client { address, host, https, prefix }) => {
                let https = https.map_or("", |is| if is { " https" } else { " http" });
                format!("{address} {host}{https} {prefix}{}", parts.uri)
            }
            Err(NoHost) => "no host".to_owned(),
        };
        assert_eq!(told, expected, "{peer} {uri} {headers:?}");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let all = [
            ("host", "inner:8080"),
            ("x-forwarded-for", "198.51.100.7, 203.0.113.9"),
            ("x-forwarded-host", "oa.example.org"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-prefix", "/oa/"),
        ];
        check("203.0.113.1", "/default/", &all, "203.0.113.1 inner:8080 /default/");
        check("127.0.0.1", "/default/?a=1", &all, "203.0.113.9 oa.example.org https /oa/default/?a=1");
        check("::ffff:127.0.0.1", "/oa/default/", &all, "203.0.113.9 oa.example.org https /oa/default/");
        check("127.0.0.1", "/oa", &all, "203.0.113.9 oa.example.org https /oa/");
        check("127.0.0.1", "/oaf/x", &all, "203.0.113.9 oa.example.org https /oa/oaf/x");
    }

    #[test]
    fn what_a_client_writes_itself_is_not_where_it_is() {
        let of = |said: &'static str| [("host", "a"), ("x-forwarded-for", said)];
        check("127.0.0.1", "/", &of("1.1.1.1, 10.1.2.3, 198.51.100.7, 10.0.0.2"), "198.51.100.7 a /");
        check("127.0.0.1", "/", &of("10.0.0.1, 10.0.0.2"), "10.0.0.1 a /");
        check("127.0.0.1", "/", &of("198.51.100.7, nonsense"), "127.0.0.1 a /");
        check("127.0.0.1", "/", &of("198.51.100.7:5000"), "198.51.100.7 a /");
        check("127.0.0.1", "/", &of("[2001:db8::1]:5000"), "2001:db8::1 a /");
        check("127.0.0.1", "/", &of(""), "127.0.0.1 a /");
        for prefix in ["//evil.example", "/../x", "/a b", "oa", "/a//b"] {
            check("127.0.0.1", "/", &[("host", "a"), ("x-forwarded-prefix", prefix)], "127.0.0.1 a /");
        }
        check("127.0.0.1", "/", &[("host", "a"), ("x-forwarded-host", "evil/x")], "127.0.0.1 a /");
    }

    #[test]
    fn a_request_names_one_host() {
        check("203.0.113.1", "/", &[], "no host");
        check("203.0.113.1", "/", &[("host", "a"), ("host", "b")], "no host");
        check("203.0.113.1", "/", &[("host", "a\"><x")], "no host");
        check("203.0.113.1", "http://a/x", &[("host", "b")], "203.0.113.1 a http://a/x");
    }

    #[test]
    fn a_network_of_one_household_is_one_client() {
        let key = |address: &str| {
            Client {
                address: address.parse().unwrap(),
                host: String::new(),
                https: None,
                prefix: String::new(),
            }
            .key()
        };
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2::9"));
        assert_ne!(key("2001:db8:1:2::"), key("2001:db8:1:3::"));
        assert_eq!(key("198.51.100.7"), "198.51.100.7");
    }
}
