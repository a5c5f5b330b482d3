//! The classes of objects.

use crate::{object::call::ObjectName, product::Guildhall};
use guildhall_kernel::{Class, Command};
use guildhall_shared::{AccountId, TeamId};

/// A command to one of these classes.
pub trait ObjectCommand: Command<On: Class<Product = Guildhall>> {}

impl<C: Command<On: Class<Product = Guildhall>>> ObjectCommand for C {}

/// A class whose objects have a name of its own kind.
macro_rules! class {
    ($(#[$doc:meta])* $class:ident, $id:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $class;

        impl Class for $class {
            type Product = Guildhall;
            type Id = $id;

            fn address(id: &$id) -> ObjectName {
                ObjectName::$class(id.clone())
            }

            fn id(address: &ObjectName) -> Option<$id> {
                match address {
                    ObjectName::$class(id) => Some(id.clone()),
                    _ => None,
                }
            }
        }
    };
}

class!(Team, TeamId);

class!(Account, AccountId);

class!(
    /// By the keyed hash of an email.
    Email,
    String
);

class!(Namespace, String);

class!(
    /// By the keyed hash of a network address.
    Address,
    String
);

/// The one that knows the installation's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installation;

impl Class for Installation {
    type Product = Guildhall;
    type Id = ();

    fn address((): &()) -> ObjectName {
        ObjectName::Installation
    }

    fn id(address: &ObjectName) -> Option<()> {
        (*address == ObjectName::Installation).then_some(())
    }
}
