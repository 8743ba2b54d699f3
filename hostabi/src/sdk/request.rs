//! The requests of `gl_call`, decoded. Nothing is copied but what is small. Spec: sdk.md 2, 3; calldata.md 9.

use crate::services::{MAX_IMAGES, Method, RenderMode, parse_wait};
use crate::storage::StorageView;
use crate::vm::Allow;
use ruint::aliases::U256;
use selfsame_calldata::{Address, Kind, Ref, check};

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
    /// Whether it is sent at acceptance already, and not only when the transaction is final.
    pub on_accepted: bool,
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
        let mut entries = match check(octets).ok()?.kind() {
            Kind::Map(entries) => entries,
            // Requests without a payload may be written as their names alone.
            Kind::Str("Yield") => return Some(Request::Yield),
            Kind::Str("GetTimestamp") => return Some(Request::GetTimestamp),
            _ => return None,
        };
        let (name, payload) = entries.next()?;
        if entries.next().is_some() {
            return None;
        }
        match name {
            "EthSend" => eth_send(payload),
            "EthCall" => eth_call(payload),
            "CallContract" => call_contract(payload),
            "PostMessage" => post_message(payload),
            "DeployContract" => deploy_contract(payload),
            "RunNondet" => run_nondet(payload),
            "Sandbox" => sandbox(payload),
            "RegisterRunner" => {
                let [code] = all(payload, ["code"])?;
                Some(Request::RegisterRunner { code: bytes(code)? })
            }
            "MapFile" => map_file(payload),
            "WebRender" => web_render(payload),
            "WebRequest" => web_request(payload),
            "ExecPrompt" => exec_prompt(payload),
            "ExecPromptTemplate" => template(payload).map(Request::ExecPromptTemplate),
            "EmitEvent" => emit_event(payload),
            "UserError" => Some(Request::UserError(payload)),
            "Return" => Some(Request::Return(payload)),
            "Trace" => trace(payload),
            "Yield" => null(payload).then_some(Request::Yield),
            "GetTimestamp" => null(payload).then_some(Request::GetTimestamp),
            _ => None,
        }
    }
}

/// The fields of a record: those of `names` in their order, the first `required` of which must be there. Unknown
/// keys are refused.
fn fields<'a, const N: usize>(
    record: Ref<'a>,
    names: [&str; N],
    required: usize,
) -> Option<[Option<Ref<'a>>; N]> {
    let Kind::Map(entries) = record.kind() else { return None };
    let mut found = [None; N];
    for (key, value) in entries {
        let place = names.iter().position(|name| *name == key)?;
        found[place] = Some(value);
    }
    found[..required].iter().all(Option::is_some).then_some(found)
}

/// The fields of a record that has just these.
fn all<'a, const N: usize>(record: Ref<'a>, names: [&str; N]) -> Option<[Ref<'a>; N]> {
    let found = fields(record, names, N)?;
    // All are required, so none is missing.
    found.iter().all(Option::is_some).then(|| found.map(|field| field.unwrap_or(record)))
}

fn null(value: Ref<'_>) -> bool {
    matches!(value.kind(), Kind::Null)
}

fn bytes(value: Ref<'_>) -> Option<&[u8]> {
    if let Kind::Bytes(octets) = value.kind() { Some(octets) } else { None }
}

fn text(value: Ref<'_>) -> Option<&str> {
    if let Kind::Str(text) = value.kind() { Some(text) } else { None }
}

fn boolean(value: Ref<'_>) -> Option<bool> {
    if let Kind::Bool(value) = value.kind() { Some(value) } else { None }
}

/// A truth value that is `false` if absent.
fn flag(value: Option<Ref<'_>>) -> Option<bool> {
    value.map_or(Some(false), boolean)
}

fn address(value: Ref<'_>) -> Option<Address> {
    if let Kind::Address(address) = value.kind() { Some(address) } else { None }
}

fn u256(value: Ref<'_>) -> Option<U256> {
    if let Kind::Int(int) = value.kind() { int.to_u256_le().map(U256::from_le_bytes) } else { None }
}

