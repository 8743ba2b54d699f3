//! Valid modules that do their worst when they run: at their start, or in `run`.

use crate::Sink;
use crate::encode::*;

pub(crate) fn add(sink: &mut Sink) {
    let started = |instructions: &[u8]| {
        module(&[
            types(&[func_type(&[], &[])]),
            functions(&[0]),
            table(1, None),
            memory(1, None),
            exports(&[export(b"run", 0, 0), export(b"memory", 2, 0)]),
            section(START, &u(0)),
            section(ELEMENT, &counted(1, &cat(&[&[0], &i32_const(0), &[0x0b], &counted(1, &[0])]))),
            code(&[body(&[(2, I32)], instructions)]),
        ])
    };
    let endless = |inner: &[u8]| cat(&[&[0x03, EMPTY], inner, &[0x0c, 0, 0x0b]]);
    let all: [(&str, Vec<u8>); 24] = [
        ("traps", vec![0x00]),
        ("loops", endless(&[])),
        ("loops over nops", endless(&[0x01; 1000])),
        ("loops over a long block", endless(&[0x41, 1, 0x1a].repeat(100_000))),
        ("loops by br_if", cat(&[&[0x03, EMPTY, 0x41, 1, 0x0d, 0, 0x0b]])),
        ("loops by br_table", vec![0x03, EMPTY, 0x41, 0, 0x0e, 1, 0, 0, 0x0b]),
        ("loops in a loop", endless(&[0x41, 1, 0x04, EMPTY, 0x03, EMPTY, 0x20, 0, 0x0d, 0, 0x0b, 0x0b])),
        ("calls itself", vec![0x10, 0]),
        ("calls itself twice", vec![0x10, 0, 0x10, 0]),
        ("calls itself by the table", cat(&[&i32_const(0), &[0x11, 0, 0]])),
        ("calls itself as its last act", vec![0x12, 0]),
        ("calls itself by the table as its last act", cat(&[&i32_const(0), &[0x13, 0, 0]])),
        ("grows its memory by a page for ever", endless(&[0x41, 1, 0x40, 0, 0x1a])),
        ("grows its memory to the most", cat(&[&i32_const(65_535), &[0x40, 0, 0x1a]])),
        ("grows its memory by 4 billion pages for ever", endless(&[0x41, 0x7f, 0x40, 0, 0x1a])),
        (
            "grows its memory and touches each page",
            endless(&cat(&[
                &[0x41, 1, 0x40, 0, 0x22, 0, 0x41, 0x7f, 0x46, 0x04, EMPTY, 0x00, 0x0b],
                &[0x20, 0],
                &i32_const(16),
                &[0x74, 0x41, 1, 0x3a, 0, 0],
            ])),
        ),
        (
            "grows its table for ever",
            endless(&cat(&[&[0xd0, FUNCREF], &i32_const(100_000), &[0xfc, 15, 0, 0x1a]])),
        ),
        ("grows its table by 4 billion", cat(&[&[0xd0, FUNCREF], &i32_const(-1), &[0xfc, 15, 0, 0x1a]])),
        (
            "fills its memory for ever",
            endless(&cat(&[&i32_const(0), &i32_const(3), &i32_const(65_536), &[0xfc, 11, 0]])),
        ),
        (
            "fills 4 GiB that it does not have",
            cat(&[&i32_const(0), &i32_const(3), &i32_const(-1), &[0xfc, 11, 0]]),
        ),
        (
            "copies its memory for ever",
            endless(&cat(&[&i32_const(1), &i32_const(0), &i32_const(65_535), &[0xfc, 10, 0, 0]])),
        ),
        (
            "copies no octet past the end",
            cat(&[&i32_const(-1), &i32_const(0), &i32_const(0), &[0xfc, 10, 0, 0]]),
        ),
        ("divides by zero", vec![0x41, 1, 0x41, 0, 0x6d, 0x1a]),
        ("calls past its table", cat(&[&i32_const(-1), &[0x11, 0, 0]])),
    ];
    for (what, instructions) in all {
        sink.runs(format!("start/{what}"), started(&instructions));
        sink.runs(format!("run/{what}"), run_in_world(&[], &[(2, I32)], &instructions));
    }
    // Grows to 4 GiB, then fills all of it, over and over.
    let everything = cat(&[
        &i32_const(65_535),
        &[0x40, 0, 0x1a],
        &[0x03, EMPTY],
        &i32_const(0),
        &i32_const(9),
        &i32_const(-1),
        &[0xfc, 11, 0, 0x0c, 0, 0x0b],
    ]);
    sink.runs("start/fills 4 GiB for ever", started(&everything));
    // Recursion in which each level forks: 2^n calls, no great depth.
    let fork = |depth: i32| {
        let recursive = cat(&[
            &[0x20, 0, 0x45, 0x04, EMPTY, 0x0f, 0x0b],
            &[0x20, 0, 0x41, 1, 0x6b, 0x10, 1],
            &[0x20, 0, 0x41, 1, 0x6b, 0x10, 1],
        ]);
        module(&[
            types(&[func_type(&[], &[]), func_type(&[I32], &[])]),
            functions(&[0, 1]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], &cat(&[&i32_const(depth), &[0x10, 1]])), body(&[], &recursive)]),
        ])
    };
    sink.runs("run/2^10 calls", fork(10));
    sink.runs("run/2^900 calls", fork(900));
    // Every function starts translation anew: 5,000 functions of 200 octets, each called once.
    let count = 5_000u32;
    let filler = body(&[(3, I64)], &[0x42, 1, 0x1a].repeat(60));
    let calls: Vec<u8> = (1..count).flat_map(|k| cat(&[&[0x10], &u(k.into())])).collect();
    sink.runs(
        "run/5,000 functions, each once",
        module(&[
            types(&[func_type(&[], &[])]),
            section(FUNCTION, &counted(count.into(), &vec![0; count as usize])),
            exports(&[export(b"run", 0, 0)]),
            section(
                CODE,
                &counted(count.into(), &cat(&[&body(&[], &calls), &filler.repeat(count as usize - 1)])),
            ),
        ]),
    );
    // The bits of NaNs decide where it goes: no two machines may differ.
    let nan = cat(&[
        &[0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xa3], // 0 / 0
        &[0xbd, 0x42, 0, 0x53, 0x04, EMPTY, 0x00, 0x0b],                     // sign set: trap
    ]);
    sink.runs("run/looks at the sign of a NaN", run_in_world(&[], &[], &nan));
}
