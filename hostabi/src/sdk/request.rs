//! The requests of `gl_call`, decoded. Nothing is copied but what is small. Spec: sdk.md 2, 3; calldata.md 9.

use crate::fees::On;
use crate::services::{MAX_IMAGES, Method, RenderMode, parse_wait};
use crate::storage::StorageView;
use crate::vm::Allow;
use ruint::aliases::U256;
use selfsame_calldata::typed::{Choice, Fields, Mismatch, Read, variant};
use selfsame_calldata::{Address, Entries, Items, Ref, check};

/// A request of a contract.
#[derive(Clone, Debug)]
pub enum Request<'a> {
    /// Sends value to an address outside.
    EthSend {
        /// The receiver.
        address: Address,
        /// Raw call data.
        calldata: &'a [u8],
        /// The value.
        value: U256,
    },
    /// Calls an EVM contract for its answer.
    EthCall {
        /// The contract.
        address: Address,
        /// Raw call data.
        calldata: &'a [u8],
    },
    /// Calls another contract for its answer.
    CallContract {
        /// The contract.
        address: Address,
        /// The call map.
        calldata: Ref<'a>,
        /// The state that it reads.
        state: StorageView,
    },
    /// Sends a message to a contract.
    PostMessage(Message<'a>, Address),
    /// Deploys a contract.
    DeployContract {
        /// The message.
        message: Message<'a>,
        /// Its code.
        code: &'a [u8],
        /// What its address depends on.
        salt_nonce: U256,
    },
    /// Runs a non-deterministic block.
    RunNondet {
        /// What the leader's program gets.
        data_leader: &'a [u8],
        /// What the validators' program gets.
        data_validator: &'a [u8],
        /// The runner; the caller's own if absent.
        runner: Option<&'a str>,
        /// The custom runners that are granted; all if absent.
        custom_runners: Option<Vec<&'a str>>,
    },
    /// Runs a runner with no more rights than are given.
    Sandbox {
        /// What it gets.
        data: &'a [u8],
        /// The runner.
        runner: &'a str,
        /// What it may do.
        allow: Allow,
        /// The custom runners that are granted; all if absent.
        custom_runners: Option<Vec<&'a str>>,
    },
    /// Registers a runner.
    RegisterRunner {
        /// The archive.
        code: &'a [u8],
    },
    /// Maps files of a runner.
    MapFile {
        /// The runner.
        runner: &'a str,
        /// A file, or a directory with its last slash.
        path_in_runner: &'a str,
        /// Where to.
        path_in_vfs: &'a str,
    },
    /// Renders a web page.
    WebRender {
        /// What to answer with.
        mode: RenderMode,
        /// The page.
        url: &'a str,
        /// How long to wait after it has loaded, milliseconds.
        wait: u64,
    },
    /// Makes a web request.
    WebRequest {
        /// The method.
        method: Method,
        /// The address.
        url: &'a str,
        /// The headers, ascending by name.
        headers: Vec<(&'a str, &'a [u8])>,
        /// The body.
        body: Option<&'a [u8]>,
        /// Whether the module is to sign it.
        sign: bool,
    },
    /// Asks a language model.
    ExecPrompt {
        /// Whether the answer is a JSON object.
        json: bool,
        /// The prompt.
        prompt: &'a str,
        /// Images, at most two.
        images: Vec<&'a [u8]>,
    },
    /// Asks a language model by a template.
    ExecPromptTemplate(Template<'a>),
    /// Emits an event.
    EmitEvent {
        /// The topics.
        topics: Vec<&'a [u8]>,
        /// The rest.
        blob: Ref<'a>,
    },
    /// Ends the sub-VM with an error of the contract's own.
    UserError(Ref<'a>),
    /// Ends the sub-VM with a value.
    Return(Ref<'a>),
    /// Logs a text.
    TraceMessage(&'a str),
    /// Asks for the time since the sub-VM has started.
    TraceRuntime,
    /// Nothing.
    Yield,
    /// Asks for the time.
    GetTimestamp,
}

/// What messages and deployments have in common.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The call map.
    pub calldata: Ref<'a>,
    /// The value that goes with it.
    pub value: U256,
    /// When it is sent.
    pub on: On,
    /// Whether the contract's balance pays its fee.
    pub use_balance: bool,
    /// The fee's parameters.
    pub fee_params: Option<Ref<'a>>,
}

/// The templates of prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template<'a> {
    /// Are two answers the same by a principle?
    EqComparative {
        /// One.
        leader_answer: &'a str,
        /// The other.
        validator_answer: &'a str,
        /// The principle.
        principle: &'a str,
    },
    /// Is an output a good answer to a task?
    EqNonComparativeValidator {
        /// The task.
        task: &'a str,
        /// What is good.
        criteria: &'a str,
        /// The input.
        input: &'a str,
        /// The output.
        output: &'a str,
    },
    /// Do a task.
    EqNonComparativeLeader {
        /// The task.
        task: &'a str,
        /// What is good.
        criteria: &'a str,
        /// The input.
        input: &'a str,
    },
}

impl<'a> Request<'a> {
    /// Decodes a request; `None` is `error_inval`.
    #[must_use]
    pub fn decode(octets: &'a [u8]) -> Option<Self> {
        check(octets).ok().and_then(|value| Request::read(value).ok())
    }
}

impl<'a> Read<'a> for Request<'a> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let request = Choice::read(value)?;
        match request.name {
            // Requests without a payload may be written as their names alone.
            "Yield" => return request.unit().map(|()| Request::Yield),
            "GetTimestamp" => return request.unit().map(|()| Request::GetTimestamp),
            _ => {}
        }
        let payload = request.payload()?;
        match request.name {
            "EthSend" => eth_send(payload),
            "EthCall" => eth_call(payload),
            "CallContract" => call_contract(payload),
            "PostMessage" => post_message(payload),
            "DeployContract" => deploy_contract(payload),
            "RunNondet" => run_nondet(payload),
            "Sandbox" => sandbox(payload),
            "RegisterRunner" => register_runner(payload),
            "MapFile" => map_file(payload),
            "WebRender" => web_render(payload),
            "WebRequest" => web_request(payload),
            "ExecPrompt" => exec_prompt(payload),
            "ExecPromptTemplate" => template(payload).map(Request::ExecPromptTemplate),
            "EmitEvent" => emit_event(payload),
            "UserError" => Ok(Request::UserError(payload)),
            "Return" => Ok(Request::Return(payload)),
            "Trace" => trace(payload),
            _ => Err(Mismatch::new("the name of a request")),
        }
    }
}

