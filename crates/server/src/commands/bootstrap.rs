//! `kobling bootstrap`: a partner, a client and a grant, without a token.

use std::io::Write;

use clap::Args;
use domain::{AccountId, PartnerId, Scopes};
use serde::Serialize;
use service::Settings;
use service::partners::{Bootstrap as Wanted, Bootstrapped};
use storage_postgres::Migrate;
use storage_sqlite::refuse_damaged_wal;

use super::CommandError;
use crate::application::{self, Surroundings};
use crate::config::{Config, DatabaseArgs, PublicUrlArgs};
use crate::logging;
use crate::root_key::RootKeySource;

const EXAMPLES: &str = "\
Examples:
  A partner and a client that may do everything, beside a running server or before the first start:
    kobling bootstrap --partner T112 --public-url https://kobling.example.com --json > client.json
  A client of one merchant that may only read:
    kobling bootstrap --partner T112 --account T11200001 --scope read:accounts --json > reader.json

Run again, it makes a further client and resets nothing: that is how a lost client is replaced.";

/// The arguments of `kobling bootstrap`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Bootstrap {
    /// The partner, such as T112.
    #[arg(long, value_name = "PARTNER")]
    partner: PartnerId,
    /// The account that the client is for; without it, the partner's own.
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountId>,
    /// A scope to grant; may be repeated. Without it, the whole catalogue but the scopes of people and of the public.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Print nothing but the JSON object, not even the advice on standard error.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    public_url: PublicUrlArgs,
}

/// What is printed: everything that a client needs.
#[derive(Debug, Serialize)]
pub(super) struct Printed {
    partner_id: String,
    account_id: String,
    id: String,
    client_id: String,
    client_secret: String,
    audience: String,
    token_url: String,
    scope: Vec<&'static str>,
}

impl Bootstrap {
    pub(super) fn run(self, config: &Config, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let printed = runtime.block_on(self.make(config))?;
        let mut text = serde_json::to_string_pretty(&printed)?;
        text.push('\n');
        std::io::stdout().write_all(text.as_bytes())?;
        if !self.json {
            let advice = "The secret is shown only now. Send client_id and client_secret as HTTP Basic to \
                          token_url, with {\"grant_type\": \"client_credentials\", \"audience\": audience}.\n";
            std::io::stderr().write_all(advice.as_bytes())?;
        }
        Ok(())
    }

    async fn make(&self, config: &Config) -> Result<Printed, CommandError> {
        let url = self.database.url()?;
        let root_key = RootKeySource::of(&self.database, &url);
        let settings = Settings::for_public_url(self.public_url.public_url()?);
        let scopes = match self.scopes.as_slice() {
            [] => Scopes::for_bootstrap(),
            names => Scopes::from_text(&names.join(" "))?,
        };
        let surroundings = Surroundings::of_the_machine();
        let options = config.database.options(&url).named("kobling bootstrap");
        if let Some(file) = options.file() {
            refuse_damaged_wal(file)?;
        }
        let service =
            application::start(&options, Migrate::No, &root_key, settings, &surroundings).await?;
        let wanted = Wanted {
            partner: self.partner,
            account: self.account,
            scopes,
        };
        let made = service.bootstrap(wanted).await?;
        Ok(Printed::new(&made, &service.settings().public_url))
    }
}

impl Printed {
    pub(super) fn new(made: &Bootstrapped, public_url: &str) -> Self {
        Self {
            partner_id: made.account.partner().to_string(),
            account_id: made.account.to_string(),
            id: made.client.id.to_string(),
            client_id: made.client.client_id.clone(),
            client_secret: made.secret.as_str().to_owned(),
            audience: made.audience.clone(),
            token_url: format!("{public_url}/v1/accounts/{}/auth/token", made.account),
            scope: made.scopes.iter().map(domain::Scope::as_str).collect(),
        }
    }
}
