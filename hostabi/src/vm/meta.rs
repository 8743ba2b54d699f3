//! What a sub-VM may do, and what its children inherit of that. Spec: vm.md 4.

use crate::storage::StorageView;

/// What a sub-VM may do beyond computing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Write storage and emit events.
    pub write_storage: bool,
    /// Send messages, deploy contracts.
    pub send_messages: bool,
    /// Call other contracts.
    pub call_others: bool,
    /// Run non-deterministic blocks.
    pub spawn_nondet: bool,
    /// Register runners.
    pub register_runners: bool,
    /// Pay for messages from the contract's balance. The contract itself decides, in its root slot.
    pub balance_pays_fees: bool,
}

impl Permissions {
    /// What a transaction may do: everything but what the contract decides.
    pub const TRANSACTION: Permissions = Permissions {
        write_storage: true,
        send_messages: true,
        call_others: true,
        spawn_nondet: true,
        register_runners: true,
        balance_pays_fees: false,
    };

    /// What a view may do: look, and call others to look.
    pub const VIEW: Permissions = Permissions {
        write_storage: false,
        send_messages: false,
        call_others: true,
        spawn_nondet: false,
        register_runners: true,
        balance_pays_fees: false,
    };
}

/// Why a sub-VM runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VmKind {
    /// The request for an execution.
    Main,
    /// `CallContract`.
    Call,
    /// `Sandbox`.
    Sandbox,
    /// `RunNondet`.
    Nondet,
}

/// What a caller grants a sandbox, of what it has itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Write storage and emit events.
    pub write_storage: bool,
    /// Send messages.
    pub send_messages: bool,
    /// Register runners.
    pub register_runners: bool,
}

/// What a sub-VM is. A child starts with what is derived from its parent's, and nothing flows back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Why it runs.
    pub kind: VmKind,
    /// Whether it is in deterministic mode.
    pub deterministic: bool,
    /// What it may do.
    pub permissions: Permissions,
    /// Which state it reads.
    pub state_mode: StorageView,
    /// How many sub-VMs are above it.
    pub depth: u32,
}

impl Meta {
    /// The main sub-VM.
    #[must_use]
    pub fn main(permissions: Permissions) -> Self {
        Meta {
            kind: VmKind::Main,
            deterministic: true,
            permissions,
            state_mode: StorageView::Default,
            depth: 0,
        }
    }

    /// A call of another contract, which reads `view`.
    #[must_use]
    pub fn call(&self, view: StorageView) -> Self {
        let parent = self.permissions;
        Meta {
            kind: VmKind::Call,
            permissions: Permissions {
                call_others: parent.call_others,
                register_runners: parent.register_runners,
                ..Permissions::default()
            },
            state_mode: self.view(view),
            depth: self.depth + 1,
            ..*self
        }
    }

    /// A sandbox.
    #[must_use]
    pub fn sandbox(&self, allow: Allow) -> Self {
        let parent = self.permissions;
        Meta {
            kind: VmKind::Sandbox,
            permissions: Permissions {
                write_storage: parent.write_storage && allow.write_storage,
                send_messages: parent.send_messages && allow.send_messages,
                register_runners: parent.register_runners && allow.register_runners,
                balance_pays_fees: parent.balance_pays_fees && allow.send_messages,
                ..Permissions::default()
            },
            depth: self.depth + 1,
            ..*self
        }
    }

    /// A non-deterministic block.
    #[must_use]
    pub fn nondet(&self) -> Self {
        Meta {
            kind: VmKind::Nondet,
            deterministic: false,
            permissions: Permissions::default(),
            state_mode: StorageView::Default,
            depth: self.depth + 1,
        }
    }

    /// The view that a request for `view` means here: the default one is that of this sub-VM.
    #[must_use]
    pub fn view(&self, view: StorageView) -> StorageView {
        if view == StorageView::Default { self.state_mode } else { view }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of vm.md 4: permission, then what a call, a sandbox that is allowed everything, a sandbox that is
    /// allowed nothing, and a block have, of a parent that has everything.
    const TABLE: [(&str, [bool; 4]); 6] = [
        ("write_storage", [false, true, false, false]),
        ("send_messages", [false, true, false, false]),
        ("call_others", [true, false, false, false]),
        ("spawn_nondet", [false, false, false, false]),
        ("register_runners", [true, true, false, false]),
        ("balance_pays_fees", [false, true, false, false]),
    ];

    fn get(permissions: Permissions, name: &str) -> bool {
        match name {
            "write_storage" => permissions.write_storage,
            "send_messages" => permissions.send_messages,
            "call_others" => permissions.call_others,
            "spawn_nondet" => permissions.spawn_nondet,
            "register_runners" => permissions.register_runners,
            _ => permissions.balance_pays_fees,
        }
    }

    #[test]
    fn children_have_what_the_table_says() {
        let all = Permissions { balance_pays_fees: true, ..Permissions::TRANSACTION };
        let everything = Allow { write_storage: true, send_messages: true, register_runners: true };
        for (permissions, parent_has) in [(all, true), (Permissions::default(), false)] {
            let parent = Meta::main(permissions);
            let children = [
                parent.call(StorageView::Default),
                parent.sandbox(everything),
                parent.sandbox(Allow::default()),
                parent.nondet(),
            ];
            for (name, wanted) in TABLE {
                for (child, wanted) in children.iter().zip(wanted) {
                    assert_eq!(get(child.permissions, name), wanted && parent_has, "{name} {child:?}");
                }
            }
            assert_eq!(children.map(|child| child.depth), [1; 4]);
            assert_eq!(children.map(|child| child.deterministic), [true, true, true, false]);
        }
    }

    #[test]
    fn the_default_view_is_the_parents() {
        let call = Meta::main(Permissions::TRANSACTION).call(StorageView::LatestFinal);
        assert_eq!(call.call(StorageView::Default).state_mode, StorageView::LatestFinal);
        assert_eq!(call.call(StorageView::LatestNonFinal).state_mode, StorageView::LatestNonFinal);
        assert_eq!(call.nondet().state_mode, StorageView::Default);
    }
}
