//! The local socket by which commands reach a running `serve`: a request of arguments, answered by
//! what the command would have printed.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::Shutdown,
    os::{
        fd::AsRawFd,
        unix::{
            fs::{MetadataExt, PermissionsExt},
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    thread,
};

// Longer paths do not fit a socket's address.
const LONGEST: usize = 100;
/// The most bytes of a request, its input and its files aside.
const LARGEST_REQUEST: u64 = 4 << 20;

/// A command, as its process was started. What it reads follows: its files, then its input to the end.
#[derive(Serialize, Deserialize, Debug)]
pub struct Request {
    /// Its arguments, without the program's name.
    pub args: Vec<OsString>,
    /// Its working folder, for relative paths.
    folder: OsString,
    /// The files that come with it, each with how many bytes of it follow.
    files: Vec<(String, u64)>,
}

impl Request {
    /// A command with its surroundings.
    pub fn new(args: Vec<OsString>, folder: PathBuf) -> Request {
        Request { args, folder: folder.into_os_string(), files: Vec::new() }
    }

    /// Its working folder.
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(&self.folder)
    }
}

/// A request as it was received, with what it reads.
pub struct ReceivedRequest {
    /// The command.
    pub request: Request,
    /// The files that came with it, by their names.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Its input, which may still be on its way.
    pub input: Box<dyn BufRead + Send>,
}

/// A piece of the answer.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyChunk {
    /// Standard output.
    Out(String),
    /// A line of standard error.
    Err(String),
    /// How far the work is.
    Progress(String, u64, u64),
    /// A file to be written where the command was started; its bytes follow.
    File {
        /// Where.
        path: OsString,
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

/// What the socket of a data folder is called in it.
const SOCKET: &str = "registrar.sock";

/// How the socket of a data folder is reached: by its path, or where that is too long for an address, by the
/// folder itself, which must stay open meanwhile. Nothing hangs on where temporary files are.
fn address(data: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let data = data.canonicalize()?;
    let path = data.join(SOCKET);
    if path.as_os_str().len() <= LONGEST {
        return Ok((path, None));
    }
    let folder = File::open(&data)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(SOCKET), Some(folder)))
}

/// Opens the socket. The caller holds the data folder's lock, so a socket that lies there is dead.
///
/// # Errors
/// If the address cannot be bound.
pub fn listen(data: &Path) -> Result<UnixListener> {
    let place = data.join(SOCKET);
    let unopened = || format!("the socket {} cannot be opened", place.display());
    let (path, _folder) = address(data).with_context(unopened)?;
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).with_context(unopened)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Connects to a running `serve`; `None` if none runs.
///
/// # Errors
/// If the socket belongs to somebody else, or can't be reached although it is there.
pub fn connect(data: &Path) -> Result<Option<UnixStream>> {
    let unreachable = || format!("the running office can't be reached over {}", data.join(SOCKET).display());
    let (path, _folder) = match address(data) {
        Ok(address) => address,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(why).with_context(unreachable),
    };
    let stream = match UnixStream::connect(&path) {
        Ok(stream) => stream,
        // Nobody listens: none was ever started, or it has ended.
        Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(why) => return Err(why).with_context(unreachable),
    };
    let (socket, folder) = (std::fs::metadata(&path)?, std::fs::metadata(data)?);
    if socket.uid() != folder.uid() {
        bail!("{} belongs to another user than {}", data.join(SOCKET).display(), data.display());
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

/// Sends a request with the files that it brings, and from then on its input, while the answer is read.
///
/// # Errors
/// If the other side is gone.
pub fn ask(
    stream: &mut UnixStream,
    mut request: Request,
    files: &BTreeMap<String, Vec<u8>>,
    input: Option<Box<dyn BufRead + Send>>,
) -> Result<()> {
    request.files = files.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect();
    send(stream, &request)?;
    for bytes in files.values() {
        stream.write_all(bytes)?;
    }
    let mut out = stream.try_clone()?;
    let mut input = input.unwrap_or_else(|| Box::new(io::empty()));
    // What is not read at the other side is not wanted there: its answer says why.
    thread::Builder::new().name("registrar-input".into()).spawn(move || pour(&mut *input, &mut out))?;
    Ok(())
}

/// Sends an input piece by piece, each with its length, and a piece of none at its end: one that can't be read
/// to its end is told from one that has ended.
fn pour(input: &mut dyn BufRead, out: &mut UnixStream) -> io::Result<()> {
    loop {
        let piece = input.fill_buf()?;
        let length = u32::try_from(piece.len()).unwrap_or(u32::MAX);
        let piece = &piece[..length as usize];
        out.write_all(&length.to_be_bytes())?;
        out.write_all(piece)?;
        if length == 0 {
            return out.shutdown(Shutdown::Write);
        }
        input.consume(length as usize);
    }
}

/// What [`pour`] sends, as it was.
struct ChunkSource<R> {
    from: R,
    left: u64,
    ended: bool,
}

impl<R: Read> Read for ChunkSource<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.ended {
            let mut length = [0; 4];
            self.from.read_exact(&mut length)?;
            self.left = u64::from(u32::from_be_bytes(length));
            self.ended = self.left == 0;
        }
        if self.ended || into.is_empty() {
            return Ok(0);
        }
        let read = self.from.by_ref().take(self.left).read(into)?;
        if read == 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "what was sent ended before its end"));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// Sends a file to be written at the other side.
///
/// # Errors
/// If the other side is gone.
pub fn hand_over(stream: &mut UnixStream, path: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    let (path, attached) = (path.as_os_str().to_owned(), bytes.len() as u64);
    send(stream, &ReplyChunk::File { path, replace, attached, bytes: Vec::new() })?;
    Ok(stream.write_all(bytes)?)
}

/// Reads the request of a connection, and the files that come with it.
///
/// # Errors
/// If it is none, or too large.
pub fn receive(stream: &UnixStream) -> Result<ReceivedRequest> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.by_ref().take(LARGEST_REQUEST).read_line(&mut line)?;
    let request: Request = serde_json::from_str(&line)?;
    let mut files = BTreeMap::new();
    for (name, length) in &request.files {
        files.insert(name.clone(), attached(&mut reader, *length)?);
    }
    let input = ChunkSource { from: reader, left: 0, ended: false };
    Ok(ReceivedRequest { request, files, input: Box::new(BufReader::new(input)) })
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
pub fn answer(stream: UnixStream, mut take: impl FnMut(ReplyChunk)) -> Result<u8> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        match serde_json::from_str(&line)? {
            ReplyChunk::Exit(code) => return Ok(code),
            ReplyChunk::File { path, replace, attached: length, .. } => {
                let bytes = attached(&mut reader, length)?;
                take(ReplyChunk::File { path, replace, attached: length, bytes });
            }
            piece => take(piece),
        }
        line.clear();
    }
    bail!("the running office ended before it answered; look at its log")
}
