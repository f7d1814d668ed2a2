//! A node dies while both write.

use integration_tests::database::{Database, Engine};

use crate::commands::program::{Caller, Installation};
use crate::load::Load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_node_is_killed_the_other_goes_on_and_nothing_is_lost() {
    let here = Installation::on(Database::of(Engine::Postgres).await);
    let client = here.bootstrap().await;
    let (mut dying, living) = (here.serve().await, here.serve().await);
    let (first, second) = (
        Caller::of(&here, &dying, &client).await,
        Caller::of(&here, &living, &client).await,
    );
    let account = second.add_account().await;
    let there = Load::named("living", &second, &account);
    let here_too = Load::named("dying", &first, &account);
    here_too.more_acknowledged(50).await;
    there.more_acknowledged(50).await;

    dying.kill();
    dying.wait_until_gone().await;

    // The dead node may have held the partner's row; the server lets go of it with the connection.
    there.more_acknowledged(200).await;
    let cut_off = here_too.stop().await;
    let known = there.stop().await;
    assert!(known.refused.is_empty(), "{known:?}");
    assert!(!cut_off.unknown.is_empty(), "nothing was under way");
    cut_off.and(known).check(&second.log().await);
}
