//! The program: reads its command and runs it.
use clap::Parser;
use portvakt::command::account::{self, Account};
use portvakt::command::arguments::{Arguments, Command};
use portvakt::command::{doctor, import, show};
use portvakt::config::Settings;
use portvakt::{observe, serve};
use std::process::ExitCode;

/// glibc keeps the large blocks that Argon2 asks for. mimalloc gives them back to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A thread that has hashed a password keeps its memory until it has been idle for a while, so there are few
    // threads: one for each hash that may run, and one for everything else.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(cores + 1).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(run(Arguments::parse())),
        Err(error) => {
            eprintln!("portvakt: the system starts no threads: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> ExitCode {
    let done = match arguments.command {
        Command::Serve(options) => match options.serving.settings() {
            Ok(Settings { config, .. }) => match observe::start(&config) {
                Ok(_traces) => serve::serve(&config, options.demo).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        },
        Command::Doctor(options) => match doctor::doctor(&options).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
        Command::Config(options) => show::show(&options),
        Command::Account(Account::Recover { email, place }) => account::recover(&place, &email).await,
        Command::Account(Account::Import(options)) => import::import(&options).await,
        Command::Account(Account::ResetSecondFactor { email, place }) => {
            account::reset_second_factor(&place, &email).await
        }
        Command::Account(Account::Unlock { email, place }) => account::unlock(&place, &email).await,
        Command::Tenant(tenant) => tenant.run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portvakt: {error:#}");
            ExitCode::FAILURE
        }
    }
}
