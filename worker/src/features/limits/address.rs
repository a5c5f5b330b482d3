//! Limits per network address: how often something may be tried from one place. Addresses of IPv6 count by the /64 that
//! one customer has, and by the /48 that one site has, which may do more.

use crate::{
    error::Rejection,
    features::limits::budget::{Budget, RESETS, SIGN_INS, SIGN_UPS, SITE, place},
    object::{
        self, Command, Handler, Rule, TimerHandler, TimerRule, context::Context, left::Left, rule, timer, timer_rule,
    },
    store::Transaction,
};
use core::net::{IpAddr, Ipv6Addr};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Count>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<Forget>()];

timer!(
    /// The first attempt no longer counts.
    Forget on object::Address as "forget"
);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Attempt {
    SignUp,
    SignIn,
    Reset,
}

impl Attempt {
    const ALL: [Self; 3] = [Self::SignUp, Self::SignIn, Self::Reset];

    pub const fn budget(self) -> Budget {
        match self {
            Self::SignUp => SIGN_UPS,
            Self::SignIn => SIGN_INS,
            Self::Reset => RESETS,
        }
    }
}

/// What an address counts as: its own place, and that of its site where it has one.
pub fn places(address: &str) -> Vec<(String, bool)> {
    let prefix = |address: Ipv6Addr, parts: usize| {
        let parts: Vec<String> = address.segments().iter().take(parts).map(|part| format!("{part:x}")).collect();
        format!("{}::/{}", parts.join(":"), parts.len() * 16)
    };
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => vec![(prefix(address, 4), false), (prefix(address, 3), true)],
        Ok(IpAddr::V4(address)) => vec![(address.to_string(), false)],
        Err(_) => vec![(address.to_owned(), false)],
    }
}

/// Counts one attempt, or refuses it with the time to wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Count {
    pub attempt: Attempt,
    /// Whether the object stands for a whole site.
    pub is_site: bool,
}

impl Command for Count {
    type On = object::Address;
    type Reply = Left;
    const NAME: &'static str = "address.count";
}

impl Rule for Count {
    fn decide(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, _address: String) -> Result<Left, Rejection> {
        let Self { attempt, is_site } = *self;
        let budget = attempt.budget();
        let budget = Budget { most: budget.most * if is_site { SITE } else { 1 }, ..budget };
        let left = budget.spend(tx, &place(&budget))?;
        tx.set_timer(&Forget, tx.now().plus(budget.window));
        Ok(left)
    }
}

/// Forgets what no longer counts.
impl TimerRule for Forget {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, _address: String) {
        tx.stop_timer(&Forget);
        let now = tx.now();
        let mut next: Option<Timestamp> = None;
        for budget in Attempt::ALL.map(Attempt::budget) {
            let place = place(&budget);
            if let Some(mut record) = tx.get(&place) {
                budget.counting(&mut record.times, now);
                if record.times.is_empty() {
                    tx.delete(&place);
                } else {
                    tx.put(&place, &record);
                    let at = now.plus(budget.window);
                    next = Some(next.map_or(at, |next| next.min(at)));
                }
            }
        }
        if let Some(next) = next {
            tx.set_timer(&Forget, next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn an_address_counts_by_its_network() {
        let one = |text: &str| places(text).into_iter().map(|(place, _)| place).collect::<Vec<_>>();
        assert_eq!(one("192.0.2.1"), ["192.0.2.1"]);
        assert_eq!(one("2001:db8:1:2:3:4:5:6"), ["2001:db8:1:2::/64", "2001:db8:1::/48"]);
        assert_eq!(one("2001:DB8:1:2::9"), one("2001:db8:1:2:3:4:5:6"));
        assert_eq!(one("2001:db8:1:3::9")[1], "2001:db8:1::/48");
        // An address of IPv4 in the form of IPv6 is that address.
        assert_eq!(one("::ffff:192.0.2.1"), ["192.0.2.1"]);
        assert_eq!(one("unknown"), ["unknown"]);
    }
}
