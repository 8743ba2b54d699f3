//! The numbers of the virtual machine. Spec: vm.md 2, 6; `docs/host-abi.md` has them all.

/// The limits and charges that do not stand elsewhere. Consensus-critical: one set for a network. The default is the
/// specification's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VmLimits {
    /// RAM of the deterministic sub-VMs, octets.
    pub ram: u32,
    /// RAM that creating a sub-VM takes until its end, octets.
    pub subvm: u32,
    /// RAM for each page that a sub-VM inherits written, octets.
    pub inherited_page: u32,
    /// RAM for each page first written, octets.
    pub page: u32,
    /// RAM that an emission takes beyond its payload, octets. Never given back.
    pub emission: u32,
    /// Sub-VMs that may be open inside one another.
    pub depth: u32,
    /// Non-deterministic blocks of an execution.
    pub nondet_blocks: u32,
    /// RAM that must be left for a web request, octets.
    pub web_request: u32,
    /// RAM that must be left for the rendering of a page, octets.
    pub web_render: u32,
    /// RAM that a runner takes beyond its size, octets.
    pub runner: u32,
    /// Modules that a sub-VM may instantiate.
    pub instances: u32,
}

impl Default for VmLimits {
    fn default() -> Self {
        VmLimits {
            ram: u32::MAX,
            subvm: 134_217_728,
            inherited_page: 128,
            page: 256,
            emission: 256,
            depth: 512,
            nondet_blocks: 4096,
            web_request: 65_536,
            web_render: 134_217_728,
            runner: 4096,
            instances: 1000,
        }
    }
}
