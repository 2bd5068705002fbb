use std::fs::File;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Where records go: standard output, or a file that appears under its name only when it is whole.
#[derive(Debug)]
pub struct Output {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Stdout(BufWriter<StdoutLock<'static>>),
    /// Written beside the final name and renamed by [`Output::finish`].
    File {
        staged: BufWriter<NamedTempFile>,
        path: PathBuf,
    },
    /// A device or pipe, which has no "whole".
    Stream(BufWriter<File>),
}

impl Output {
    /// Standard output, buffered.
    #[must_use]
    pub fn stdout() -> Self {
        Self { place: Place::Stdout(BufWriter::new(io::stdout().lock())) }
    }

    /// A file that is written aside and takes its name in [`finish`](Self::finish); `-` is standard
    /// output.
    ///
    /// # Errors
    /// Where the folder does not exist or cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::stdout());
        }
        let is_special = std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
        if is_special {
            let file = File::options().write(true).open(path)?;
            return Ok(Self { place: Place::Stream(BufWriter::new(file)) });
        }
        if path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut staging = tempfile::Builder::new();
        staging.prefix(".demarche-").suffix(".partial");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            staging.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let staged = BufWriter::new(staging.tempfile_in(folder)?);
        Ok(Self { place: Place::File { staged, path: path.to_owned() } })
    }

    /// Pushes out what is buffered and gives the file its name.
    ///
    /// # Errors
    /// Where the last bytes cannot be written or the file cannot be renamed; a staged file is removed.
    pub fn finish(self) -> io::Result<()> {
        match self.place {
            Place::Stdout(mut out) => out.flush(),
            Place::Stream(mut out) => out.flush(),
            Place::File { staged, path } => {
                let staged = staged.into_inner().map_err(io::IntoInnerError::into_error)?;
                staged.as_file().sync_all()?;
                staged.persist(path)?;
                Ok(())
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Stdout(out) => out.write(bytes),
            Place::Stream(out) => out.write(bytes),
            Place::File { staged, .. } => staged.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Stdout(out) => out.flush(),
            Place::Stream(out) => out.flush(),
            Place::File { staged, .. } => staged.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::Output;

    #[test]
    fn a_file_takes_its_name_only_when_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("quotes.jsonl");
        let mut output = Output::create(&path).unwrap();
        output.write_all(b"{}\n").unwrap();
        output.flush().unwrap();
        assert!(!path.exists());
        output.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{}\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_finished_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("quotes.jsonl");
        std::fs::write(&path, "old").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.write_all(b"new").unwrap();
        drop(output);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
