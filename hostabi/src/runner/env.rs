//! `AddEnv`: the variables of a sub-VM. Spec: runners.md 6.1.

use super::RunnerError;
use super::RunnerError::Malformed;
use std::collections::BTreeMap;

/// Octets that the name of a variable can have.
pub const MAX_NAME: usize = 128;
/// Octets that the value of a variable can have.
pub const MAX_VALUE: usize = 1_048_576;

/// Variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env(BTreeMap<String, String>);

/// A variable that is ready to be set, once its octets are charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Var {
    name: String,
    value: String,
}

impl Var {
    /// The octets of RAM to charge before it is set: those of the value.
    #[must_use]
    pub fn charge(&self) -> u64 {
        self.value.len() as u64
    }
}

impl Env {
    /// No variables.
    #[must_use]
    pub fn new() -> Env {
        Env::default()
    }

    /// Checks the name and puts the current values of other variables in for each `${X}` in `val`, in one
    /// pass. X is made of letters, digits and `_`; a `$` that begins no such thing stays.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: a bad name, an X that is not set, or a value longer than [`MAX_VALUE`].
    pub fn prepare(&self, name: &str, val: &str) -> Result<Var, RunnerError> {
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(Malformed("the name of a variable has 1 to 128 octets"));
        }
        // Neither white space nor a control character, `=` aside.
        if !name.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'=') {
            return Err(Malformed("the name of a variable is ASCII without white space, control or `=`"));
        }
        let mut value = String::new();
        let mut add = |part: &str| {
            if part.len() > MAX_VALUE - value.len() {
                return Err(Malformed("the value of a variable is too long"));
            }
            value.push_str(part);
            Ok(())
        };
        let mut rest = val;
        while let Some((before, after)) = rest.split_once('$') {
            add(before)?;
            rest = after;
            match reference(after) {
                Some((of, behind)) => {
                    add(self.get(of).ok_or(Malformed("a variable is used that is not set"))?)?;
                    rest = behind;
                }
                None => add("$")?,
            }
        }
        add(rest)?;
        Ok(Var { name: name.to_owned(), value })
    }

    /// Sets a variable; one that is set gets the new value.
    pub fn set(&mut self, var: Var) {
        self.0.insert(var.name, var.value);
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The variables, ascending by the octets of their names: the order in which a program sees them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What `{X}` at the front names, and what stands behind it. Looks no further than the next `$`.
fn reference(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, behind) = inner.split_at(end);
    Some((name, behind.strip_prefix('}')?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn env(vars: &[(&str, &str)]) -> Env {
        let mut env = Env::new();
        for (name, value) in vars {
            let var = env.prepare(name, value).unwrap();
            env.set(var);
        }
        env
    }

    #[track_caller]
    fn value(env: &Env, val: &str, expected: &str) {
        assert_eq!(env.prepare("X", val).unwrap().value, expected, "{val}");
    }

    #[test]
    fn names_are_ascii_without_white_space_control_and_equals_sign() {
        let env = Env::new();
        for name in ["A", "a.b", "${}", "1", "~!", &"n".repeat(128)] {
            assert!(env.prepare(name, "").is_ok(), "{name}");
        }
        for name in ["", "a=b", "=", "a b", "a\tb", "a\n", "\u{b}", "\u{7f}", "ü", "\0", &"n".repeat(129)] {
            assert!(matches!(env.prepare(name, ""), Err(Malformed(_))), "{name}");
        }
    }

    #[test]
    fn references_are_replaced_in_a_single_pass() {
        let env = env(&[("A", "1"), ("B_2", "${"), ("C", "A}")]);
        value(&env, "", "");
        value(&env, "x${A}y${A}", "x1y1");
        value(&env, "${B_2}${C}", "${A}");
        value(&env, "${B_2}A}", "${A}");
        value(&env, "$${A}", "$1");
        value(&env, "${${A}}", "${1}");
        value(&env, "$A $ ${ ${A ${a-b} ${ü} {A} $", "$A $ ${ ${A ${a-b} ${ü} {A} $");
    }

    #[test]
    fn a_reference_to_an_unset_variable_is_malformed() {
        let env = env(&[("A", "1"), ("a.b", "2")]);
        for val in ["${B}", "${a}", "${}", "x${A}${AA}"] {
            assert!(matches!(env.prepare("X", val), Err(Malformed(_))), "{val}");
        }
        value(&env, "${a.b}", "${a.b}");
        // The variable itself is not set while its value is made.
        assert!(env.prepare("X", "${X}").is_err());
    }

    #[test]
    fn values_have_a_mebioctet_at_most_after_replacement() {
        let half = "x".repeat(MAX_VALUE / 2);
        let env = env(&[("H", &half)]);
        assert_eq!(env.prepare("X", "${H}${H}").unwrap().charge(), 1_048_576);
        assert!(env.prepare("X", "${H}${H}.").is_err());
        assert!(env.prepare("X", &"${H}".repeat(100_000)).is_err());
        assert!(env.prepare("X", &"$".repeat(MAX_VALUE)).is_ok());
        assert!(env.prepare("X", &"$".repeat(MAX_VALUE + 1)).is_err());
    }

    #[test]
    fn setting_again_replaces_and_sees_the_old_value() {
        let env = env(&[("P", "/a"), ("A", "x"), ("P", "${P}:/b")]);
        assert_eq!(env.iter().collect::<Vec<_>>(), [("A", "x"), ("P", "/a:/b")]);
    }

    proptest! {
        #[test]
        fn values_are_put_together_from_their_parts(
            parts in proptest::collection::vec(prop_oneof!["[{}a-cü]{0,4}", "\\$\\{[AB]\\}", "\\$ ", "\\$\\{a-"], 0..9)
        ) {
            let env = env(&[("A", "x"), ("B", "$ {A} $")]);
            let expected: String = parts
                .iter()
                .map(|part| match part.as_str() {
                    "${A}" => "x",
                    "${B}" => "$ {A} $",
                    other => other,
                })
                .collect();
            prop_assert_eq!(env.prepare("X", &parts.concat()).unwrap().value, expected);
        }
    }
}
