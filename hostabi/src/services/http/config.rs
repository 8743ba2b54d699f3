//! `selfsame.toml`: what a node's services may do. See `docs/services.md`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::services::parse_wait;

/// The whole file. A table that is missing means that its module is missing: a call is a fault then.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The web module.
    pub web: Option<WebConfig>,
    /// The language-model module.
    pub llm: Option<LlmConfig>,
}

/// The table `[web]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebConfig {
    /// For a whole call, redirects included.
    #[serde(deserialize_with = "duration")]
    pub timeout: Duration,
    /// The most octets of body and headers, whatever RAM the contract has.
    pub max_octets: u64,
    /// The most octets of a request's or a response's header fields.
    pub max_header_octets: u32,
    /// The most redirects that are followed.
    pub max_redirects: u32,
    /// Names (`example.org`), subdomains (`*.example.org`) and literal addresses; absent: every host.
    pub allowed_hosts: Option<Vec<String>>,
    /// Ports (`443`) and ranges (`"8000-8999"`).
    pub allowed_ports: Vec<Ports>,
    /// Whether loopback, private and link-local addresses and names are reached.
    pub allow_private: bool,
    /// A Chromium for rendered pages and screenshots; absent: pages by plain fetch, no screenshots.
    pub chromium: Option<PathBuf>,
}

impl Default for WebConfig {
    fn default() -> WebConfig {
        WebConfig {
            timeout: Duration::from_secs(20),
            max_octets: 4 << 20,
            max_header_octets: 64 << 10,
            max_redirects: 5,
            allowed_hosts: None,
            allowed_ports: vec![Ports::One(80), Ports::One(443)],
            allow_private: false,
            chromium: None,
        }
    }
}

/// A port or a range of ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ports {
    /// One port.
    One(u16),
    /// From the first to the last.
    Range(u16, u16),
}

impl Ports {
    /// Whether `port` is among them.
    pub fn contains(self, port: u16) -> bool {
        match self {
            Ports::One(one) => one == port,
            Ports::Range(first, last) => (first..=last).contains(&port),
        }
    }
}

impl<'de> Deserialize<'de> for Ports {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Ports, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(u16),
            Range(String),
        }
        match Form::deserialize(de)
            .map_err(|_| D::Error::custom("a port is a number of 16 bits or \"FIRST-LAST\""))?
        {
            Form::One(port) => Ok(Ports::One(port)),
            Form::Range(text) => {
                let ends = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
                match ends {
                    Some((first, last)) if first <= last => Ok(Ports::Range(first, last)),
                    _ => Err(D::Error::custom("a range of ports is \"FIRST-LAST\"")),
                }
            }
        }
    }
}

/// The table `[llm]`: any endpoint that speaks the protocol of chat completions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmConfig {
    /// The URL before `/chat/completions`. It is the operator's own choice: no address is refused.
    pub endpoint: String,
    /// The model's name at that endpoint.
    pub model: String,
    /// The name of the environment variable that holds the key; absent: no key is sent.
    pub key_env: Option<String>,
    /// For a whole call.
    #[serde(deserialize_with = "duration", default = "llm_timeout")]
    pub timeout: Duration,
    /// The most octets of the endpoint's answer.
    #[serde(default = "llm_max_octets")]
    pub max_octets: u64,
    /// The most tokens of a reply, sent to the endpoint; absent: the endpoint's own limit.
    pub max_tokens: Option<u32>,
    /// What every call consumes.
    #[serde(default)]
    pub price_call: u64,
    /// What a token of the prompt consumes.
    #[serde(default = "one")]
    pub price_prompt_token: u64,
    /// What a token of the reply consumes.
    #[serde(default = "one")]
    pub price_completion_token: u64,
}

fn llm_timeout() -> Duration {
    Duration::from_secs(120)
}

fn llm_max_octets() -> u64 {
    1 << 20
}

fn one() -> u64 {
    1
}

fn duration<'de, D: Deserializer<'de>>(de: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(de)?;
    match parse_wait(&text) {
        Some(ms @ 1..=86_400_000) => Ok(Duration::from_millis(ms)),
        _ => Err(D::Error::custom("a time is a number and a unit, \"20s\" or \"500ms\", up to a day")),
    }
}

/// Why a configuration is refused. It names the line and the rule, never a value: somebody may have
/// written a key into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    line: Option<usize>,
    what: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the text of a `selfsame.toml`.
    ///
    /// # Errors
    /// [`ConfigError`]: no TOML, an unknown key, a value of the wrong type or outside its range.
    pub fn parse(text: &str) -> Result<Config, ConfigError> {
        let config: Config = toml::from_str(text).map_err(|e| ConfigError {
            line: e.span().map(|span| {
                1 + text.as_bytes()[..span.start.min(text.len())].iter().filter(|b| **b == b'\n').count()
            }),
            what: without_values(e.message()),
        })?;
        if let Some(web) = &config.web {
            web.check()?;
        }
        if let Some(llm) = &config.llm {
            llm.check()?;
        }
        Ok(config)
    }
}

impl WebConfig {
    fn check(&self) -> Result<(), ConfigError> {
        for host in self.allowed_hosts.iter().flatten() {
            let name = host.strip_prefix("*.").unwrap_or(host);
            if name.is_empty() || name.contains(['/', '*', '@', ' ']) || name != name.to_lowercase() {
                return refused(
                    "web.allowed_hosts: a host is a name in lower case, *.name, or an address, without scheme or port",
                );
            }
        }
        Ok(())
    }
}

