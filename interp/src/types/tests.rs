use super::Types;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use selfsame_validate::{
    CompositeType, FieldType, FuncType, HeapType, RefType, Scope, StorageType, SubType, TypeIndex, ValType,
};

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

#[test]
fn exact_types_have_no_subtypes() {
    let mut types = Types::default();
    let top = types.group(&[open(None, takes(&[]))]);
    let sub = types.group(&[open(Some(of_store(top)), takes(&[]))]);
    let [top, sub] = [top, sub].map(|number| HeapType::ConcreteFunc(of_store(number)));
    let matches = |given, wanted| {
        let [given, wanted] = [given, wanted].map(|heap| RefType { nullable: true, heap });
        types.ref_matches(given, wanted)
    };
    assert!(matches(sub.exact(), sub.exact()) && matches(sub.exact(), sub) && matches(sub.exact(), top));
    assert!(!matches(sub.exact(), top.exact()) && !matches(sub, sub.exact()) && !matches(sub, top.exact()));
    assert!(matches(sub.exact(), HeapType::Func) && !matches(HeapType::Func, sub.exact()));
    assert!(matches(HeapType::NoFunc, sub.exact()));
    assert_eq!(RefType { nullable: false, heap: sub.exact() }.to_string(), "(ref (exact type.1))");
}

/// What describes what counts for equality and for the hash; a type without either has the hash that it had.
#[test]
fn descriptors_are_part_of_a_type() {
    let structs = |descriptor: Option<u32>, describes: Option<u32>, fields: &[HeapType]| SubType {
        composite: CompositeType::Struct(
            fields
                .iter()
                .map(|heap| {
                    let storage = StorageType::Val(ValType::Ref(RefType { nullable: true, heap: *heap }));
                    FieldType { storage, mutable: false }
                })
                .collect(),
        ),
        supertype: None,
        is_final: true,
        descriptor: descriptor.map(of_group),
        describes: describes.map(of_group),
    };
    let heap = HeapType::ConcreteStruct(of_store(0));
    let groups = [
        vec![structs(None, None, &[])],
        vec![structs(None, None, &[]), structs(None, None, &[])],
        vec![structs(Some(1), None, &[]), structs(None, Some(0), &[])],
        vec![structs(None, None, &[heap])],
        vec![structs(None, None, &[heap.exact()])],
    ];
    let mut types = Types::default();
    let numbers: Vec<u32> = groups.iter().map(|group| types.group(group)).collect();
    assert_eq!(numbers, [0, 1, 3, 5, 6]);
    assert_eq!(groups.map(|group| types.group(&group)).to_vec(), numbers);
    assert_eq!(types.get(3).descriptor, Some(of_store(4)));
    assert_eq!(types.get(4).describes, Some(of_store(3)));
    let mut digests = types.digests();
    let mut hasher = blake3::Hasher::new();
    // Final, no supertype, a struct of no fields; the place in the group.
    hasher.update(&[1, 0, 0x5f]).update(&0_u32.to_le_bytes()).update(&0_u32.to_le_bytes());
    assert_eq!(digests[0], *hasher.finalize().as_bytes());
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 7);
}
