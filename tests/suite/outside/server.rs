//! Servers on loopback: one that answers requests as it is told and keeps them, and a mail server.

use super::python;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How long anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something is there.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what} never came");
        thread::sleep(Duration::from_millis(30));
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Came {
    /// `POST /in HTTP/1.1`.
    pub line: String,
    /// By name in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A server that answers each request with the next of its answers, and then with the last of them.
pub struct Http {
    pub address: String,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Http {
    /// Answers are whole heads and bodies after the protocol: `202 Accepted\r\n…`.
    pub fn start(answers: &[&str]) -> Http {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let came: Arc<Mutex<Vec<Came>>> = Arc::default();
        let (kept, mut answers) =
            (came.clone(), answers.iter().map(|answer| (*answer).to_owned()).collect::<Vec<_>>());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
                if let Some(request) = take(stream, &answer) {
                    kept.lock().unwrap().push(request);
                }
            }
        });
        Http { address, came }
    }

    /// What came so far.
    pub fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    /// Waits until so many came.
    #[track_caller]
    pub fn wait(&self, n: usize) -> Vec<Came> {
        until(&format!("request {n}"), || Some(self.came()).filter(|came| came.len() >= n))
    }
}

fn take(stream: TcpStream, answer: &str) -> Option<Came> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, n)| n.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    write!(&stream, "HTTP/1.1 {answer}").ok()?;
    Some(Came { line: line.trim_end().to_owned(), headers, body })
}

/// aiosmtpd, which keeps each mail as a file.
pub struct Smtp {
    pub address: String,
    child: Child,
    folder: tempfile::TempDir,
}

impl Smtp {
    pub fn start() -> Smtp {
        // A port that is free now is taken by nobody until the server has it, or it is tried again.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Smtp::start_at(port)
    }

    pub fn start_at(port: u16) -> Smtp {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{port}");
        let child = python()
            .args(["-m", "aiosmtpd", "-n", "-l", &address, "-c", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("box"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("the mail server", || TcpStream::connect(&address).ok());
        Smtp { address, child, folder }
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("box/new")
    }

    /// The mails that came, as Python's parser reads them: their subject, addresses, text and the names of
    /// what goes with them.
    pub fn mails(&self) -> Vec<String> {
        if !self.kept().exists() {
            return Vec::new();
        }
        let said = python().args(["-c", READ]).arg(self.kept()).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout)
            .unwrap()
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Waits until so many came.
    #[track_caller]
    pub fn wait(&self, n: usize) -> Vec<String> {
        until(&format!("mail {n}"), || {
            let there = std::fs::read_dir(self.kept()).map_or(0, Iterator::count);
            (there >= n).then(|| self.mails())
        })
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const READ: &str = r#"
import email, email.policy, os, sys
lines = []
for name in os.listdir(sys.argv[1]):
    with open(os.path.join(sys.argv[1], name), 'rb') as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    text = mail.get_body(('plain',)).get_content().strip().replace('\r', '').replace('\n', '|')
    parts = [(part.get_filename(), part.get_content()[:2]) for part in mail.iter_attachments()]
    lines.append(f"{mail['to']} <- {mail['from']} | {mail['subject']} | {text} | {parts} | {mail['message-id']}")
print('\n'.join(sorted(lines)))
"#;
