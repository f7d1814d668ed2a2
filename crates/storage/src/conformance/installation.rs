//! The one row that says whose database this is.

use std::time::Duration;

use domain::Clock;

use crate::conformance::TestDatabase;
use crate::{Installation, RootKeyCheck};

pub async fn an_empty_database_has_no_installation(db: TestDatabase) {
    assert_eq!(db.storage.find_installation().await, Ok(None));
    db.partner("T112").await;
    assert_eq!(db.storage.find_installation().await, Ok(None));
}

pub async fn the_first_installation_stands(db: TestDatabase) {
    let first = Installation {
        root_key_check: RootKeyCheck(std::array::from_fn(|at| u8::try_from(at * 8).unwrap())),
        created_at: db.clock.now(),
    };
    let second = Installation {
        root_key_check: RootKeyCheck([2; 32]),
        created_at: db.clock.now().plus(Duration::from_millis(1)),
    };
    assert_eq!(db.storage.set_up(first).await, Ok(first));
    assert_eq!(db.storage.set_up(second).await, Ok(first));
    assert_eq!(db.storage.find_installation().await, Ok(Some(first)));
}

pub async fn of_many_installations_at_once_all_get_one(db: TestDatabase) {
    let handle = tokio::runtime::Handle::current();
    let at = db.clock.now();
    let tasks: Vec<_> = (0..8)
        .map(|byte| {
            let (storage, handle) = (db.storage.clone(), handle.clone());
            let wanted = Installation {
                root_key_check: RootKeyCheck([byte; 32]),
                created_at: at,
            };
            tokio::task::spawn_blocking(move || handle.block_on(storage.set_up(wanted)))
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap().unwrap());
    }
    let stands = db.storage.find_installation().await.unwrap().unwrap();
    assert_eq!(answers, vec![stands; 8]);
}
