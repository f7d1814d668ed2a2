//! Ready to be spread over several servers by partner: every key starts with the partner, nothing crosses partners, and
//! every statement but a few names its partners as a plain parameter.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::clients::AddClient;
use domain::connections::ConnectionName;
use domain::{AccountId, Caller, IdSeed, SecretHash, Timestamp};
use storage::conformance::SeededEntropy;
use storage::{
    AccountsPage, ClientKey, EventsPage, Installation, LogPage, Order, Reader, RootKeyCheck,
    Storage, WriteError,
};
use storage_postgres::PostgresStorage;
use storage_postgres::testing::TestDatabase;
use uuid::Uuid;

use crate::{begin, event, open, write};

/// Tables that belong to no partner.
const OF_NO_PARTNER: [(&str, &str); 3] = [
    ("installation", "one row that says whose database it is"),
    ("kobling_migrations", "the schema itself"),
    ("leases", "who does which work in the background"),
];

/// Sent in the background, soon after a batch.
const TELLS: &str = "pg_notify";

/// Statements over all partners, or over none, by a part of each. A new line here is a matter for review.
const OVER_ALL_PARTNERS: [(&str, &str); 11] = [
    (
        "FROM streams ORDER BY partner",
        "stream heads: commands and wake-ups look at all logs",
    ),
    (
        "FROM answers WHERE at <",
        "looks for old answers to forget, in the background, by time",
    ),
    ("INTO installation", "sets the database up"),
    ("UPDATE installation", "readiness makes something durable"),
    ("FROM installation", "the root key's check"),
    ("INTO leases", "work in the background"),
    ("DELETE FROM leases", "work in the background"),
    (
        "to_regclass('kobling_migrations')",
        "the schema, at the start",
    ),
    ("FROM kobling_migrations", "the schema, at the start"),
    ("server_version_num", "the server, at the start"),
    (TELLS, "wakes those who wait for the logs that it names"),
];

#[tokio::test]
async fn every_key_starts_with_the_partner_and_nothing_crosses_partners() {
    let database = TestDatabase::migrated().await;
    let keys = database
        .texts(
            "SELECT t.relname || ' ' || coalesce(a.attname, '')
             FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
             LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
             WHERE t.relnamespace = 'public'::regnamespace AND (i.indisprimary OR i.indisunique)",
        )
        .await;
    let tables = database
        .texts(
            "SELECT relname FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')",
        )
        .await;
    let is_excepted = |table: &str| OF_NO_PARTNER.iter().any(|(name, _)| *name == table);
    for table in &tables {
        let of_table = keys
            .iter()
            .filter_map(|key| key.split_once(' '))
            .filter(|(name, _)| name == table);
        let first: Vec<&str> = of_table.map(|(_, column)| column).collect();
        assert!(!first.is_empty(), "{table} has no key");
        let starts = first.iter().all(|column| *column == "partner");
        assert_eq!(starts, !is_excepted(table), "{table}: {first:?}");
    }
    for (table, _) in OF_NO_PARTNER {
        assert!(tables.iter().any(|name| name == table), "{table} is gone");
    }
    let crossing = database
        .texts("SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace")
        .await;
    assert!(crossing.is_empty(), "{crossing:?}");
}