/// What a payload has come to.
type Decoded<'a> = Result<Request<'a>, Mismatch>;

/// A list. All items are looked at, but no more than `keep` are kept, and one more to tell that there are more:
/// the guest chooses how many it sends, and pays an octet for each.
fn list<'a, T: Read<'a>>(items: Items<'a>, keep: usize) -> Result<Vec<T>, Mismatch> {
    let mut kept = Vec::new();
    for value in items {
        let value = T::read(value)?;
        if kept.len() <= keep {
            kept.push(value);
        }
    }
    Ok(kept)
}

/// Custom runners that can be listed: more than a sub-VM can pay for.
const MAX_GRANTS: usize = 1 << 20;
/// Header fields of a web request.
const MAX_HEADERS: usize = 1000;
/// Topics of an event.
pub const MAX_TOPICS: usize = 4;

/// The custom runners that are granted, which may be absent.
fn custom_runners<'a>(fields: &mut Fields<'a>) -> Result<Option<Vec<&'a str>>, Mismatch> {
    let Some(items) = fields.optional("custom_runners")? else { return Ok(None) };
    let kept = list(items, MAX_GRANTS)?;
    if kept.len() <= MAX_GRANTS { Ok(Some(kept)) } else { Err(Mismatch::new("fewer runners")) }
}

fn eth_send(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let request = Request::EthSend {
        address: fields.required("address")?,
        calldata: fields.required("calldata")?,
        value: fields.required("value")?,
    };
    fields.end()?;
    Ok(request)
}

fn eth_call(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let request =
        Request::EthCall { address: fields.required("address")?, calldata: fields.required("calldata")? };
    fields.end()?;
    Ok(request)
}

fn call_contract(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let (address, calldata) = (fields.required("address")?, fields.required("calldata")?);
    let state = StorageView::from_u8(fields.required("state")?).ok_or(Mismatch::new("a state"))?;
    fields.end()?;
    Ok(Request::CallContract { address, calldata, state })
}

fn post_message(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let address = fields.required("address")?;
    let calldata = fields.required("calldata")?;
    let fee_params = fields.optional("fee_params")?;
    let on = fields.required("on")?;
    let use_balance = fields.optional("use_balance")?.unwrap_or(false);
    let value = fields.required("value")?;
    fields.end()?;
    Ok(Request::PostMessage(Message { calldata, value, on, use_balance, fee_params }, address))
}

fn deploy_contract(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let calldata = fields.required("calldata")?;
    let code = fields.required("code")?;
    let fee_params = fields.optional("fee_params")?;
    let on = fields.required("on")?;
    let salt_nonce = fields.required("salt_nonce")?;
    let use_balance = fields.optional("use_balance")?.unwrap_or(false);
    let value = fields.required("value")?;
    fields.end()?;
    let message = Message { calldata, value, on, use_balance, fee_params };
    Ok(Request::DeployContract { message, code, salt_nonce })
}

