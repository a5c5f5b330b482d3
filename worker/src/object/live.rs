//! The objects on the platform: five classes, each its records in `SQLite`.

use super::{Answered, Envelope, ObjectName, core::Object};
use crate::{
    auth::secret::Installation,
    clock,
    error::{Broken, log},
    json,
    mail::Letter,
    store::{
        Host, Records, Stored,
        draft::Writes,
        key::{self, NAME},
        live::{Platform, broken, broken_js, random, sleep},
        world::Common,
    },
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use js_sys::{Function, Reflect};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use worker::{DurableObject, Env, Request, Response, SqlStorage, SqlStorageValue, State, durable_object, wasm_bindgen};

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS record (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, meta TEXT, expires INTEGER
) WITHOUT ROWID";

struct Table {
    sql: SqlStorage,
}

impl Table {
    fn query(&self, sql: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<(String, Stored)>, String> {
        let cursor = self.sql.exec(sql, bindings).map_err(|why| format!("SQL: {why}"))?;
        cursor.raw().map(|row| read_row(row.map_err(|why| format!("SQL: {why}"))?)).collect()
    }
}

fn read_row(row: Vec<SqlStorageValue>) -> Result<(String, Stored), String> {
    let mut row = row.into_iter();
    let mut text = || match row.next() {
        Some(SqlStorageValue::String(text)) => Some(text),
        _ => None,
    };
    let (key, value, meta) = (text().ok_or("a row has no key")?, text().ok_or("a row has no value")?, text());
    let expires = match row.next() {
        Some(SqlStorageValue::Integer(at)) => Some(Timestamp::from_millis(at)),
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
        Some(SqlStorageValue::Float(at)) => Some(Timestamp::from_millis(at as i64)),
        _ => None,
    };
    Ok((key, Stored { value, meta, expires }))
}

impl Records for Table {
    fn get(&self, key: &str) -> Result<Option<Stored>, String> {
        let sql = "SELECT key, value, meta, expires FROM record WHERE key = ?";
        Ok(self.query(sql, vec![SqlStorageValue::String(key.to_owned())])?.pop().map(|(_, stored)| stored))
    }

    fn scan(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Stored)>, String> {
        let sql = "SELECT key, value, meta, expires FROM record
            WHERE key >= ?1 AND key < ?2 AND key > ?3 ORDER BY key LIMIT ?4";
        // Keys are ASCII, so this is greater than every key of the prefix.
        let end = format!("{prefix}\u{7f}");
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let text = |text: &str| SqlStorageValue::String(text.to_owned());
        self.query(sql, vec![text(prefix), text(&end), text(after), SqlStorageValue::Integer(i64::from(limit))])
    }
}

struct LiveHost {
    state: Rc<State>,
    platform: Rc<Platform>,
    table: Table,
}

impl Common for LiveHost {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn random(&self, bytes: &mut [u8]) {
        random(bytes);
    }

    fn installation(&self) -> Rc<Installation> {
        Rc::clone(&self.platform.installation)
    }

    fn call(&self, to: ObjectName, envelope: Envelope) -> LocalBoxFuture<'_, Result<Answered, Broken>> {
        Box::pin(self.platform.ask(to, envelope))
    }

    fn later(&self, work: LocalBoxFuture<'static, ()>) {
        self.state.wait_until(work);
    }

    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()> {
        sleep(millis)
    }
}

impl Host for LiveHost {
    fn records(&self) -> &dyn Records {
        &self.table
    }

    /// One `transactionSync`, which the `worker` crate does not have: a failure rolls all of it back.
    fn commit(&self, writes: &Writes) -> Result<(), Broken> {
        let failed = broken_js("commit");
        let storage = self.state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        let transaction: Function =
            Reflect::get(raw, &"transactionSync".into()).map_err(&failed)?.dyn_into().map_err(&failed)?;
        let (writes, sql) = (writes.clone(), storage.sql());
        let body = Closure::once(move || -> Result<JsValue, JsValue> {
            for (key, stored) in writes {
                #[cfg(feature = "dev")]
                let fails = crate::dev::fail::is_due(&key);
                write(&sql, key, stored).map_err(|why| JsValue::from_str(&why.to_string()))?;
                #[cfg(feature = "dev")]
                if fails {
                    return Err(JsValue::from_str("it was to fail"));
                }
            }
            Ok(JsValue::UNDEFINED)
        });
        transaction.call1(raw, body.as_ref()).map_err(&failed).map(drop)
    }

    /// Called in the same turn as the commit, so that both are stored or neither.
    fn set_alarm(&self, at: Timestamp) {
        let storage = self.state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        let set = || -> Result<(), JsValue> {
            let set: Function = Reflect::get(raw, &"setAlarm".into())?.dyn_into()?;
            #[expect(clippy::cast_precision_loss, reason = "whole milliseconds, far below 2^53")]
            let at = clock::real(at) as f64;
            set.call1(raw, &at.into()).map(drop)
        };
        if let Err(why) = set() {
            log("alarm", &broken_js("setAlarm")(why));
        }
    }

    fn replicate<'a>(&'a self, key: &'a str, value: Option<&'a Stored>) -> LocalBoxFuture<'a, Result<(), Broken>> {
        Box::pin(self.platform.replicate(key, value))
    }

    fn mail(&self, letter: Letter) -> LocalBoxFuture<'_, Result<(), Broken>> {
        Box::pin(self.platform.mail(letter))
    }
}

