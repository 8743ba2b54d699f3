//! Which runners registered at run time a new sub-VM gets from its creator. Spec: vm.md 4.1.

use super::RunnerError::{self, Malformed};
use super::{CanonicalId, RunnerId};
use std::collections::BTreeSet;

/// The `custom:` runners that a new sub-VM loads before its entry runner, in this order.
///
/// `loaded` is what the creator has loaded; `listed` is the `custom_runners` of its request, `None` if that
/// is absent (then all its custom runners are granted, ascending); `target` is the resolved `runner` of the
/// request, which is granted too if it is a custom one. A contract call grants by `(loaded, None, None)`.
///
/// # Errors
/// [`RunnerError::Malformed`], an error of the creator: something listed is no `custom:` identifier, not
/// loaded or listed twice, or the target is a custom runner that is not loaded.
pub fn grants<T: AsRef<str>>(
    loaded: &BTreeSet<CanonicalId>,
    listed: Option<&[T]>,
    target: Option<&CanonicalId>,
) -> Result<Vec<CanonicalId>, RunnerError> {
    let target = target.filter(|id| id.is_custom());
    if target.is_some_and(|id| !loaded.contains(id)) {
        return Err(Malformed("the runner is not loaded in the creator"));
    }
    let Some(listed) = listed else {
        // The target is one of them.
        return Ok(loaded.iter().filter(|id| id.is_custom()).cloned().collect());
    };
    let (mut granted, mut seen) = (Vec::new(), BTreeSet::new());
    for text in listed {
        let RunnerId::Custom(hash) = RunnerId::parse(text.as_ref())? else {
            return Err(Malformed("a grant is no `custom:` identifier"));
        };
        let id = CanonicalId::Custom(hash);
        if !loaded.contains(&id) {
            return Err(Malformed("a grant is not loaded in the creator"));
        }
        if !seen.insert(hash) {
            return Err(Malformed("a grant is listed twice"));
        }
        granted.push(id);
    }
    granted.extend(target.filter(|id| !granted.contains(id)).cloned());
    Ok(granted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(octet: u8) -> CanonicalId {
        CanonicalId::Custom([octet; 32])
    }

    fn loaded() -> BTreeSet<CanonicalId> {
        let packaged = CanonicalId::Packaged { name: "py".into(), hash: [9; 32] };
        [custom(3), packaged, custom(1), custom(2)].into()
    }

    fn listed(ids: &[&CanonicalId]) -> Vec<String> {
        ids.iter().map(|id| id.to_string()).collect()
    }

    const ABSENT: Option<&[String]> = None;

    #[test]
    fn without_a_list_all_custom_runners_are_granted_ascending() {
        let all = vec![custom(1), custom(2), custom(3)];
        assert_eq!(grants(&loaded(), ABSENT, None), Ok(all.clone()));
        assert_eq!(grants(&loaded(), ABSENT, Some(&custom(2))), Ok(all));
        assert_eq!(grants(&BTreeSet::new(), ABSENT, None), Ok(vec![]));
    }

    #[test]
    fn a_list_is_granted_in_its_order_and_the_target_last() {
        let list = listed(&[&custom(3), &custom(1)]);
        assert_eq!(grants(&loaded(), Some(&list), None), Ok(vec![custom(3), custom(1)]));
        assert_eq!(
            grants(&loaded(), Some(&list), Some(&custom(2))),
            Ok(vec![custom(3), custom(1), custom(2)])
        );
        assert_eq!(grants(&loaded(), Some(&list), Some(&custom(3))), Ok(vec![custom(3), custom(1)]));
        let other = CanonicalId::Packaged { name: "x".into(), hash: [0; 32] };
        assert_eq!(grants::<&str>(&loaded(), Some(&[]), Some(&other)), Ok(vec![]));
    }

    #[test]
    fn anything_else_is_malformed() {
        let packaged = CanonicalId::Packaged { name: "py".into(), hash: [9; 32] };
        let upper = custom(1).to_string()[7..].to_uppercase();
        for list in [
            listed(&[&custom(4)]),
            listed(&[&packaged]),
            listed(&[&custom(1), &custom(1)]),
            vec![custom(1).to_string(), format!("custom:{upper}")],
            vec!["contract".into()],
            vec!["x".into()],
        ] {
            assert!(matches!(grants(&loaded(), Some(&list), None), Err(Malformed(_))), "{list:?}");
        }
        assert!(matches!(grants(&loaded(), ABSENT, Some(&custom(4))), Err(Malformed(_))));
    }
}