fn run_nondet(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let custom_runners = custom_runners(&mut fields)?;
    let data_leader = fields.required("data_leader")?;
    let data_validator = fields.required("data_validator")?;
    let runner = fields.optional("runner")?;
    fields.end()?;
    Ok(Request::RunNondet { data_leader, data_validator, runner, custom_runners })
}

fn sandbox(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    // Evaluated as they are written: in the order of the keys.
    let allow = Allow {
        register_runners: fields.required("allow_register_runners")?,
        send_messages: fields.required("allow_send_messages")?,
        write_storage: fields.required("allow_write_storage")?,
    };
    let custom_runners = custom_runners(&mut fields)?;
    let (data, runner) = (fields.required("data")?, fields.required("runner")?);
    fields.end()?;
    Ok(Request::Sandbox { data, runner, allow, custom_runners })
}

fn register_runner(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let code = fields.required("code")?;
    fields.end()?;
    Ok(Request::RegisterRunner { code })
}

fn map_file(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let request = Request::MapFile {
        path_in_runner: fields.required("path_in_runner")?,
        path_in_vfs: fields.required("path_in_vfs")?,
        runner: fields.required("runner")?,
    };
    fields.end()?;
    Ok(request)
}

fn web_render(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let mode = RenderMode::from_name(fields.required("mode")?).ok_or(Mismatch::new("a mode"))?;
    let url = fields.required("url")?;
    let wait = parse_wait(fields.required("wait_after_loaded")?).ok_or(Mismatch::new("a time to wait"))?;
    fields.end()?;
    Ok(Request::WebRender { mode, url, wait })
}

fn web_request(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let body = fields.optional::<Option<_>>("body")?.flatten();
    let headers: Entries<'_> = fields.required("headers")?;
    if headers.len() > MAX_HEADERS as u64 {
        return Err(Mismatch::new("fewer headers"));
    }
    let headers = headers.map(|(name, value)| Ok((name, Read::read(value)?))).collect::<Result<_, _>>()?;
    let method = Method::from_name(fields.required("method")?).ok_or(Mismatch::new("a method"))?;
    let sign = fields.optional("sign")?.unwrap_or(false);
    let url = fields.required("url")?;
    fields.end()?;
    Ok(Request::WebRequest { method, url, headers, body, sign })
}

fn exec_prompt(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let images = list(fields.required("images")?, MAX_IMAGES)?;
    let prompt = fields.required("prompt")?;
    let json = match fields.optional("response_format")?.unwrap_or("text") {
        "text" => false,
        "json" => true,
        _ => return Err(Mismatch::new("text or json")),
    };
    fields.end()?;
    Ok(Request::ExecPrompt { json, prompt, images })
}

fn template(payload: Ref<'_>) -> Result<Template<'_>, Mismatch> {
    let name = variant(payload, "template")?;
    let mut fields = Fields::of(payload)?;
    let template = match name {
        "EqComparative" => Template::EqComparative {
            leader_answer: fields.required("leader_answer")?,
            principle: fields.required("principle")?,
            validator_answer: {
                fields.required::<&str>("template")?;
                fields.required("validator_answer")?
            },
        },
        "EqNonComparativeValidator" => Template::EqNonComparativeValidator {
            criteria: fields.required("criteria")?,
            input: fields.required("input")?,
            output: fields.required("output")?,
            task: task(&mut fields)?,
        },
        "EqNonComparativeLeader" => Template::EqNonComparativeLeader {
            criteria: fields.required("criteria")?,
            input: fields.required("input")?,
            task: task(&mut fields)?,
        },
        _ => return Err(Mismatch::new("the name of a template")),
    };
    fields.end()?;
    Ok(template)
}

/// The task, and behind it the name of the template, which has been read.
fn task<'a>(fields: &mut Fields<'a>) -> Result<&'a str, Mismatch> {
    let task = fields.required("task")?;
    fields.required::<&str>("template")?;
    Ok(task)
}

fn emit_event(payload: Ref<'_>) -> Decoded<'_> {
    let mut fields = Fields::of(payload)?;
    let blob = fields.required("blob")?;
    Entries::read(blob)?;
    let topics = list(fields.required("topics")?, MAX_TOPICS)?;
    fields.end()?;
    Ok(Request::EmitEvent { topics, blob })
}

fn trace(payload: Ref<'_>) -> Decoded<'_> {
    let trace = Choice::read(payload)?;
    match trace.name {
        "Message" => trace.payload().map(Request::TraceMessage),
        "RuntimeMicroSec" => trace.unit().map(|()| Request::TraceRuntime),
        _ => Err(Mismatch::new("the name of a trace")),
    }
}

#[cfg(test)]
mod tests;