#[tokio::test]
async fn every_statement_names_its_partners_as_a_plain_parameter() {
    let database = TestDatabase::migrated().await;
    let node = open(&database.options(), 1).await;
    ask_everything(&node).await;
    let tables: BTreeSet<String> = database
        .texts("SELECT table_name::text FROM information_schema.columns WHERE column_name = 'partner' AND table_schema = 'public'")
        .await
        .into_iter()
        .collect();
    assert_eq!(tables.len(), 9, "{tables:?}");
    let has_told = || {
        let sent = node.statements_sent();
        sent.iter().any(|sql| sql.contains(TELLS))
    };
    while !has_told() {
        tokio::task::yield_now().await;
    }
    let sent = node.statements_sent();
    let mut excepted = BTreeSet::new();
    let mut by_partner = 0;
    for sql in &sent {
        let exception = OVER_ALL_PARTNERS
            .iter()
            .find(|(part, _)| sql.contains(part));
        if let Some((part, _)) = exception {
            excepted.insert(*part);
            continue;
        }
        by_partner += 1;
        let (mentions, filters) = (mentions(sql, &tables), filters(sql));
        assert!(mentions > 0, "of no table that is known: {sql}");
        assert!(
            filters >= mentions,
            "{filters} filters for {mentions} tables: {sql}"
        );
        assert!(sql.contains("$1"), "{sql}");
    }
    println!("{} statements, {by_partner} by partner", sent.len());
    for (part, _) in OVER_ALL_PARTNERS {
        assert!(
            excepted.contains(part),
            "nothing is sent any more like: {part}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_more_partners_than_allowed_is_refused_and_writes_nothing() {
    let database = TestDatabase::migrated().await;
    let mut options = database.options();
    options.partners_per_batch_max = 1;
    let node = open(&options, 1).await;
    assert_eq!(node.partners_per_batch_max(), 1);
    let [one, next] = begin(&node, "T112").await;
    let [other, _] = begin(&node, "T113").await;
    let entropy = SeededEntropy::new(3);
    let wishes = |of: [AccountId; 2]| of.map(|of| event(of, &entropy, "one")).into();
    let refused = write(&node, wishes([one, other])).await;
    let Err(WriteError::NotWritten(why)) = refused else {
        panic!("{refused:?}");
    };
    assert!(why.to_string().contains("2 partners"), "{why}");
    for of in [one, other] {
        let stream = node.find_stream(of.partner()).await.unwrap().unwrap();
        assert_eq!(stream.last_seq, 3, "{of}");
    }
    let written = write(&node, wishes([one, next])).await.unwrap();
    assert!(written.iter().all(Result::is_ok));
}

/// How often a table of partners is read or written.
fn mentions(sql: &str, tables: &BTreeSet<String>) -> usize {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let named = words.windows(2).filter(|pair| {
        ["FROM", "JOIN", "UPDATE", "INTO"].contains(&pair[0]) && tables.contains(pair[1])
    });
    named.count()
}

/// How often the partner is said: by a parameter, by one with the partner of the list that is looked up behind it, by the
/// partner of another table that is, or as the first of the columns that are inserted.
fn filters(sql: &str) -> usize {
    let by_parameter =
        sql.matches("partner = $1").count() + sql.matches("partner = ANY($1)").count();
    let joined =
        ["a", "c", "k"].map(|other| sql.matches(&format!("partner = {other}.partner")).count());
    let looked_up = ["$3", "$4", "$5"].map(|only| {
        sql.matches(&format!("partner = coalesce({only}, k.partner)"))
            .count()
    });
    let inserted = usize::from(sql.contains("(partner, ") && sql.contains("unnest($1::text[]"));
    by_parameter + joined.iter().chain(&looked_up).sum::<usize>() + inserted
}

/// Everything that can be asked and written.
async fn ask_everything(node: &PostgresStorage) {
    let [account, _] = begin(node, "T112").await;
    let partner = account.partner();
    let entropy = SeededEntropy::new(3);
    let written = write(node, vec![event(account, &entropy, "one")]).await;
    written.unwrap().remove(0).unwrap();
    let client = AddClient {
        caller: Caller::command("bootstrap"),
        account,
        client_id: "till".to_owned(),
        name: None,
        description: None,
        callbacks: None,
        secret: SecretHash([1; 32]),
        id_seed: IdSeed::draw(&entropy),
    };
    write(node, vec![client]).await.unwrap().remove(0).unwrap();
    let wanted = Installation {
        root_key_check: RootKeyCheck([1; 32]),
        created_at: Timestamp::from_millis(1),
    };
    node.set_up(wanted).await.unwrap();
    node.check_writes_now().await.unwrap();
    let vipps = ConnectionName::parse("vipps").unwrap();
    let page = LogPage { after: 0, limit: 9 };
    node.find_installation().await.unwrap().unwrap();
    node.find_stream(partner).await.unwrap().unwrap();
    assert_eq!(node.list_streams().await.unwrap().len(), 1);
    node.find_account(account).await.unwrap().unwrap();
    let accounts = AccountsPage {
        after: None,
        limit: 9,
    };
    assert_eq!(
        node.list_accounts(partner, accounts).await.unwrap().len(),
        2
    );
    let found = node.find_connection(account, vipps, 9).await.unwrap();
    assert_eq!(found.unwrap().events.len(), 1);
    assert_eq!(node.list_connections(account, 9).await.unwrap().len(), 1);
    let events = EventsPage {
        order: Order::Ascending,
        after: None,
        limit: 9,
    };
    let found = node.list_connection_events(account, vipps, events).await;
    assert_eq!(found.unwrap().unwrap().len(), 1);
    assert_eq!(node.list_log(partner, page).await.unwrap().len(), 5);
    assert_eq!(node.list_account_log(account, page).await.unwrap().len(), 3);
    for key in [
        ClientKey::ClientId("till".to_owned()),
        ClientKey::Id(Uuid::nil()),
    ] {
        node.find_client(partner, &key).await.unwrap();
    }
    assert_eq!(node.list_clients(account).await.unwrap().len(), 1);
    assert!(node.list_grants(account).await.unwrap().is_empty());
    assert!(node.list_signing_keys(partner).await.unwrap().is_empty());
    node.forget_answers(Timestamp::from_millis(1), 9)
        .await
        .unwrap();
    let holder = Uuid::nil();
    let taken = node
        .take_lease("work", holder, Duration::from_secs(1))
        .await;
    assert_eq!(taken, Ok(true));
    node.give_up_lease("work", holder).await.unwrap();
}
