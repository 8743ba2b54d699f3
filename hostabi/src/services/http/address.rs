//! Which addresses are public: by the registries of special-purpose addresses, without a clock or a
//! name server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of place an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// The public internet.
    Public,
    /// This machine or its own network: loopback, private, unique-local, link-local, carrier-grade NAT.
    /// Reached only with `allow_private`.
    Private,
    /// Nowhere a page can be: unspecified, multicast, broadcast, documentation, reserved. Never reached.
    Unusable,
}

/// The class of an address. An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64) leads
/// where that one leads.
pub fn classify(ip: IpAddr) -> AddressClass {
    match ip {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) => classify_v6(v6),
    }
}

fn classify_v4(ip: Ipv4Addr) -> AddressClass {
    use AddressClass::{Private, Public, Unusable};
    match ip.octets() {
        [10 | 127, ..]                  // private; loopback
        | [100, 64..=127, ..]           // carrier-grade NAT
        | [169, 254, ..]                // link-local
        | [172, 16..=31, ..]            // private
        | [192, 168, ..] => Private,    // private
        [0, ..]                         // this network
        | [192, 0, 0 | 2, _]            // protocol assignments; documentation
        | [192, 88, 99, _]              // 6to4 relays, withdrawn
        | [198, 18 | 19, ..]            // benchmarks
        | [198, 51, 100, _]             // documentation
        | [203, 0, 113, _]              // documentation
        | [224..=255, ..] => Unusable,  // multicast, reserved, broadcast
        _ => Public,
    }
}

fn classify_v6(ip: Ipv6Addr) -> AddressClass {
    use AddressClass::{Private, Public, Unusable};
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let tail = || classify_v4(embedded(g, h));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) => tail(),                  // IPv4-mapped
        (0, 0, 0, 0, 0, 0) if ip.is_loopback() => Private,
        (0x0064, 0xff9b, 0, 0, 0, 0) => tail(),             // NAT64
        (0x0064, 0xff9b, 1, ..) => Private,                 // NAT64 of a local network
        (0x2002, ..) => classify_v4(embedded(b, c)),        // 6to4
        (0x2001, 0x0db8, ..)                                // documentation
        | (0x3fff, 0..=0x0fff, ..)                          // documentation
        | (0x2001, 0..=0x01ff, ..) => Unusable,             // Teredo, ORCHID, benchmarks and such
        (0xfc00..=0xfdff, ..) | (0xfe80..=0xfebf, ..) => Private, // unique-local; link-local
        (0xfec0..=0xfeff, ..) => Private,                   // site-local, withdrawn
        (0x2000..=0x3fff, ..) => Public,                    // global unicast
        _ => Unusable, // unspecified, IPv4-compatible, multicast, unassigned
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> AddressClass {
        classify(text.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_public() {
        for ip in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.1.1.1",
            "128.0.0.1",
            "169.253.1.1",
            "172.15.1.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.1.1",
            "198.20.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
            "3ffe::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert_eq!(class(ip), AddressClass::Public, "{ip}");
        }
    }

    #[test]
    fn addresses_of_the_own_network_are_private() {
        for ip in [
            "10.0.0.1",
            "127.0.0.1",
            "127.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:a00:1::1",
            "2002:7f00:1::",
            "2002:c0a8:1::1",
        ] {
            assert_eq!(class(ip), AddressClass::Private, "{ip}");
        }
    }

    #[test]
    fn addresses_where_no_page_can_be_are_unusable() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::7f00:1",
            "::10.0.0.1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2001:10::1",
            "3fff::1",
            "100::1",
            "::ffff:0.0.0.0",
            "::ffff:224.0.0.1",
            "64:ff9b::",
            "2002::1",
            "5f00::1",
            "4000::1",
        ] {
            assert_eq!(class(ip), AddressClass::Unusable, "{ip}");
        }
    }
}
