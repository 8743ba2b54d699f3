//! Handlers for processors that have more than the target of the build promises: `None`, or `false`, where this
//! one does not have it, or cannot be asked.

use crate::fast::regs::Handler;

/// Of `i8x16.swizzle`.
pub(super) fn swizzle() -> Option<Handler> {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if std::is_x86_feature_detected!("ssse3") {
        return Some(crate::fast::handlers::shuffle::swizzle);
    }
    None
}

/// Of `i8x16.shuffle`.
pub(super) fn shuffle() -> Option<Handler> {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if std::is_x86_feature_detected!("ssse3") {
        return Some(crate::fast::handlers::shuffle::shuffle);
    }
    None
}

/// Whether the processor has what the twins of `handlers::soft` are compiled for.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) fn has_wide_vectors() -> bool {
    std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("lzcnt")
}
