//! Flags: the last layer, and how the layers reach the arguments of the commands.
//!
//! An argument belongs to a setting when it has the setting's name in the environment. The arguments are parsed twice:
//! first loosely, to learn which flags were given, so that what is wrong with them is told together with what is wrong
//! elsewhere; then as declared, with the values of the file as defaults.

use std::ffi::OsString;

use clap::builder::{NonEmptyStringValueParser, Resettable, StringValueParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, CommandFactory, FromArgMatches};

use super::file::{self, Named};
use super::problem::ConfigError;
use super::values::{Given, Origin};
use super::{Config, Setting, environment, layers, settings};

/// The argument that names the configuration file.
const FILE_ARG: &str = "config";
const FILE_ENV: &str = "KOBLING_CONFIG";

/// Which configuration file is read.
#[derive(Args, Clone, Debug)]
pub(crate) struct FileArgs {
    /// The configuration file; without it, kobling.toml in the present folder, if it is there.
    #[arg(long = FILE_ARG, id = FILE_ARG, global = true, env = FILE_ENV, value_name = "FILE",
          value_parser = NonEmptyStringValueParser::new())]
    config: Option<String>,
}

/// The flags of all settings, for a command that takes their values from the [`Config`].
#[derive(Clone, Copy, Debug)]
pub struct SettingFlags;

/// What was parsed.
#[derive(Debug)]
pub(crate) struct Parsed<T> {
    pub(crate) arguments: T,
    /// The configuration; the defaults where the command uses no setting.
    pub(crate) config: Result<Config, ConfigError>,
}

/// Reads the arguments and the configuration that goes with them. A command that uses no setting reads none, so that it
/// works beside a wrong one. Ends the process where help is asked for or the arguments cannot be understood.
///
/// # Errors
/// Everything that is wrong with the configuration, unless the command is the one that `tolerant` names.
pub(crate) fn parse<T: CommandFactory + FromArgMatches>(
    arguments: &[OsString],
    tolerant: &str,
) -> Result<Parsed<T>, ConfigError> {
    let command = T::command();
    // Where this fails, the same arguments give the help or the error that is meant, as declared.
    let loose = loosened(T::command()).try_get_matches_from(arguments).ok();
    let used = loose.as_ref().and_then(|matches| uses(&command, matches));
    let Some((name, matches)) = used else {
        return Ok(Parsed {
            arguments: finished(command, arguments),
            config: layers::lay(
                file::Read::default(),
                Default::default(),
                Default::default(),
            ),
        });
    };
    let config = read(&command, name, matches);
    let command = match &config {
        Ok(config) => over_file(command, config),
        Err(_) if name == tolerant => loosened(command),
        Err(error) => return Err(error.clone()),
    };
    Ok(Parsed {
        arguments: finished(command, arguments),
        config,
    })
}

/// What a setting's flag says of itself; the setting is that with this name in the environment.
pub(crate) fn help_of(env_name: &str) -> String {
    named(env_name).map(Setting::help).unwrap_or_default()
}

/// A setting's default, by its name in the environment.
pub(crate) fn default_of(env_name: &str) -> &'static str {
    named(env_name)
        .and_then(|setting| setting.default)
        .unwrap_or_default()
}

fn named(env_name: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.env_name() == env_name)
}

fn setting_of(arg: &Arg) -> Option<&'static Setting> {
    named(arg.get_env()?.to_str()?)
}

/// The subcommand and its arguments, if it uses settings or is given a file with them.
fn uses<'a>(command: &Command, matches: &'a ArgMatches) -> Option<(&'a str, &'a ArgMatches)> {
    let (name, matches) = matches.subcommand()?;
    let mut arguments = command.find_subcommand(name)?.get_arguments();
    let has_file = matches.value_source(FILE_ARG) == Some(ValueSource::CommandLine);
    let uses = arguments.any(|arg| setting_of(arg).is_some()) || has_file;
    uses.then_some((name, matches))
}

#[expect(
    clippy::disallowed_methods,
    reason = "here alone the environment is read"
)]
fn read(command: &Command, name: &str, matches: &ArgMatches) -> Result<Config, ConfigError> {
    let variables: Vec<_> = std::env::vars_os().collect();
    let file = file::read(named_file(matches).as_ref());
    let environment = environment::read(variables, &other_names(command));
    let arguments = command.get_arguments();
    let arguments = arguments.chain(
        command
            .find_subcommand(name)
            .into_iter()
            .flat_map(Command::get_arguments),
    );
    let given = arguments.filter_map(|arg| given(arg, matches)).collect();
    layers::lay(file, environment, (given, Vec::new()))
}

fn named_file(matches: &ArgMatches) -> Option<Named> {
    let path = matches.get_one::<String>(FILE_ARG)?;
    let origin = match matches.value_source(FILE_ARG)? {
        ValueSource::CommandLine => Origin::Flag(format!("--{FILE_ARG}")),
        _ => Origin::Environment(FILE_ENV.to_owned()),
    };
    Some((path.into(), origin))
}

/// Names in the environment that arguments have and that are no settings.
fn other_names(command: &Command) -> Vec<String> {
    let subcommands = command.get_subcommands().flat_map(Command::get_arguments);
    let names = command
        .get_arguments()
        .chain(subcommands)
        .filter_map(Arg::get_env);
    let names = names.filter_map(|name| name.to_str());
    names
        .filter(|name| named(name).is_none())
        .map(str::to_owned)
        .collect()
}

/// What the command line gives for a setting.
fn given(arg: &Arg, matches: &ArgMatches) -> Option<Given> {
    let setting = setting_of(arg)?;
    let text = matches
        .try_get_one::<String>(arg.get_id().as_str())
        .ok()??;
    Some(Given {
        setting: *setting,
        text: text.clone(),
        origin: Origin::Flag(format!("--{}", arg.get_long()?)),
    })
}

/// The arguments of settings take any text, from the command line alone.
fn loosened(command: Command) -> Command {
    changed(command, &|arg, _| {
        arg.value_parser(StringValueParser::new())
            .default_value(Resettable::Reset)
            .env(Resettable::Reset)
    })
}

/// The values of the file become the defaults of the arguments.
fn over_file(command: Command, config: &Config) -> Command {
    changed(command, &|arg, setting| {
        let effective = config.values.find(setting.section, setting.key);
        let of_file = effective.filter(|each| matches!(each.origin, Origin::File { .. }));
        match of_file.and_then(|effective| effective.text.as_ref()) {
            Some(text) => arg.default_value(text),
            None => arg,
        }
    })
}

/// Changes the arguments of settings, in all commands.
fn changed(command: Command, change: &dyn Fn(Arg, &Setting) -> Arg) -> Command {
    let change_one = |arg: Arg| match setting_of(&arg) {
        Some(setting) => change(arg, setting),
        None => arg,
    };
    command
        .mut_args(change_one)
        .mut_subcommands(|command| changed(command, change))
}

/// Parses as declared, or ends the process with the help or the error.
fn finished<T: FromArgMatches>(command: Command, arguments: &[OsString]) -> T {
    let matches = command.get_matches_from(arguments);
    T::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        let with_flags = settings().filter_map(|setting| Some((setting, setting.flag?)));
        // The flag of the log is there in every command.
        let with_flags = with_flags.filter(|(setting, _)| setting.section != "log");
        command.args(with_flags.map(|(setting, flag)| {
            Arg::new(flag)
                .long(flag)
                .env(setting.env_name())
                .value_name("VALUE")
                .help(setting.help())
                .default_value(setting.default)
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), clap::Error> {
        Ok(())
    }
}
