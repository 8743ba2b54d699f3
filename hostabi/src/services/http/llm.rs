//! The language-model module: a client for any endpoint of chat completions.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selfsame_calldata::Value;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use ureq::Agent;
use ureq::http::HeaderValue;

use super::config::LlmConfig;
use super::deadline::Deadline;
use super::fetch::WebError;
use super::json;
use super::secret::Secret;
use super::templates;
use crate::services::answer::u256_le;
use crate::services::{
    Answer, CallLimits, ExecPrompt, LlmAnswer, PromptFormat, PromptTemplate, ServiceFault, cause,
};

/// The client. Its faults and answers hold neither the key nor the endpoint.
#[derive(Debug)]
pub(super) struct Llm {
    agent: Agent,
    config: LlmConfig,
    key: Key,
}

#[derive(Debug)]
enum Key {
    None,
    Is(Secret),
    /// It is configured and not there: every call is a fault.
    Missing,
}

/// What the endpoint sent, as far as it matters.
#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// A reply's text and its price. No text: the model refused, or the reply was over the cap.
enum Reply {
    Text(String, u128),
    NoText(u128),
    TooLarge,
}

impl Llm {
    /// A client; `env` reads an environment variable, once.
    pub(super) fn new(config: LlmConfig, env: impl Fn(&str) -> Option<String>) -> Llm {
        let key = match &config.key_env {
            None => Key::None,
            Some(name) => env(name).and_then(|key| Secret::new(&key)).map_or(Key::Missing, Key::Is),
        };
        let agent = Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            // The key goes to the configured endpoint and nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build()
            .new_agent();
        Llm { agent, config, key }
    }

    pub(super) fn prompt(&self, req: &ExecPrompt, limits: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        let mut parts = vec![json!({"type": "text", "text": req.prompt})];
        for image in &req.images {
            let Some(kind) = image_kind(image) else {
                return Ok(LlmAnswer::new(WebError::new(cause::IMAGE_FORMAT).into_answer(), 0));
            };
            let url = format!("data:{kind};base64,{}", STANDARD.encode(image));
            parts.push(json!({"type": "image_url", "image_url": {"url": url}}));
        }
        // Many small endpoints know only the plain form of a message.
        let content =
            if req.images.is_empty() { Json::from(req.prompt.as_str()) } else { Json::Array(parts) };
        let as_json = req.response_format == PromptFormat::Json;
        self.ask(vec![json!({"role": "user", "content": content})], as_json, limits, |text| {
            match req.response_format {
                PromptFormat::Text => Some(Value::Str(text)),
                PromptFormat::Json => json::object(&text),
            }
        })
    }

    pub(super) fn template(
        &self,
        req: &PromptTemplate,
        limits: &CallLimits,
    ) -> Result<LlmAnswer, ServiceFault> {
        let rendered = templates::render(req);
        let messages = vec![
            json!({"role": "system", "content": rendered.system}),
            json!({"role": "user", "content": rendered.user}),
        ];
        self.ask(messages, rendered.verdict, limits, |text| match rendered.verdict {
            true => templates::verdict(&text).map(Value::Bool),
            false => Some(Value::Str(text)),
        })
    }

    /// Sends messages and turns the reply into an answer by `read`.
    fn ask(
        &self,
        messages: Vec<Json>,
        as_json: bool,
        limits: &CallLimits,
        read: impl FnOnce(String) -> Option<Value>,
    ) -> Result<LlmAnswer, ServiceFault> {
        let base = u128::from(self.config.price_call);
        if over(base, limits) {
            let answer = WebError::new(cause::TIMEOUT).into_answer();
            return Ok(LlmAnswer { answer, consumed: [0; 32], budget_used_up: true });
        }
        let too_large =
            || WebError::new(cause::TOO_LARGE).with("max_octets", limits.max_octets).into_answer();
        let malformed = || WebError::new(cause::REPLY_MALFORMED).into_answer();
        let (answer, consumed) = match self.send(messages, as_json, limits)? {
            Reply::TooLarge => (too_large(), base),
            Reply::NoText(price) => (malformed(), price),
            Reply::Text(text, price) if u64::try_from(text.len()).unwrap_or(u64::MAX) > limits.max_octets => {
                (too_large(), price)
            }
            Reply::Text(text, price) => (read(text).map_or_else(malformed, Answer::Ok), price),
        };
        Ok(LlmAnswer { answer, consumed: u256_le(consumed), budget_used_up: over(consumed, limits) })
    }

