//! The `demarche` program: everything is in [`demarche::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    demarche::cli::main()
}
