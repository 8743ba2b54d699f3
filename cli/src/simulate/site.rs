//! The web and the model of a scenario: a server on loopback, and services that may reach it and nothing else.

use super::scenario::{Answer, Site};
use crate::report::Failure;
use selfsame_hostabi::services::http::testing::{TestReply, TestRequest, TestServer, model};
use selfsame_hostabi::services::http::{Config, HttpServices, LlmConfig, Ports, WebConfig};
use selfsame_hostabi::services::{NoServices, Services};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A server that runs as long as this is held.
pub struct Running {
    server: Option<TestServer>,
    pub services: Arc<dyn Services>,
}

impl Running {
    /// Starts it.
    pub fn start(site: Option<&Site>) -> Result<Self, Failure> {
        let Some(site) = site else {
            return Ok(Running { server: None, services: Arc::new(NoServices) });
        };
        let pages: Vec<_> =
            site.pages.iter().map(|(path, page)| (path.clone(), page.clone(), AtomicUsize::new(0))).collect();
        let answers = site.model.clone();
        let asked = AtomicUsize::new(0);
        let model = move |request: &TestRequest| {
            let turn = asked.fetch_add(1, Ordering::Relaxed);
            let reply = |answer: &Answer| answer.replies[turn % answer.replies.len()].clone();
            let table = answers.iter().map(|answer| (answer.prompt.clone(), reply(answer)));
            model(table.collect())(request)
        };
        let server =
            TestServer::start(move |request| match pages.iter().find(|(path, ..)| *path == request.target) {
                Some((_, page, visits)) => {
                    let visit = visits.fetch_add(1, Ordering::Relaxed);
                    TestReply::page(&page.content_type, page.bodies[visit % page.bodies.len()].clone())
                }
                None if request.method == "POST" && request.target.ends_with("/chat/completions") => {
                    model(request)
                }
                None => TestReply::status(404),
            })
            .map_err(|error| Failure::new(format!("no server can be started on 127.0.0.1: {error}")))?;
        let config = Config {
            web: Some(WebConfig {
                allow_private: true,
                allowed_hosts: Some(vec!["127.0.0.1".into()]),
                allowed_ports: vec![Ports::One(server.addr().port())],
                ..WebConfig::default()
            }),
            llm: Some(LlmConfig {
                endpoint: server.url("/v1"),
                model: "scenario".into(),
                key_env: None,
                timeout: Duration::from_secs(20),
                max_octets: 1 << 20,
                max_tokens: None,
                price_call: 0,
                price_prompt_token: 1,
                price_completion_token: 1,
            }),
        };
        Ok(Running { server: Some(server), services: Arc::new(HttpServices::new(config)) })
    }

    /// The address of the site, without a slash at its end.
    pub fn url(&self) -> Option<String> {
        self.server.as_ref().map(|server| server.url(""))
    }
}
