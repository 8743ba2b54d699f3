//! What may be reached: the policy of a node, applied to each URL and to each address behind a name.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ureq::config::Config as UreqConfig;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::{Host, Url};

use super::address::{AddressClass, classify};
use super::config::{Ports, WebConfig};
use crate::services::cause;

/// A URL longer than this many octets is refused.
const MAX_URL: usize = 8192;

/// Top-level domains that never name a public host: reserved names, and those that networks use inside.
const SPECIAL_TLDS: [&str; 15] = [
    "alt",
    "corp",
    "example",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

/// Looks a name up: the addresses behind a host.
pub type Lookup = dyn Fn(&str) -> std::io::Result<Vec<IpAddr>> + Send + Sync;

/// What a node lets its contracts reach.
#[derive(Clone)]
pub struct Policy {
    allowed_hosts: Option<Vec<String>>,
    allowed_ports: Vec<Ports>,
    allow_private: bool,
    /// In place of the system's look-up.
    lookup: Option<Arc<Lookup>>,
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("allowed_hosts", &self.allowed_hosts)
            .field("allowed_ports", &self.allowed_ports)
            .field("allow_private", &self.allow_private)
            .finish_non_exhaustive()
    }
}

/// Why something may not be reached: one of the tags in [`cause`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(pub &'static str);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refusal {}

impl Policy {
    /// The policy of a configuration; names are looked up by the system.
    pub fn new(config: &WebConfig) -> Policy {
        Policy {
            allowed_hosts: config.allowed_hosts.clone(),
            allowed_ports: config.allowed_ports.clone(),
            allow_private: config.allow_private,
            lookup: None,
        }
    }

    /// Looks names up by `lookup` instead; its answers are checked like any others.
    #[must_use]
    pub fn with_lookup(mut self, lookup: Arc<Lookup>) -> Policy {
        self.lookup = Some(lookup);
        self
    }

    /// Reads a URL and checks all that can be known without a look-up. The fragment is dropped.
    ///
    /// # Errors
    /// The first that applies: `MALFORMED_URL`, `SCHEMA_FORBIDDEN`, `PORT_FORBIDDEN`, `TLD_FORBIDDEN`,
    /// `HOST_FORBIDDEN`.
    pub fn check_url(&self, text: &str) -> Result<Url, Refusal> {
        if text.len() > MAX_URL {
            return Err(Refusal(cause::MALFORMED_URL));
        }
        let url = Url::parse(text).map_err(|_| Refusal(cause::MALFORMED_URL))?;
        self.check_parsed(url)
    }

    /// As [`Policy::check_url`], for a redirect's target relative to `base`.
    ///
    /// # Errors
    /// As [`Policy::check_url`], and `SCHEMA_FORBIDDEN` for a step down from `https`.
    pub fn check_redirect(&self, base: &Url, location: &str) -> Result<Url, Refusal> {
        if location.len() > MAX_URL {
            return Err(Refusal(cause::MALFORMED_URL));
        }
        let url = self.check_parsed(base.join(location).map_err(|_| Refusal(cause::MALFORMED_URL))?)?;
        if base.scheme() == "https" && url.scheme() != "https" {
            return Err(Refusal(cause::SCHEMA_FORBIDDEN));
        }
        Ok(url)
    }

    fn check_parsed(&self, mut url: Url) -> Result<Url, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal(cause::SCHEMA_FORBIDDEN));
        }
        if !url.username().is_empty() || url.password().is_some() || url.as_str().len() > MAX_URL {
            return Err(Refusal(cause::MALFORMED_URL));
        }
        let port = url.port_or_known_default().ok_or(Refusal(cause::MALFORMED_URL))?;
        if !self.allowed_ports.iter().any(|ports| ports.contains(port)) {
            return Err(Refusal(cause::PORT_FORBIDDEN));
        }
        match url.host().ok_or(Refusal(cause::MALFORMED_URL))? {
            Host::Domain(name) => self.check_name(name)?,
            Host::Ipv4(ip) => self.check_literal(ip.into())?,
            Host::Ipv6(ip) => self.check_literal(ip.into())?,
        }
        url.set_fragment(None);
        Ok(url)
    }

    /// The name is in lower case and punycode already: the URL reader did that.
    fn check_name(&self, name: &str) -> Result<(), Refusal> {
        // The URL standard lets more through than names on the internet have: quotes, commas, stars.
        if name.starts_with('.') || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
            return Err(Refusal(cause::MALFORMED_URL));
        }
        let name = name.strip_suffix('.').unwrap_or(name);
        let under = |suffix: &str| name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
        let special = !name.contains('.') || SPECIAL_TLDS.iter().any(|tld| name == *tld || under(tld));
        if special && !self.allow_private {
            return Err(Refusal(cause::TLD_FORBIDDEN));
        }
        let listed = |host: &String| match host.strip_prefix("*.") {
            Some(parent) => under(parent),
            None => host == name,
        };
        match &self.allowed_hosts {
            Some(hosts) if !hosts.iter().any(listed) => Err(Refusal(cause::HOST_FORBIDDEN)),
            _ => Ok(()),
        }
    }

    fn check_literal(&self, ip: IpAddr) -> Result<(), Refusal> {
        let listed = |host: &String| host.parse::<IpAddr>() == Ok(ip);
        match &self.allowed_hosts {
            Some(hosts) if !hosts.iter().any(listed) => Err(Refusal(cause::HOST_FORBIDDEN)),
            _ if !self.may_reach(ip) => Err(Refusal(cause::HOST_FORBIDDEN)),
            _ => Ok(()),
        }
    }

    /// Whether a connection to that address is allowed.
    pub fn may_reach(&self, ip: IpAddr) -> bool {
        match classify(ip) {
            AddressClass::Public => true,
            AddressClass::Private => self.allow_private,
            AddressClass::Unusable => false,
        }
    }
}

