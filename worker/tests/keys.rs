//! The installation's keys: a new one in front, and what the old one still holds.

use crate::{
    second_factor::answer,
    support::{Cast, PASSWORD, account_object, idle, run, team_object},
    totp::{attempt, turn_on},
};
use guildhall_shared::{base64, path};
use guildhall_worker::{
    auth::secret::Installation,
    domain::{secret::TeamKeyRecord, totp::TotpRecord},
    object::ObjectName,
    store::{Key, Record, decode, key, memory::World},
};
use serde_json::json;

fn record<R: Record>(world: &World, of: &ObjectName, place: &Key<R>) -> R {
    decode::<R>(&world.records(of)[place.as_str()].value).unwrap().1
}

#[test]
fn a_key_is_retired_once_what_it_wrapped_was_written_again() {
    run(async {
        let cast = Cast::new().await;
        let (first, new) = (base64::encode(&[7; 32]), base64::encode(&[9; 32]));
        let program = cast.owner.make_key(&cast.team).await;
        let secrets = path::team_secrets(&cast.team);
        program.post(&secrets, json!({ "name": "TOKEN", "value": "one" })).await.is(201);
        let (app, codes) = turn_on(&cast.owner).await;
        let (team, account) = (team_object(&cast), account_object(&cast.owner));
        let wrapped = || {
            let team_key: TeamKeyRecord = record(&cast.world, &team, &key::team_key());
            let totp: TotpRecord = record(&cast.world, &account, &key::totp());
            (team_key.wrapped.key, totp.seed.key)
        };
        assert_eq!(wrapped(), ("k1".into(), "k1".into()));

        cast.world.use_keys(Installation::parse(&format!("k2:{new} k1:{first} index:{first}")).unwrap());
        cast.world.evict_all();
        program.patch(path::team_secret(&cast.team, "TOKEN"), json!({ "value": "two" })).await.is(200);
        let asked = attempt(&cast.owner).await.is(202).json();
        answer(&cast.nobody, &asked["challengeId"], "totp", &app.code(&cast.world, 1)).await.is(200);
        assert_eq!(wrapped(), ("k2".into(), "k2".into()));

        cast.world.use_keys(Installation::parse(&format!("k2:{new} index:{first}")).unwrap());
        cast.world.evict_all();
        program.patch(path::team_secret(&cast.team, "TOKEN"), json!({ "value": "three" })).await.is(200);
        cast.owner.get(path::ACCOUNT).await.is(200);
        cast.owner.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.is(200);
        let asked = attempt(&cast.owner).await.is(202).json();
        answer(&cast.nobody, &asked["challengeId"], "recovery", &codes[0]).await.is(200);
        let taken = json!({ "email": "olive@example.com", "username": "another", "password": PASSWORD });
        cast.nobody.post(path::SIGN_UP, taken).await.refuses(409, "CONFLICT");
        idle(&cast.world).await;
    });
}