fn write(sql: &SqlStorage, key: String, stored: Option<Stored>) -> worker::Result<()> {
    let Some(Stored { value, meta, expires }) = stored else {
        return sql.exec("DELETE FROM record WHERE key = ?", vec![SqlStorageValue::String(key)]).map(drop);
    };
    let meta = meta.map_or(SqlStorageValue::Null, SqlStorageValue::String);
    let expires = expires.map_or(SqlStorageValue::Null, |at| SqlStorageValue::Integer(at.millis()));
    let row = vec![SqlStorageValue::String(key), SqlStorageValue::String(value), meta, expires];
    sql.exec("INSERT OR REPLACE INTO record (key, value, meta, expires) VALUES (?, ?, ?, ?)", row).map(drop)
}

/// What the five classes share: the object is made when the first envelope says who it is, or the
/// alarm finds its name.
struct Shell {
    state: Rc<State>,
    env: Env,
    object: RefCell<Option<Rc<Object<LiveHost>>>>,
}

impl Shell {
    fn new(state: State, env: Env) -> Self {
        Self { state: Rc::new(state), env, object: RefCell::new(None) }
    }

    fn object(&self, name: ObjectName) -> Result<Rc<Object<LiveHost>>, Broken> {
        if let Some(object) = self.object.borrow().as_ref() {
            return Ok(Rc::clone(object));
        }
        let sql = self.state.storage().sql();
        sql.exec(SCHEMA, None).map_err(broken("schema"))?;
        let platform = Rc::new(Platform::new(self.env.clone())?);
        let host = LiveHost { state: Rc::clone(&self.state), platform, table: Table { sql } };
        let object = Object::new(name, host);
        *self.object.borrow_mut() = Some(Rc::clone(&object));
        Ok(object)
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let answered = match request.text().await {
            Ok(text) => self.answer(&text).await.and_then(|answered| Ok(json::to_string(&answered)?)),
            Err(why) => Err(broken("envelope")(why)),
        };
        match answered {
            Ok(answered) => Response::ok(answered),
            Err(broken) => {
                log("object", &broken);
                Response::error("broken", 500)
            }
        }
    }

    async fn answer(&self, text: &str) -> Result<Answered, Broken> {
        #[cfg(feature = "dev")]
        crate::dev::clock::load(&self.env).await?;
        let envelope: Envelope = json::from_str(text)?;
        let object = self.object(envelope.to.clone())?;
        Self::remember(&object)?;
        #[cfg(feature = "dev")]
        if let Some(answered) = crate::dev::object_command(&object, &envelope).await {
            return answered;
        }
        object.handle(envelope).await
    }

    /// Writes the object's name once, so that the alarm knows it.
    fn remember(object: &Rc<Object<LiveHost>>) -> Result<(), Broken> {
        let records = object.host.records();
        // A name that was erased is written nowhere again.
        if records.get(NAME)?.is_none() && records.get(key::reserved().as_str())?.is_none() {
            let value = json::to_string(&object.name)?;
            let name = Stored { value, meta: None, expires: None };
            let mut writes = Writes::default();
            writes.insert(NAME.to_owned(), Some(name));
            object.host.commit(&writes)?;
        }
        Ok(())
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if let Err(broken) = self.wake().await {
            log("alarm", &broken);
        }
        Response::ok("")
    }

    async fn wake(&self) -> Result<(), Broken> {
        #[cfg(feature = "dev")]
        crate::dev::clock::load(&self.env).await?;
        let sql = self.state.storage().sql();
        sql.exec(SCHEMA, None).map_err(broken("schema"))?;
        if let Some(name) = (Table { sql }).get(NAME)? {
            self.object(json::from_str(&name.value)?)?.alarm().await;
        }
        Ok(())
    }
}

macro_rules! classes {
    ($($class:ident)*) => {$(
        #[durable_object(alarm)]
        pub struct $class {
            shell: Shell,
        }

        impl DurableObject for $class {
            fn new(state: State, env: Env) -> Self {
                Self { shell: Shell::new(state, env) }
            }

            async fn fetch(&self, request: Request) -> worker::Result<Response> {
                self.shell.fetch(request).await
            }

            async fn alarm(&self) -> worker::Result<Response> {
                self.shell.alarm().await
            }
        }
    )*};
}

classes! { TeamObject AccountObject EmailObject NamespaceObject AddressObject }
