//! As much of a browser as forms need: cookies, hidden fields, no following of redirects.

use std::time::Duration;
use ureq::{Agent, Body, http::Response};

pub struct Browser {
    agent: Agent,
    base: String,
    // From where it says to a proxy that it comes.
    client: Option<String>,
    /// What it says of where a form lies; a browser does so by itself.
    pub site: &'static str,
    pub token: Option<String>,
}

/// An answer that was read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub headers: Vec<(String, String)>,
}

impl Browser {
    /// One that a proxy takes to be at an address.
    pub fn from(base: &str, address: &str) -> Browser {
        Browser { client: Some(address.to_owned()), ..Browser::new(base) }
    }

    pub fn new(base: &str) -> Browser {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            // The server closes what idles for ten seconds; unlike a browser this one would not try again.
            .max_idle_connections(0)
            .build();
        Browser {
            agent: config.into(),
            base: base.to_owned(),
            client: None,
            site: "same-origin",
            token: None,
        }
    }

    /// Opens an address below the server's; remembers the secret of the forms on it.
    #[track_caller]
    pub fn get(&mut self, at: &str) -> Answer {
        let answer = self.look(at, &[]);
        if let Some(token) = answer.field("_token") {
            self.token = Some(token);
        }
        answer
    }

    /// Opens an address with headers.
    #[track_caller]
    pub fn look(&self, at: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{at}", self.base));
        if let Some(client) = &self.client {
            request = request.header("x-test-client", client);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call().unwrap())
    }

    /// Sends a form, with the secret of the page that was last opened.
    #[track_caller]
    pub fn post(&self, at: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.as_deref().map(|token| ("_token", token));
        let fields: Vec<(&str, &str)> = token.into_iter().chain(fields.iter().copied()).collect();
        self.post_as_it_is(at, &fields)
    }

    /// Sends a form with these fields alone.
    #[track_caller]
    pub fn post_as_it_is(&self, at: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(at, fields, &[])
    }

    /// The same with headers of one's own.
    #[track_caller]
    pub fn post_with(&self, at: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(format!("{}{at}", self.base));
        if !self.site.is_empty() {
            request = request.header("sec-fetch-site", self.site);
        }
        if let Some(client) = &self.client {
            request = request.header("x-test-client", client);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send_form(fields.iter().copied()).unwrap())
    }

    /// Signs in as a browser does that only says where the form is from.
    #[track_caller]
    pub fn sign_in_from(&self, person: &str, password: &str, origin: &str) -> Answer {
        let fields = [("person", person), ("password", password)];
        self.post_with("/default/sign-in", &fields, &[("origin", origin)])
    }

    /// Sends bytes of a kind.
    #[track_caller]
    pub fn send(&self, at: &str, kind: &str, bytes: &[u8]) -> Answer {
        let request = self.agent.post(format!("{}{at}", self.base));
        read(request.header("sec-fetch-site", self.site).header("content-type", kind).send(bytes).unwrap())
    }

    /// Sends a form with files: each with its field, its name and its content.
    #[track_caller]
    pub fn upload(&self, at: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        const BOUNDARY: &str = "----a-boundary-of-no-text";
        let mut body = Vec::new();
        let token = self.token.as_deref().map(|token| ("_token", token));
        for (name, value) in token.iter().chain(fields) {
            let head =
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.as_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.as_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.send(at, &format!("multipart/form-data; boundary={BOUNDARY}"), &body)
    }

    #[track_caller]
    pub fn sign_in(&mut self, person: &str, password: &str) -> Answer {
        let answer = self.post_as_it_is("/default/sign-in", &[("person", person), ("password", password)]);
        self.get("/default/");
        answer
    }

    /// The value of a cookie that it has.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = self.agent.cookie_jar_lock();
        jar.iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }
}

fn read(mut response: Response<Body>) -> Answer {
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned()));
    Answer {
        status: response.status().as_u16(),
        headers: headers.collect(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a hidden field of the page.
    pub fn field(&self, name: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!(r#"name="{name}" value=""#))?;
        Some(rest.split_once('"')?.0.to_owned())
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub fn goes_to(self, at: &str) -> Answer {
        assert_eq!((self.status, self.header("location")), (303, Some(at)), "{self:?}");
        self
    }

    #[track_caller]
    pub fn shows(self, what: &str) -> Answer {
        assert!(self.text.contains(what), "not shown: {what:?}\n{self:?}");
        self
    }

    #[track_caller]
    pub fn hides(self, what: &str) -> Answer {
        assert!(!self.text.contains(what), "shown: {what:?}\n{self:?}");
        self
    }
}