    fn send(&self, messages: Vec<Json>, as_json: bool, limits: &CallLimits) -> Result<Reply, ServiceFault> {
        let mut body = json!({"model": self.config.model, "messages": messages, "stream": false});
        if as_json {
            body["response_format"] = json!({"type": "json_object"});
        }
        if let Some(max_tokens) = self.config.max_tokens {
            body["max_tokens"] = json!(max_tokens);
        }
        let body = body.to_string();
        let url = format!("{}/chat/completions", self.config.endpoint.trim_end_matches('/'));
        let mut request = self
            .agent
            .post(&url)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        match &self.key {
            Key::None => {}
            Key::Missing => {
                return Err(ServiceFault::new(
                    "the key of the language model is not in its environment variable",
                ));
            }
            Key::Is(secret) => request = request.header("authorization", bearer(secret)?),
        }
        let deadline = Deadline::after(self.config.timeout, limits.time_left);
        let left = deadline.left().ok_or(LATE)?;
        let mut response =
            request.config().timeout_global(Some(left)).build().send(body.as_bytes()).map_err(fault)?;
        if response.status().as_u16() != 200 {
            return Err(ServiceFault::new("the language model's endpoint answered with an error status"));
        }
        let mut octets = Vec::new();
        let reader = response.body_mut().as_reader();
        reader
            .take(self.config.max_octets.saturating_add(1))
            .read_to_end(&mut octets)
            .map_err(|e| fault(ureq::Error::from(e)))?;
        if u64::try_from(octets.len()).unwrap_or(u64::MAX) > self.config.max_octets {
            return Ok(Reply::TooLarge);
        }
        self.read(&octets, body.len())
    }

    fn read(&self, octets: &[u8], sent: usize) -> Result<Reply, ServiceFault> {
        const BAD: ServiceFault =
            ServiceFault::new("the language model's endpoint does not answer as chat completions do");
        let completion: Completion = serde_json::from_slice(octets).map_err(|_| BAD)?;
        let content = completion.choices.into_iter().next().ok_or(BAD)?.message.content;
        if let (Key::Is(secret), Some(text)) = (&self.key, &content)
            && secret.is_in(text)
        {
            return Err(ServiceFault::new("the language model's endpoint sent the key back"));
        }
        let estimate = |octets: usize| u64::try_from(octets.div_ceil(4)).unwrap_or(u64::MAX);
        let usage = completion.usage.unwrap_or_else(|| Usage {
            prompt_tokens: estimate(sent),
            completion_tokens: estimate(content.as_ref().map_or(0, String::len)),
        });
        // Each product is below 2^128 - 2^65 + 2, so only the sum can be too large.
        let tokens = |price: u64, count: u64| u128::from(price) * u128::from(count);
        let price = u128::from(self.config.price_call)
            .saturating_add(tokens(self.config.price_prompt_token, usage.prompt_tokens))
            .saturating_add(tokens(self.config.price_completion_token, usage.completion_tokens));
        Ok(content.map_or(Reply::NoText(price), |text| Reply::Text(text, price)))
    }
}

const LATE: ServiceFault = ServiceFault::new("the language model did not answer in time");

fn fault(error: ureq::Error) -> ServiceFault {
    match super::fetch::load_failed(error).cause {
        cause::TIMEOUT => LATE,
        _ => ServiceFault::new("the language model's endpoint cannot be reached"),
    }
}

fn bearer(secret: &Secret) -> Result<HeaderValue, ServiceFault> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", secret.expose())).map_err(|_| {
        ServiceFault::new("the key of the language model has characters that no header can carry")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether an amount is more than the budget.
fn over(amount: u128, limits: &CallLimits) -> bool {
    // Little-endian: the last octet is the most significant one.
    limits.budget.is_some_and(|budget| u256_le(amount).iter().rev().gt(budget.iter().rev()))
}

/// The media type of a picture, by its first octets.
fn image_kind(image: &[u8]) -> Option<&'static str> {
    match image {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