impl LlmConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let plain = url::Url::parse(&self.endpoint).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        if !plain {
            return refused("llm.endpoint: an http or https URL without user, password, query and fragment");
        }
        // A key pasted in place of the name must not be taken for one: it would show in messages.
        let is_name = |name: &str| {
            name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
                && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
        };
        if self.key_env.as_deref().is_some_and(|name| !is_name(name)) {
            return refused(
                "llm.key_env: the NAME of an environment variable (A-Z, 0-9, _), not the key itself",
            );
        }
        Ok(())
    }
}

fn refused(what: &str) -> Result<(), ConfigError> {
    Err(ConfigError { line: None, what: what.to_owned() })
}

/// A message of the TOML reader without the text that it found.
fn without_values(message: &str) -> String {
    match (message.find("string \""), message.rfind('"')) {
        (Some(start), Some(end)) => format!("{}a string{}", &message[..start], &message[end + 1..]),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_has_no_modules() {
        let config = Config::parse("").unwrap();
        assert!(config.web.is_none() && config.llm.is_none());
    }

    #[test]
    fn a_table_has_the_documented_defaults() {
        let config = Config::parse("[web]\n[llm]\nendpoint = 'http://127.0.0.1:1/v1'\nmodel = 'm'").unwrap();
        let (web, llm) = (config.web.unwrap(), config.llm.unwrap());
        assert_eq!((web.timeout.as_secs(), web.max_octets, web.max_header_octets), (20, 4_194_304, 65_536));
        assert_eq!(
            (web.max_redirects, web.allow_private, web.allowed_hosts, web.chromium),
            (5, false, None, None)
        );
        assert_eq!(web.allowed_ports, [Ports::One(80), Ports::One(443)]);
        assert_eq!(
            (llm.timeout.as_secs(), llm.max_octets, llm.key_env, llm.max_tokens),
            (120, 1_048_576, None, None)
        );
        assert_eq!((llm.price_call, llm.price_prompt_token, llm.price_completion_token), (0, 1, 1));
    }

    #[test]
    fn every_key_can_be_set() {
        let text = r#"
            [web]
            timeout = "500ms"
            max_octets = 1000
            max_header_octets = 2000
            max_redirects = 0
            allowed_hosts = ["example.org", "*.example.net", "127.0.0.1"]
            allowed_ports = [443, "8000-8999"]
            allow_private = true
            chromium = "/usr/bin/chromium"
            [llm]
            endpoint = "https://models.example.org/v1"
            model = "m"
            key_env = "MODEL_KEY_2"
            timeout = "5s"
            max_octets = 3000
            max_tokens = 10
            price_call = 5
            price_prompt_token = 6
            price_completion_token = 7"#;
        let config = Config::parse(text).unwrap();
        let web = config.web.unwrap();
        assert_eq!(web.timeout, Duration::from_millis(500));
        assert!(web.allowed_ports[1].contains(8000) && web.allowed_ports[1].contains(8999));
        assert!(!web.allowed_ports[1].contains(9000));
        assert_eq!(config.llm.unwrap().key_env.as_deref(), Some("MODEL_KEY_2"));
    }

    #[test]
    fn mistakes_are_named_with_their_line_or_key() {
        for (text, say) in [
            ("[web]\n\ntimout = '1s'", "line 3: unknown field `timout`"),
            ("[wbe]", "line 1: unknown field `wbe`"),
            ("[web]\ntimeout = 5", "line 2: invalid type: integer `5`, expected a string"),
            ("[web]\ntimeout = '5'", "line 2: a time is a number and a unit"),
            ("[web]\ntimeout = '0s'", "line 2: a time is a number and a unit"),
            ("[web]\nallowed_ports = ['90-80']", "a range of ports is \"FIRST-LAST\""),
            ("[web]\nallowed_ports = [70000]", "a port is a number of 16 bits"),
            ("[web]\nallowed_hosts = ['http://a.example/']", "web.allowed_hosts: a host is a name"),
            ("[web]\nallowed_hosts = ['A.example']", "web.allowed_hosts: a host is a name"),
            ("[llm]\nmodel = 'm'", "missing field `endpoint`"),
            ("[llm]\nmodel = 'm'\nendpoint = 'ftp://a.example'", "llm.endpoint: an http or https URL"),
            ("[llm]\nmodel = 'm'\nendpoint = 'http://me:pw@a.example'", "llm.endpoint: an http or https URL"),
        ] {
            let error = Config::parse(text).unwrap_err().to_string();
            assert!(error.contains(say), "{error:?} should say {say:?}");
        }
    }

    #[test]
    fn a_key_in_the_file_does_not_show_in_the_error() {
        for text in [
            "[llm]\nkey = 'sk-Secret-1'",
            "[llm]\nendpoint = 'http://a.example'\nmodel = 'm'\nkey_env = 'sk-Secret-1'",
            "[llm]\nmax_octets = 'sk-Secret-1'",
            "[llm]\nmax_octets = 'sk-Secret-1\"\"'",
            "[llm]\nkey_env = [ 'sk-Secret-1' ]",
            "[llm]\nkey_env = 'sk-Secret-1",
            "[llm]\nendpoint = 'http://u:sk-Secret-1@a.example'\nmodel = 'm'",
            "llm = 'sk-Secret-1'",
            "[web]\nallowed_ports = ['sk-Secret-1']",
            "[web]\ntimeout = 'sk-Secret-1'",
            "[web]\nallow_private = 'sk-Secret-1'",
        ] {
            let error = Config::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("Secret"), "{error}");
        }
    }
}
