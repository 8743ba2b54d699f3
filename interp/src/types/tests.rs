use super::Types;
use alloc::vec::Vec;
use selfsame_validate::{FuncType, HeapType, RefType, Scope, SubType, TypeIndex, ValType};

fn of_group(place: u32) -> TypeIndex {
    TypeIndex::new(Scope::Group, place)
}

fn of_store(number: u32) -> TypeIndex {
    TypeIndex::new(Scope::Store, number)
}

fn reference(nullable: bool, index: TypeIndex) -> ValType {
    ValType::Ref(RefType { nullable, heap: HeapType::ConcreteFunc(index) })
}

/// A function type that takes references to these types.
fn takes(indices: &[TypeIndex]) -> SubType {
    FuncType::new(indices.iter().map(|index| reference(true, *index)), []).into()
}

fn open(supertype: Option<TypeIndex>, ty: SubType) -> SubType {
    SubType { supertype, is_final: false, ..ty }
}

#[test]
fn groups_are_equal_place_by_place() {
    let mut types = Types::default();
    let pair = [takes(&[of_group(1)]), takes(&[of_group(0)])];
    let first = types.group(&pair);
    assert_eq!(types.group(&pair), first);
    // Unrolled, these are the same infinite types; as groups they are not.
    let single = types.group(&[takes(&[of_group(0)])]);
    let turned = types.group(&[takes(&[of_group(0)]), takes(&[of_group(1)])]);
    assert_eq!([first, single, turned], [0, 2, 3]);
    // From outside, a type of a group counts by its number.
    assert_eq!(types.group(&[takes(&[of_store(0)])]), 5);
    assert_eq!(types.group(&[takes(&[of_store(1)])]), 6);
    assert_eq!(types.group(&[takes(&[of_store(0)])]), 5);
    assert_eq!(types.func(1).params(), [reference(true, of_store(0))]);
    assert_eq!(types.func(2).params(), [reference(true, of_store(2))]);
}

#[test]
fn finality_and_supertypes_count() {
    let mut types = Types::default();
    let none = || takes(&[]);
    let last = types.group(&[none()]);
    let top = types.group(&[open(None, none())]);
    let sub = types.group(&[open(Some(of_store(top)), none())]);
    let both = types.group(&[open(None, none()), open(Some(of_group(0)), none())]);
    let numbers = [last, top, sub, both, both + 1];
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    let subtypes: Vec<(u32, u32)> = numbers
        .iter()
        .flat_map(|a| numbers.iter().map(move |b| (*a, *b)))
        .filter(|(a, b)| a != b && types.is_subtype(*a, *b))
        .collect();
    assert_eq!(subtypes, [(sub, top), (both + 1, both)]);
    let deep = types.group(&[open(Some(of_store(sub)), none())]);
    assert!(types.is_subtype(deep, top) && types.is_subtype(deep, sub) && !types.is_subtype(top, deep));
    assert!(!types.is_subtype(deep, both) && !types.is_subtype(99, top) && !types.is_subtype(top, 99));
}

#[test]
fn references_match_by_kind_null_and_type() {
    let mut types = Types::default();
    let top = types.group(&[open(None, takes(&[]))]);
    let sub = types.group(&[open(Some(of_store(top)), takes(&[]))]);
    let kinds = [
        HeapType::Extern,
        HeapType::Func,
        HeapType::ConcreteFunc(of_store(top)),
        HeapType::ConcreteFunc(of_store(sub)),
    ];
    for (i, given) in kinds.into_iter().enumerate() {
        for (j, wanted) in kinds.into_iter().enumerate() {
            let fits = i == j || i > j && j > 0;
            let ty = |nullable, heap| ValType::Ref(RefType { nullable, heap });
            assert_eq!(types.val_matches(ty(true, given), ty(true, wanted)), fits, "{given:?} {wanted:?}");
            assert_eq!(types.val_matches(ty(false, given), ty(true, wanted)), fits);
            assert_eq!(types.val_matches(ty(false, given), ty(false, wanted)), fits);
            assert!(!types.val_matches(ty(true, given), ty(false, wanted)));
        }
    }
    assert!(types.val_matches(ValType::I32, ValType::I32) && !types.val_matches(ValType::I32, ValType::I64));
}