/// The only way from a name to an address. The client connects to exactly the addresses that leave
/// here, so a name that changes its answer between check and connection gains nothing.
#[derive(Debug)]
pub(super) struct GuardedResolver {
    pub(super) policy: Arc<Policy>,
}

impl Resolver for GuardedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &UreqConfig,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = match &self.policy.lookup {
            Some(lookup) => self.by_hand(lookup.as_ref(), uri)?,
            None => DefaultResolver::default().resolve(uri, config, timeout)?,
        };
        let mut checked = self.empty();
        for addr in found.iter().filter(|addr| self.policy.may_reach(addr.ip())) {
            checked.push(*addr);
        }
        if checked.is_empty() {
            return Err(ureq::Error::Other(Box::new(Refusal(cause::HOST_FORBIDDEN))));
        }
        Ok(checked)
    }
}

impl GuardedResolver {
    fn by_hand(&self, lookup: &Lookup, uri: &Uri) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().ok_or(ureq::Error::HostNotFound)?;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let found = match literal {
            Ok(ip) => vec![ip],
            Err(_) => lookup(host)?,
        };
        let mut out = self.empty();
        // As many as the client can hold.
        for ip in found.into_iter().take(16) {
            out.push(SocketAddr::new(ip, port));
        }
        if out.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(config: &WebConfig, url: &str) -> Option<&'static str> {
        Policy::new(config).check_url(url).err().map(|r| r.0)
    }

    #[test]
    fn each_rule_has_its_tag() {
        let config = WebConfig::default();
        for (url, tag) in [
            ("http://example.org/", None),
            ("https://example.org:443/a?b#c", None),
            ("https://bücher.example.org/", None),
            ("http://8.8.8.8/", None),
            ("", Some("MALFORMED_URL")),
            ("example.org", Some("MALFORMED_URL")),
            ("http://", Some("MALFORMED_URL")),
            ("http://a b/", Some("MALFORMED_URL")),
            ("http://user@example.org/", Some("MALFORMED_URL")),
            ("http://:pw@example.org/", Some("MALFORMED_URL")),
            ("http://example.org:99999/", Some("MALFORMED_URL")),
            ("http://*.example.org/", Some("MALFORMED_URL")),
            ("http://a,b.example.org/", Some("MALFORMED_URL")),
            ("http://a\"b.example.org/", Some("MALFORMED_URL")),
            ("http://.example.org/", Some("MALFORMED_URL")),
            ("ftp://example.org/", Some("SCHEMA_FORBIDDEN")),
            ("file:///etc/passwd", Some("SCHEMA_FORBIDDEN")),
            ("javascript:alert(1)", Some("SCHEMA_FORBIDDEN")),
            ("data:text/plain,hi", Some("SCHEMA_FORBIDDEN")),
            ("ws://example.org/", Some("SCHEMA_FORBIDDEN")),
            ("http://example.org:22/", Some("PORT_FORBIDDEN")),
            ("https://example.org:8443/", Some("PORT_FORBIDDEN")),
            ("http://localhost/", Some("TLD_FORBIDDEN")),
            ("http://LOCALHOST./", Some("TLD_FORBIDDEN")),
            ("http://a.localhost/", Some("TLD_FORBIDDEN")),
            ("http://router/", Some("TLD_FORBIDDEN")),
            ("http://printer.local/", Some("TLD_FORBIDDEN")),
            ("http://metadata.google.internal/", Some("TLD_FORBIDDEN")),
            ("http://box.home.arpa/", Some("TLD_FORBIDDEN")),
            ("http://notlocal.org/", None),
        ] {
            assert_eq!(refusal(&config, url), tag, "{url}");
        }
        assert_eq!(
            refusal(&config, &format!("http://example.org/{}", "a".repeat(9000))),
            Some("MALFORMED_URL")
        );
    }

    #[test]
    fn no_spelling_of_a_private_address_passes() {
        let config = WebConfig::default();
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.0.0.1./",
            "http://[::1]/",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[2002:a00:1::]/",
            "http://0/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://10.1.2.3/",
            "http://169.254.169.254/latest/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://224.0.0.1/",
            "http://①②⑦.0.0.1/",
            "http://127。0。0。1/",
            "http://%31%32%37.0.0.1/",
        ] {
            assert_eq!(refusal(&config, url), Some("HOST_FORBIDDEN"), "{url}");
        }
    }

    #[test]
    fn a_list_of_hosts_admits_only_those() {
        let hosts = ["example.org", "*.example.net", "8.8.8.8", "127.0.0.1"].map(str::to_owned).to_vec();
        let config = WebConfig { allowed_hosts: Some(hosts), ..WebConfig::default() };
        for url in [
            "http://example.org/",
            "http://EXAMPLE.org./",
            "http://a.example.net/",
            "http://a.b.example.net/",
            "http://8.8.8.8/",
        ] {
            assert_eq!(refusal(&config, url), None, "{url}");
        }
        for url in [
            "http://a.example.org/",
            "http://example.net/",
            "http://badexample.net/",
            "http://example.org.evil.com/",
            "http://1.1.1.1/",
            "http://127.0.0.1/",
        ] {
            assert_eq!(refusal(&config, url), Some("HOST_FORBIDDEN"), "{url}");
        }
        let none = WebConfig { allowed_hosts: Some(vec![]), ..WebConfig::default() };
        assert_eq!(refusal(&none, "http://example.org/"), Some("HOST_FORBIDDEN"));
    }

    #[test]
    fn allow_private_admits_the_own_network_but_not_the_unusable() {
        let config = WebConfig { allow_private: true, ..WebConfig::default() };
        for url in
            ["http://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://router/"]
        {
            assert_eq!(refusal(&config, url), None, "{url}");
        }
        for url in ["http://0.0.0.0/", "http://224.0.0.1/", "http://[ff02::1]/", "http://255.255.255.255/"] {
            assert_eq!(refusal(&config, url), Some("HOST_FORBIDDEN"), "{url}");
        }
    }

    #[test]
    fn a_redirect_is_checked_like_the_first_address() {
        let policy = Policy::new(&WebConfig::default());
        let base = policy.check_url("https://example.org/a/b").unwrap();
        assert_eq!(policy.check_redirect(&base, "../c").unwrap().as_str(), "https://example.org/c");
        for (location, tag) in [
            ("http://example.org/", "SCHEMA_FORBIDDEN"),
            ("http://169.254.169.254/", "HOST_FORBIDDEN"),
            ("//127.0.0.1/", "HOST_FORBIDDEN"),
            ("file:///etc/passwd", "SCHEMA_FORBIDDEN"),
            ("https://example.org:8080/", "PORT_FORBIDDEN"),
            ("https://u:p@example.org/", "MALFORMED_URL"),
        ] {
            assert_eq!(policy.check_redirect(&base, location), Err(Refusal(tag)), "{location}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_literal_is_public_in_every_spelling(ip in any::<u32>(), spelling in 0..6) {
            let v4 = std::net::Ipv4Addr::from(ip);
            let [a, b, c, d] = v4.octets();
            let host = match spelling {
                0 => v4.to_string(),
                1 => ip.to_string(),
                2 => format!("0x{ip:x}"),
                3 => format!("0{a:o}.0x{b:x}.{}", u16::from_be_bytes([c, d])),
                4 => format!("[::ffff:{v4}]"),
                _ => format!("[64:ff9b::{v4}]"),
            };
            let public = classify(v4.into()) == AddressClass::Public;
            let expected = if public { None } else { Some("HOST_FORBIDDEN") };
            prop_assert_eq!(refusal(&WebConfig::default(), &format!("http://{host}/")), expected);
        }

        #[test]
        fn no_text_makes_the_check_panic_or_pass_another_scheme(text in "\\PC{0,40}", tail in any::<String>()) {
            for url in [text.clone(), format!("http://{text}"), format!("https://a.org/{tail}")] {
                if let Ok(url) = Policy::new(&WebConfig::default()).check_url(&url) {
                    prop_assert!(matches!(url.scheme(), "http" | "https"));
                    prop_assert!(url.as_str().parse::<Uri>().is_ok(), "{}", url);
                }
            }
        }
    }
}
