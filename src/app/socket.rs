//! The local socket by which commands reach a running `serve`: a request of arguments, answered by
//! what the command would have printed.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
};

// Longer paths do not fit a socket's address.
const LONGEST: usize = 100;
const LARGEST_REQUEST: u64 = 64 << 20;

/// A command, as its process was started.
#[derive(Serialize, Deserialize, Debug)]
pub struct Request {
    /// Its arguments, without the program's name.
    pub args: Vec<String>,
    /// Its working folder, for relative paths.
    pub folder: PathBuf,
    /// Its standard input, for commands that read it.
    pub input: String,
    /// How many bytes of a file follow the request.
    #[serde(default)]
    attached: u64,
    /// The file that the command reads, if it reads one whole: this process may see other files than
    /// the one that answers.
    #[serde(skip)]
    pub file: Vec<u8>,
}

impl Request {
    /// A command with its surroundings.
    pub fn new(args: Vec<String>, folder: PathBuf, input: String, file: Vec<u8>) -> Request {
        Request { args, folder, input, attached: file.len() as u64, file }
    }
}

/// A piece of the answer.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// Standard output.
    Out(String),
    /// A line of standard error.
    Err(String),
    /// How far the work is.
    Progress(String, u64, u64),
    /// A file to be written where the command was started; its bytes follow.
    File {
        /// Where.
        path: PathBuf,
        /// Whether one that is there is replaced.
        replace: bool,
        /// How many bytes follow.
        attached: u64,
        /// They.
        #[serde(skip)]
        bytes: Vec<u8>,
    },
    /// The end, with the exit code.
    Exit(u8),
}

/// Where the socket of a data folder is.
pub fn path(data: &Path) -> PathBuf {
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let inside = data.join("registrar.sock");
    if inside.as_os_str().len() <= LONGEST {
        return inside;
    }
    let name = blake3::hash(data.as_os_str().as_encoded_bytes()).to_hex();
    std::env::temp_dir().join(format!("registrar-{}.sock", &name[..16]))
}

/// Opens the socket. The caller holds the data folder's lock, so a socket that lies there is dead.
///
/// # Errors
/// If the address cannot be bound.
pub fn listen(data: &Path) -> Result<UnixListener> {
    let path = path(data);
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("the socket {} cannot be opened", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Connects to a running `serve`; `None` if none runs.
///
/// # Errors
/// If the socket belongs to somebody else.
pub fn connect(data: &Path) -> Result<Option<UnixStream>> {
    let path = path(data);
    let Ok(stream) = UnixStream::connect(&path) else { return Ok(None) };
    let (socket, folder) = (std::fs::metadata(&path)?, std::fs::metadata(data)?);
    if socket.uid() != folder.uid() {
        bail!("{} belongs to another user than {}", path.display(), data.display());
    }
    Ok(Some(stream))
}

/// Writes one line of JSON.
///
/// # Errors
/// If the other side is gone.
pub fn send(stream: &mut impl Write, message: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    stream.flush()?;
    Ok(())
}

/// Sends a request and the file that it brings.
///
/// # Errors
/// If the other side is gone.
pub fn ask(stream: &mut UnixStream, request: &Request) -> Result<()> {
    send(stream, request)?;
    Ok(stream.write_all(&request.file)?)
}

/// Sends a file to be written at the other side.
///
/// # Errors
/// If the other side is gone.
pub fn hand_over(stream: &mut UnixStream, path: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    let (path, attached) = (path.to_owned(), bytes.len() as u64);
    send(stream, &Piece::File { path, replace, attached, bytes: Vec::new() })?;
    Ok(stream.write_all(bytes)?)
}

/// Reads the request of a connection.
///
/// # Errors
/// If it is none, or too large.
pub fn receive(stream: &UnixStream) -> Result<Request> {
    let mut line = String::new();
    let mut reader = BufReader::new(std::io::Read::take(stream, LARGEST_REQUEST));
    reader.read_line(&mut line)?;
    let mut request: Request = serde_json::from_str(&line)?;
    request.file = attached(&mut reader, request.attached)?;
    Ok(request)
}

// Reads as it comes: a length that is only claimed takes no memory.
fn attached(reader: &mut impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        bail!("the other side ended before its file did");
    }
    Ok(bytes)
}

/// Reads the answer, piece by piece.
///
/// # Errors
/// If the other side ends without an exit code.
pub fn answer(stream: UnixStream, mut take: impl FnMut(Piece)) -> Result<u8> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        match serde_json::from_str(&line)? {
            Piece::Exit(code) => return Ok(code),
            Piece::File { path, replace, attached: length, .. } => {
                let bytes = attached(&mut reader, length)?;
                take(Piece::File { path, replace, attached: length, bytes });
            }
            piece => take(piece),
        }
        line.clear();
    }
    bail!("the running office ended before it answered; look at its log")
}
