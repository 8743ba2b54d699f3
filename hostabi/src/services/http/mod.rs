//! Real services over HTTP: pages, requests, and a language model behind chat completions.
//! `docs/services.md` has the configuration and the policy.

mod address;
mod browser;
mod config;
mod deadline;
mod fetch;
mod guard;
mod json;
mod llm;
mod readable;
mod render;
mod secret;
mod tags;
mod templates;
pub mod testing;
#[cfg(test)]
mod tests;

use selfsame_calldata::Value;

pub use address::{AddressClass, classify};
pub use config::{Config, ConfigError, LlmConfig, Ports, WebConfig};
pub use guard::{Lookup, Policy, Refusal};
pub use readable::{decode_body, html_to_text, is_html};

use super::{
    Answer, CallLimits, ExecPrompt, LlmAnswer, PromptTemplate, ServiceFault, Services, WebRender, WebRequest,
    cause,
};
use deadline::Deadline;
use fetch::{Fetcher, Outgoing, WebError};
use llm::Llm;

/// The services of a node, by its configuration.
#[derive(Debug)]
pub struct HttpServices {
    web: Option<Web>,
    llm: Option<Llm>,
}

#[derive(Debug)]
struct Web {
    config: WebConfig,
    fetcher: Fetcher,
}

impl HttpServices {
    /// Services by `config`; the key is read from this process's environment now.
    pub fn new(config: Config) -> HttpServices {
        HttpServices::with_env(config, |name| std::env::var(name).ok())
    }

    /// As [`HttpServices::new`], with another source of environment variables.
    pub fn with_env(config: Config, env: impl Fn(&str) -> Option<String>) -> HttpServices {
        let web = config.web.map(|web| {
            let policy = Policy::new(&web);
            Web { fetcher: Fetcher::new(&web, policy), config: web }
        });
        HttpServices { web, llm: config.llm.map(|llm| Llm::new(llm, env)) }
    }

    /// Looks names up by `lookup` instead of the system; the answers are checked all the same.
    #[must_use]
    pub fn with_lookup(mut self, lookup: std::sync::Arc<Lookup>) -> HttpServices {
        if let Some(web) = &mut self.web {
            let policy = Policy::new(&web.config).with_lookup(lookup);
            web.fetcher = Fetcher::new(&web.config, policy);
        }
        self
    }

    fn web(&self) -> Result<&Web, ServiceFault> {
        self.web.as_ref().ok_or(ServiceFault::WEB_NOT_CONFIGURED)
    }

    fn llm(&self) -> Result<&Llm, ServiceFault> {
        self.llm.as_ref().ok_or(ServiceFault::LLM_NOT_CONFIGURED)
    }
}

impl Web {
    fn deadline(&self, limits: &CallLimits) -> Deadline {
        Deadline::after(self.config.timeout, limits.time_left)
    }

    fn max_octets(&self, limits: &CallLimits) -> u64 {
        self.config.max_octets.min(limits.max_octets)
    }

    fn request(&self, req: &WebRequest, limits: &CallLimits) -> Result<Value, WebError> {
        let url = self.fetcher.policy.check_url(&req.url)?;
        let headers = self.fetcher.headers(&req.headers)?;
        if req.sign {
            return Err(WebError::new(cause::SIGN_UNAVAILABLE));
        }
        let out = Outgoing { method: req.method, url, headers, body: req.body.clone() };
        let page = self.fetcher.fetch(out, self.deadline(limits), self.max_octets(limits))?;
        Ok(page.response.into_value())
    }
}

/// A longer address is not repeated in an error.
const MAX_ECHO: usize = 2048;

/// An error names the address as the contract wrote it.
fn answer(result: Result<Value, WebError>, url: &str) -> Answer {
    match result {
        Ok(value) => Answer::Ok(value),
        Err(error) if url.len() <= MAX_ECHO => error.with("url", url).into_answer(),
        Err(error) => error.into_answer(),
    }
}

impl Services for HttpServices {
    fn web_render(&self, req: &WebRender, limits: &CallLimits) -> Result<Answer, ServiceFault> {
        Ok(answer(self.web()?.render(req, limits)?, &req.url))
    }

    fn web_request(&self, req: &WebRequest, limits: &CallLimits) -> Result<Answer, ServiceFault> {
        Ok(answer(self.web()?.request(req, limits), &req.url))
    }

    fn exec_prompt(&self, req: &ExecPrompt, limits: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        self.llm()?.prompt(req, limits)
    }

    fn exec_prompt_template(
        &self,
        req: &PromptTemplate,
        limits: &CallLimits,
    ) -> Result<LlmAnswer, ServiceFault> {
        self.llm()?.template(req, limits)
    }
}
