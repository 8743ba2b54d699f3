//! Non-deterministic services: what a contract may ask of the world outside, as a trait.
//!
//! The supervisor calls [`Services`] from a non-deterministic block and copies the answer into a file
//! of the block. Nothing here runs in deterministic mode, and nothing here is judged: leader and
//! validators may get different answers, and the contract says what counts as equal.
//! The real clients are in [`http`] (feature `http`); [`ScriptedServices`] answers from a list.
//!
//! Spec: sdk.md 3.13 to 3.16 and 5, fees.md 10.

mod answer;
#[cfg(feature = "http")]
pub mod http;
mod request;
mod scripted;
#[cfg(test)]
mod tests;

pub use answer::{Answer, LlmAnswer, Response, ServiceFault, cause, module_error};
pub use request::{
    CallLimits, ExecPrompt, MAX_IMAGES, Method, PromptFormat, PromptTemplate, RenderMode, WebRender,
    WebRequest, parse_wait,
};
pub use scripted::{ScriptedRequest, ScriptedServices};

/// The web module and the language-model module of a node.
///
/// An [`Answer`] is for the contract: a page that cannot be had is an answer too. A [`ServiceFault`]
/// is for the node: it ends the whole run as an internal error, so it never becomes a result.
pub trait Services: Send + Sync {
    /// Loads a page and shows it as text, as HTML or as a picture. Spec: sdk.md 3.13.
    ///
    /// # Errors
    /// [`ServiceFault`]: the web module is not there.
    fn web_render(&self, req: &WebRender, limits: &CallLimits) -> Result<Answer, ServiceFault>;

    /// Sends one HTTP request. Spec: sdk.md 3.14.
    ///
    /// # Errors
    /// [`ServiceFault`]: the web module is not there.
    fn web_request(&self, req: &WebRequest, limits: &CallLimits) -> Result<Answer, ServiceFault>;

    /// Asks the language model. Spec: sdk.md 3.15.
    ///
    /// # Errors
    /// [`ServiceFault`]: the model is not configured, does not answer, or answers what is no answer.
    fn exec_prompt(&self, req: &ExecPrompt, limits: &CallLimits) -> Result<LlmAnswer, ServiceFault>;

    /// Asks the language model to judge or to write by one of the fixed templates. Spec: sdk.md 3.16.
    ///
    /// # Errors
    /// As [`Services::exec_prompt`].
    fn exec_prompt_template(
        &self,
        req: &PromptTemplate,
        limits: &CallLimits,
    ) -> Result<LlmAnswer, ServiceFault>;
}

/// A node without services: every call is a fault of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoServices;

impl Services for NoServices {
    fn web_render(&self, _: &WebRender, _: &CallLimits) -> Result<Answer, ServiceFault> {
        Err(ServiceFault::WEB_NOT_CONFIGURED)
    }

    fn web_request(&self, _: &WebRequest, _: &CallLimits) -> Result<Answer, ServiceFault> {
        Err(ServiceFault::WEB_NOT_CONFIGURED)
    }

    fn exec_prompt(&self, _: &ExecPrompt, _: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        Err(ServiceFault::LLM_NOT_CONFIGURED)
    }

    fn exec_prompt_template(&self, _: &PromptTemplate, _: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        Err(ServiceFault::LLM_NOT_CONFIGURED)
    }
}
