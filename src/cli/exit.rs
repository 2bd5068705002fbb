use std::process::ExitCode;

/// How a run ended; the numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything was done.
    Done = 0,
    /// The run could not be finished.
    Failure = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// A gate was not met: `train --check` found errors, or `evaluate --fail-under` a lower figure.
    Gate = 3,
    /// Finished, but some inputs were rejected.
    Rejected = 4,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
