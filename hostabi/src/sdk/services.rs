//! Asking the web and language models. Spec: sdk.md 3.13 to 3.16, 5.

use super::errno::SdkErrno;
use super::perform::{Answer, Stop, need};
use super::request::{Request, Template};
use crate::result::Encoded;
use crate::services::{
    Answer as ModuleAnswer, CallLimits, ExecPrompt, LlmAnswer, MAX_IMAGES, PromptFormat, PromptTemplate,
    ServiceFault, WebRender, WebRequest,
};
use crate::vm::{End, VmData};
use ruint::aliases::U256;
use selfsame_calldata::Value;

impl From<ServiceFault> for End {
    fn from(fault: ServiceFault) -> Self {
        End::Internal(fault.reason().into())
    }
}

/// Carries out a request to a module.
pub(super) fn ask(data: &mut VmData, request: Request<'_>) -> Result<Answer, Stop> {
    need(!data.vm.meta.deterministic)?;
    let limits = data.parts()?.0.node.limits;
    match request {
        Request::WebRender { mode, url, wait } => {
            let cap = web_cap(data, limits.web_render)?;
            let request = WebRender { mode, url: url.into(), wait_after_loaded_ms: wait };
            file(data.parts()?.0.node.services.web_render(&request, &cap).map_err(End::from)?)
        }
        Request::WebRequest { method, url, headers, body, sign } => {
            let cap = web_cap(data, limits.web_request)?;
            let request = WebRequest {
                method,
                url: url.into(),
                headers: headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
                body: body.map(Into::into),
                sign,
            };
            file(data.parts()?.0.node.services.web_request(&request, &cap).map_err(End::from)?)
        }
        Request::ExecPrompt { json, prompt, images } => {
            if images.len() > MAX_IMAGES {
                return Err(SdkErrno::Inval.into());
            }
            let request = ExecPrompt {
                response_format: if json { PromptFormat::Json } else { PromptFormat::Text },
                prompt: prompt.into(),
                images: images.into_iter().map(Into::into).collect(),
            };
            let limits = model_limits(data)?;
            let answer = data.parts()?.0.node.services.exec_prompt(&request, &limits).map_err(End::from)?;
            consume(data, answer)
        }
        Request::ExecPromptTemplate(template) => {
            let limits = model_limits(data)?;
            let request = owned(template);
            let services = &data.parts()?.0.node.services;
            let answer = services.exec_prompt_template(&request, &limits).map_err(End::from)?;
            let boolean = !matches!(template, Template::EqNonComparativeLeader { .. });
            let fits = match &answer.answer {
                ModuleAnswer::Ok(Value::Bool(_)) => boolean,
                ModuleAnswer::Ok(Value::Str(_)) => !boolean,
                ModuleAnswer::Ok(_) => false,
                ModuleAnswer::Error(_) | ModuleAnswer::Fatal(_) => true,
            };
            if !fits {
                return Err(End::Internal("the language model's answer has the wrong type".into()).into());
            }
            consume(data, answer)
        }
        _ => Err(SdkErrno::Inval.into()),
    }
}

/// What an answer of the web may take: three quarters of the RAM that is left, of which there must be a least.
fn web_cap(data: &mut VmData, least: u32) -> Result<CallLimits, Stop> {
    let left = data.wasi.ram().left();
    if left < least {
        return Err(End::code("out_of memory").into());
    }
    limits(data, left)
}

/// What any answer may take, and how long it may take.
fn limits(data: &mut VmData, left: u32) -> Result<CallLimits, Stop> {
    let time_left = data.parts()?.0.cancel.time_left();
    Ok(CallLimits { time_left, ..CallLimits::with_max_octets(u64::from(left) * 3 / 4) })
}

fn model_limits(data: &mut VmData) -> Result<CallLimits, Stop> {
    let left = data.wasi.ram().left();
    let budget = data.parts()?.0.host.remaining_fuel_as_gen();
    let mut limits = limits(data, left)?;
    limits.budget = (budget != U256::MAX).then(|| budget.to_le_bytes::<32>());
    Ok(limits)
}

/// The file of an answer.
fn file(answer: ModuleAnswer) -> Result<Answer, Stop> {
    let (key, value) = match answer {
        ModuleAnswer::Ok(value) => ("ok", value),
        ModuleAnswer::Error(value) => ("error", value),
        ModuleAnswer::Fatal(value) => {
            let value = Encoded::from_value(&value)
                .map_err(|_| End::Internal("a module's error is nested too deeply".into()))?;
            return Err(End::UserError(value).into());
        }
    };
    Ok(Answer::value(&Value::map([(key, value)])))
}

/// Counts what a model has consumed; a budget that is used up ends all callers.
fn consume(data: &mut VmData, answer: LlmAnswer) -> Result<Answer, Stop> {
    let (exec, ..) = data.parts()?;
    if answer.budget_used_up {
        return Err(End::VmError { code: "timeout".into(), fatal: true }.into());
    }
    let amount = U256::from_le_bytes(answer.consumed);
    exec.llm_consumption = exec.llm_consumption.saturating_add(amount);
    exec.host.consume_fuel(amount);
    file(answer.answer)
}

fn owned(template: Template<'_>) -> PromptTemplate {
    match template {
        Template::EqComparative { leader_answer, validator_answer, principle } => {
            PromptTemplate::EqComparative {
                leader_answer: leader_answer.into(),
                validator_answer: validator_answer.into(),
                principle: principle.into(),
            }
        }
        Template::EqNonComparativeValidator { task, criteria, input, output } => {
            PromptTemplate::EqNonComparativeValidator {
                task: task.into(),
                criteria: criteria.into(),
                input: input.into(),
                output: output.into(),
            }
        }
        Template::EqNonComparativeLeader { task, criteria, input } => {
            PromptTemplate::EqNonComparativeLeader {
                task: task.into(),
                criteria: criteria.into(),
                input: input.into(),
            }
        }
    }
}