/// A list. All items are looked at, but no more than `keep` are kept, and one more to tell that there are more:
/// the guest chooses how many it sends, and pays an octet for each.
fn list<'a, T>(value: Ref<'a>, keep: usize, item: impl Fn(Ref<'a>) -> Option<T>) -> Option<Vec<T>> {
    let Kind::Array(items) = value.kind() else { return None };
    let mut kept = Vec::new();
    for value in items {
        let value = item(value)?;
        if kept.len() <= keep {
            kept.push(value);
        }
    }
    Some(kept)
}

/// Custom runners that can be listed: more than a sub-VM can pay for.
const MAX_GRANTS: usize = 1 << 20;
/// Header fields of a web request.
const MAX_HEADERS: usize = 1000;
/// Topics of an event.
pub(super) const MAX_TOPICS: usize = 4;

/// A list of texts that may be absent.
fn texts<'a>(value: Option<Ref<'a>>) -> Option<Option<Vec<&'a str>>> {
    value.map_or(Some(None), |value| {
        list(value, MAX_GRANTS, text).filter(|kept| kept.len() <= MAX_GRANTS).map(Some)
    })
}

fn eth_send(payload: Ref<'_>) -> Option<Request<'_>> {
    let [to, calldata, value] = all(payload, ["address", "calldata", "value"])?;
    Some(Request::EthSend { address: address(to)?, calldata: bytes(calldata)?, value: u256(value)? })
}

fn eth_call(payload: Ref<'_>) -> Option<Request<'_>> {
    let [to, calldata] = all(payload, ["address", "calldata"])?;
    Some(Request::EthCall { address: address(to)?, calldata: bytes(calldata)? })
}

fn call_contract(payload: Ref<'_>) -> Option<Request<'_>> {
    let [to, calldata, state] = all(payload, ["address", "calldata", "state"])?;
    let Kind::Int(state) = state.kind() else { return None };
    let state = StorageView::from_u8(u8::try_from(state.to_u64()?).ok()?)?;
    Some(Request::CallContract { address: address(to)?, calldata, state })
}

fn message<'a>([calldata, value, on, use_balance, fee_params]: [Option<Ref<'a>>; 5]) -> Option<Message<'a>> {
    let on_accepted = match text(on?)? {
        "accepted" => true,
        "finalized" => false,
        _ => return None,
    };
    let (value, use_balance) = (u256(value?)?, flag(use_balance)?);
    Some(Message { calldata: calldata?, value, on_accepted, use_balance, fee_params })
}

