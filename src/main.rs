//! The `demarche` program: everything is in [`demarche::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Articles are read on one thread, written on another and made of many small texts between them: the system's allocator
/// takes a fifth of all instructions there, this one a third of that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    demarche::cli::main()
}
