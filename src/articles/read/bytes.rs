use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::InputProblem;

/// How much of a file is looked at to find its encoding and format, in bytes.
pub(super) const HEAD: usize = 64 * 1024;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The bytes of an input after decompression, which is recognised by its magic bytes, not by the name.
pub(super) struct Bytes {
    reader: Box<dyn Read + Send>,
    compression: Option<&'static str>,
}

impl Bytes {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, InputProblem> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => InputProblem::NotFound,
            _ => InputProblem::Unreadable(error),
        })?;
        Self::over(file)
    }

    /// Reads from a stream, looking at its first bytes at once.
    pub(super) fn over(mut raw: impl Read + Send + 'static) -> Result<Self, InputProblem> {
        let mut magic = Vec::with_capacity(ZSTD.len());
        raw.by_ref().take(ZSTD.len() as u64).read_to_end(&mut magic).map_err(InputProblem::Unreadable)?;
        let (gzip, zstd) = (magic.starts_with(GZIP), magic.starts_with(ZSTD));
        let raw = Cursor::new(magic).chain(raw);
        Ok(if gzip {
            // Many gzip files are several members in a row, which the plain decoder would cut short.
            let reader = flate2::read::MultiGzDecoder::new(raw);
            Self { reader: Box::new(reader), compression: Some("gzip") }
        } else if zstd {
            let reader = zstd::stream::read::Decoder::new(raw).map_err(InputProblem::Unreadable)?;
            Self { reader: Box::new(reader), compression: Some("zstd") }
        } else {
            Self { reader: Box::new(raw), compression: None }
        })
    }

    /// Takes up to [`HEAD`] bytes off the front.
    pub(super) fn take_head(&mut self) -> Result<Vec<u8>, InputProblem> {
        let mut head = Vec::new();
        self.reader
            .by_ref()
            .take(HEAD as u64)
            .read_to_end(&mut head)
            .map_err(|error| problem(self.compression, error))?;
        Ok(head)
    }

    /// Appends everything that is left to `bytes`, which may grow to `limit`.
    pub(super) fn read_rest(mut self, bytes: &mut Vec<u8>, limit: u64) -> Result<(), InputProblem> {
        let room = limit.saturating_sub(bytes.len() as u64);
        self.reader
            .by_ref()
            .take(room.saturating_add(1))
            .read_to_end(bytes)
            .map_err(|error| problem(self.compression, error))?;
        if bytes.len() as u64 > limit { Err(InputProblem::TooLarge { limit }) } else { Ok(()) }
    }

    /// What to tell the user about an error that reading this stream gave.
    pub(super) const fn diagnosis(&self) -> Diagnosis {
        Diagnosis { compression: self.compression }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// Tells damaged compressed data from a failing disk, after the stream has been wrapped.
#[derive(Clone, Copy)]
pub(super) struct Diagnosis {
    compression: Option<&'static str>,
}

impl Diagnosis {
    /// The problem behind an error.
    pub(super) fn of(self, error: io::Error) -> InputProblem {
        problem(self.compression, error)
    }
}

fn problem(compression: Option<&'static str>, source: io::Error) -> InputProblem {
    match compression {
        Some(format) if source.raw_os_error().is_none() => InputProblem::Corrupt { format, source },
        _ => InputProblem::Unreadable(source),
    }
}
