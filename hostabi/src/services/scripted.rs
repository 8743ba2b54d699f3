//! Services that answer from a script, for tests of whatever calls services.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    Answer, CallLimits, ExecPrompt, LlmAnswer, PromptTemplate, ServiceFault, Services, WebRender, WebRequest,
};

/// A request as [`ScriptedServices`] got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptedRequest {
    /// A page to render.
    Render(WebRender),
    /// A request to send.
    Request(WebRequest),
    /// A prompt.
    Prompt(ExecPrompt),
    /// A prompt by template.
    Template(PromptTemplate),
}

type Script = dyn FnMut(&ScriptedRequest, &CallLimits) -> Result<LlmAnswer, ServiceFault> + Send;

/// Answers by a closure or from a list, and remembers every request. The cost in an answer is passed
/// on for prompts and dropped for the web.
pub struct ScriptedServices {
    script: Mutex<Box<Script>>,
    seen: Mutex<Vec<(ScriptedRequest, CallLimits)>>,
}

impl ScriptedServices {
    /// Answers by `script`.
    pub fn by(
        script: impl FnMut(&ScriptedRequest, &CallLimits) -> Result<LlmAnswer, ServiceFault> + Send + 'static,
    ) -> ScriptedServices {
        ScriptedServices { script: Mutex::new(Box::new(script)), seen: Mutex::new(Vec::new()) }
    }

    /// Answers with `answers` one by one, at no cost; a call after the last is a fault.
    pub fn list(answers: impl IntoIterator<Item = Answer>) -> ScriptedServices {
        let mut left: VecDeque<Answer> = answers.into_iter().collect();
        ScriptedServices::by(move |_, _| match left.pop_front() {
            Some(answer) => Ok(LlmAnswer::new(answer, 0)),
            None => Err(ServiceFault::new("the script of answers has ended")),
        })
    }

    /// The requests so far, in order, with the limits of each.
    pub fn requests(&self) -> Vec<(ScriptedRequest, CallLimits)> {
        lock(&self.seen).clone()
    }

    fn answer(&self, req: ScriptedRequest, limits: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        let answer = (lock(&self.script))(&req, limits);
        lock(&self.seen).push((req, limits.clone()));
        answer
    }
}

/// A test that failed while it held the lock has said so already.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ScriptedServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedServices").field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl Services for ScriptedServices {
    fn web_render(&self, req: &WebRender, limits: &CallLimits) -> Result<Answer, ServiceFault> {
        self.answer(ScriptedRequest::Render(req.clone()), limits).map(|a| a.answer)
    }

    fn web_request(&self, req: &WebRequest, limits: &CallLimits) -> Result<Answer, ServiceFault> {
        self.answer(ScriptedRequest::Request(req.clone()), limits).map(|a| a.answer)
    }

    fn exec_prompt(&self, req: &ExecPrompt, limits: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        self.answer(ScriptedRequest::Prompt(req.clone()), limits)
    }

    fn exec_prompt_template(
        &self,
        req: &PromptTemplate,
        limits: &CallLimits,
    ) -> Result<LlmAnswer, ServiceFault> {
        self.answer(ScriptedRequest::Template(req.clone()), limits)
    }
}
