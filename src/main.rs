//! Hands the arguments to `cli`, returns its exit code.

fn main() -> std::process::ExitCode {
    caveat::cli::main(std::env::args_os())
}
