//! Behind a proxy: nginx before the pages, under a prefix and by https; limits by client; who lies about itself.

use super::{PASSWORD, Pages, browser::Browser};
use crate::program::Program;
use std::{
    fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// nginx on a free port, ended when this is dropped.
struct Nginx {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// Before a server, as the documentation says; it believes a header that says who asks, for the tests.
    fn before(server: &str) -> Nginx {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = folder.path().display();
        let config = format!(
            "daemon off; master_process off; pid {at}/pid; error_log stderr;
             events {{ worker_connections 1024; }}
             http {{
               access_log off; client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c;
               uwsgi_temp_path {at}/d; scgi_temp_path {at}/e;
               set_real_ip_from 127.0.0.1; real_ip_header X-Test-Client;
               server {{
                 listen 127.0.0.1:{port};
                 location /oa/ {{
                   proxy_pass {server}/;
                   proxy_set_header Host $http_host;
                   proxy_set_header X-Forwarded-For $remote_addr;
                   proxy_set_header X-Forwarded-Host $http_host;
                   proxy_set_header X-Forwarded-Proto https;
                   proxy_set_header X-Forwarded-Prefix /oa;
                   proxy_buffering off;
                 }}
               }}
             }}"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config).unwrap();
        let child = Command::new("nginx")
            .args(["-c", &file.display().to_string(), "-p", &folder.path().display().to_string()])
            .stderr(Stdio::inherit())
            .spawn()
            .expect("nginx; tests/install.sh installs it");
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "nginx does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Nginx { child, port, _folder: folder }
    }

    /// Someone from an address.
    fn visitor(&self, address: &str) -> Browser {
        Browser::from(&format!("http://127.0.0.1:{}/oa", self.port), address)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pages that trust a proxy on this machine.
fn behind() -> (Pages, Nginx) {
    let program = Program::new();
    program.write("registrar.toml", "[web]\ntrusted_proxies = [\"127.0.0.1\"]\n");
    let pages = Pages::of(program);
    let nginx = Nginx::before(&pages.serving.pages());
    (pages, nginx)
}

#[test]
fn the_pages_lie_below_a_prefix_and_links_say_the_name_scheme_and_path_of_the_proxy() {
    let (_pages, nginx) = behind();
    let mut boss = nginx.visitor("198.51.100.1");
    boss.get("/default/").goes_to("/oa/default/sign-in?back=%2Foa%2Fdefault%2F");
    let page = boss
        .get("/default/sign-in")
        .is(200)
        .shows("action=\"/oa/default/sign-in\"")
        .shows("/oa/assets/style.css");
    let style = page.text.split_once("/oa/assets/").unwrap().1.split_once('"').unwrap().0.to_owned();
    boss.get(&format!("/assets/{style}")).is(200);
    boss.sign_in("boss", PASSWORD).goes_to("/oa/default/");
    let home = boss.get("/default/").is(200).shows("href=\"/oa/default/people\"");
    // No address leads out of the prefix.
    for part in home.text.split(['"', '\'']).filter(|part| part.starts_with('/')) {
        assert!(part.starts_with("/oa/"), "{part}");
    }
    let made = boss.post("/default/people/west/link", &[]).is(200);
    let link = made.text.split_once("<code>").unwrap().1.split_once('<').unwrap().0.to_owned();
    let expected = format!("https://127.0.0.1:{}/oa/default/enter/", nginx.port);
    assert!(link.starts_with(&expected), "{link}");
    boss.get("/default/lang/en?back=%2Foa%2Fdefault%2F").goes_to("/oa/default/");
    boss.get("/nowhere/").is(404).shows("href=\"/oa/\"");
    // A form of the proxy's own name counts; the stream of changes comes through.
    let mut plain = nginx.visitor("198.51.100.1");
    plain.site = "";
    let origin = format!("https://127.0.0.1:{}", nginx.port);
    plain.sign_in_from("west", PASSWORD, &origin).goes_to("/oa/default/");
    plain.sign_in_from("west", PASSWORD, "https://elsewhere.example").is(403).shows("trusted_proxies");
}

#[test]
fn two_hundred_people_sign_in_within_a_minute_and_who_guesses_is_locked_out_alone() {
    let (pages, nginx) = behind();
    let began = Instant::now();
    thread::scope(|scope| {
        for part in 0..4 {
            let nginx = &nginx;
            scope.spawn(move || {
                for n in 0..50 {
                    let mut browser = nginx.visitor(&format!("198.51.{}.{}", part + 1, n + 1));
                    browser.sign_in(["east", "west", "editor"][n % 3], PASSWORD).goes_to("/oa/default/");
                }
            });
        }
        // All the while someone guesses, from one address.
        let nginx = &nginx;
        scope.spawn(move || {
            let mut guesser = nginx.visitor("203.0.113.66");
            let said: Vec<u16> = (0..40).map(|_| guesser.sign_in("east", "not this one").status).collect();
            assert!(said.iter().all(|status| [401, 429].contains(status)) && said.contains(&429), "{said:?}");
        });
    });
    let took = began.elapsed();
    println!("200 signed in within {took:?}");
    assert!(took < Duration::from_secs(60), "{took:?}");
    // The right password is not looked at from there either.
    let refused = nginx.visitor("203.0.113.66").sign_in("east", PASSWORD).status;
    assert!([401, 429].contains(&refused), "{refused}");
    nginx.visitor("203.0.113.67").sign_in("east", PASSWORD).goes_to("/oa/default/");
    // Nobody is another client by saying so: past the proxy, the address is the connection's.
    let log = pages.serving.log();
    assert!(log.contains("Denied: a sign-in"), "{log}");
}

#[test]
fn nobody_is_believed_who_is_no_trusted_proxy() {
    let pages = Pages::new();
    let direct = Browser::new(&pages.serving.pages());
    let lies = [
        ("x-forwarded-for", "198.51.100.9"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "for=198.51.100.9;host=evil.example"),
    ];
    let answer = direct.look("/default/", &lies).is(303);
    assert!(answer.header("location").unwrap().starts_with("/default/sign-in"), "{answer:?}");
    let page = direct.look("/default/sign-in", &lies).is(200);
    assert!(!page.text.contains("evil"), "{page:?}");
    // So many names as one likes are one client.
    let mut tries = Vec::new();
    for n in 0..40 {
        let forged = format!("198.51.100.{n}");
        let fields = [("person", "east"), ("password", "x")];
        tries.push(direct.post_with("/default/sign-in", &fields, &[("x-forwarded-for", &forged)]).status);
    }
    assert!(tries.contains(&429), "{tries:?}");
}

#[test]
fn a_request_without_a_host_or_with_two_is_refused() {
    use std::io::{Read, Write};
    let pages = Pages::new();
    let address = pages.serving.pages();
    let address = address.strip_prefix("http://").unwrap();
    let ask = |head: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let end = "Connection: close\r\n\r\n";
    for head in
        ["GET /default/sign-in HTTP/1.1\r\n", "GET /default/sign-in HTTP/1.1\r\nHost: a\r\nHost: b\r\n"]
    {
        let answer = ask(&format!("{head}{end}"));
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("Host"), "{answer}");
    }
    assert!(ask(&format!("GET /default/sign-in HTTP/1.1\r\nHost: a\r\n{end}")).starts_with("HTTP/1.1 200"));
}

#[test]
fn nobody_has_all_streams_or_all_connections() {
    let pages = Pages::new();
    let east = pages.browser("east");
    let cookie = format!("session={}", east.cookie("session").unwrap());
    let address = pages.serving.pages();
    let address = address.strip_prefix("http://").unwrap();
    let listen = |cookie: &str| {
        use std::io::{BufRead, BufReader, Write};
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(stream, "GET /default/live HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n").unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
        (stream, line.split_whitespace().nth(1).unwrap_or("-").to_owned())
    };
    let held: Vec<_> = (0..30).map(|_| listen(&cookie)).collect();
    let refused = held.iter().filter(|(_, status)| status == "503").count();
    assert_eq!(refused, 10, "{:?}", held.iter().map(|(_, status)| status).collect::<Vec<_>>());
    let west = pages.browser("west");
    assert_eq!(listen(&format!("session={}", west.cookie("session").unwrap())).1, "200");
    // Connections that say nothing: past a limit of its own an address gets no more, and the program goes on.
    let mut open = Vec::new();
    for _ in 0..600 {
        open.extend(TcpStream::connect(address));
    }
    thread::sleep(Duration::from_millis(500));
    drop(open);
    thread::sleep(Duration::from_millis(500));
    pages.browser("editor");
    assert!(pages.serving.log().contains("more than one address may have"));
}