fn post_message(payload: Ref<'_>) -> Option<Request<'_>> {
    let names = ["calldata", "value", "on", "address", "use_balance", "fee_params"];
    let [calldata, value, on, to, use_balance, fee_params] = fields(payload, names, 4)?;
    Some(Request::PostMessage(message([calldata, value, on, use_balance, fee_params])?, address(to?)?))
}

fn deploy_contract(payload: Ref<'_>) -> Option<Request<'_>> {
    let names = ["calldata", "value", "on", "code", "salt_nonce", "use_balance", "fee_params"];
    let [calldata, value, on, code, salt_nonce, use_balance, fee_params] = fields(payload, names, 5)?;
    let message = message([calldata, value, on, use_balance, fee_params])?;
    Some(Request::DeployContract { message, code: bytes(code?)?, salt_nonce: u256(salt_nonce?)? })
}

fn run_nondet(payload: Ref<'_>) -> Option<Request<'_>> {
    let names = ["data_leader", "data_validator", "runner", "custom_runners"];
    let [data_leader, data_validator, runner, custom] = fields(payload, names, 2)?;
    Some(Request::RunNondet {
        data_leader: bytes(data_leader?)?,
        data_validator: bytes(data_validator?)?,
        runner: match runner {
            Some(runner) => Some(text(runner)?),
            None => None,
        },
        custom_runners: texts(custom)?,
    })
}

fn sandbox(payload: Ref<'_>) -> Option<Request<'_>> {
    let names = [
        "data",
        "runner",
        "allow_write_storage",
        "allow_send_messages",
        "allow_register_runners",
        "custom_runners",
    ];
    let [data, runner, write, send, register, custom] = fields(payload, names, 5)?;
    let allow = Allow {
        write_storage: boolean(write?)?,
        send_messages: boolean(send?)?,
        register_runners: boolean(register?)?,
    };
    Some(Request::Sandbox {
        data: bytes(data?)?,
        runner: text(runner?)?,
        allow,
        custom_runners: texts(custom)?,
    })
}

fn map_file(payload: Ref<'_>) -> Option<Request<'_>> {
    let [runner, from, to] = all(payload, ["runner", "path_in_runner", "path_in_vfs"])?;
    Some(Request::MapFile { runner: text(runner)?, path_in_runner: text(from)?, path_in_vfs: text(to)? })
}

fn web_render(payload: Ref<'_>) -> Option<Request<'_>> {
    let [mode, url, wait] = all(payload, ["mode", "url", "wait_after_loaded"])?;
    let mode = RenderMode::from_name(text(mode)?)?;
    Some(Request::WebRender { mode, url: text(url)?, wait: parse_wait(text(wait)?)? })
}

fn web_request(payload: Ref<'_>) -> Option<Request<'_>> {
    let [method, url, headers, body, sign] =
        fields(payload, ["method", "url", "headers", "body", "sign"], 3)?;
    let method = Method::from_name(text(method?)?)?;
    let Kind::Map(headers) = headers?.kind() else { return None };
    if headers.len() > MAX_HEADERS as u64 {
        return None;
    }
    let headers = headers.map(|(name, value)| Some((name, bytes(value)?))).collect::<Option<_>>()?;
    let body = match body {
        None => None,
        Some(body) if null(body) => None,
        Some(body) => Some(bytes(body)?),
    };
    Some(Request::WebRequest { method, url: text(url?)?, headers, body, sign: flag(sign)? })
}

fn exec_prompt(payload: Ref<'_>) -> Option<Request<'_>> {
    let [prompt, images, format] = fields(payload, ["prompt", "images", "response_format"], 2)?;
    let json = match format.map_or(Some("text"), text)? {
        "text" => false,
        "json" => true,
        _ => return None,
    };
    Some(Request::ExecPrompt { json, prompt: text(prompt?)?, images: list(images?, MAX_IMAGES, bytes)? })
}

fn template(payload: Ref<'_>) -> Option<Template<'_>> {
    let Kind::Map(entries) = payload.kind() else { return None };
    match text(entries.get("template")?)? {
        "EqComparative" => {
            let names = ["template", "leader_answer", "validator_answer", "principle"];
            let [_, leader, validator, principle] = all(payload, names)?;
            Some(Template::EqComparative {
                leader_answer: text(leader)?,
                validator_answer: text(validator)?,
                principle: text(principle)?,
            })
        }
        "EqNonComparativeValidator" => {
            let names = ["template", "task", "criteria", "input", "output"];
            let [_, task, criteria, input, output] = all(payload, names)?;
            Some(Template::EqNonComparativeValidator {
                task: text(task)?,
                criteria: text(criteria)?,
                input: text(input)?,
                output: text(output)?,
            })
        }
        "EqNonComparativeLeader" => {
            let [_, task, criteria, input] = all(payload, ["template", "task", "criteria", "input"])?;
            Some(Template::EqNonComparativeLeader {
                task: text(task)?,
                criteria: text(criteria)?,
                input: text(input)?,
            })
        }
        _ => None,
    }
}

fn emit_event(payload: Ref<'_>) -> Option<Request<'_>> {
    let [topics, blob] = all(payload, ["topics", "blob"])?;
    if !matches!(blob.kind(), Kind::Map(_)) {
        return None;
    }
    Some(Request::EmitEvent { topics: list(topics, MAX_TOPICS, bytes)?, blob })
}

fn trace(payload: Ref<'_>) -> Option<Request<'_>> {
    if let Kind::Str("RuntimeMicroSec") = payload.kind() {
        return Some(Request::TraceRuntime);
    }
    let Kind::Map(mut entries) = payload.kind() else { return None };
    let request = match entries.next()? {
        ("Message", message) => Request::TraceMessage(text(message)?),
        ("RuntimeMicroSec", value) if null(value) => Request::TraceRuntime,
        _ => return None,
    };
    entries.next().is_none().then_some(request)
}

#[cfg(test)]
mod tests;
