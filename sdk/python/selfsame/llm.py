"""The language model, from blocks only. Spec: sdk.md 3.15 and 3.16."""

from .web import answer


def prompt(text, json=False, images=()):
    """The answer: str, or a dict with `json`. At most 2 images."""
    return answer("ExecPrompt", {
        "prompt": text, "response_format": "json" if json else "text", "images": list(images)})


def _template(name, **fields):
    return answer("ExecPromptTemplate", dict(fields, template=name))


def eq_comparative(leader, validator, principle):
    """Do both answers satisfy the principle?"""
    return _template("EqComparative", leader_answer=leader, validator_answer=validator, principle=principle)


def eq_non_comparative_leader(task, criteria, text):
    """The task's output on this input, by the criteria."""
    return _template("EqNonComparativeLeader", task=task, criteria=criteria, input=text)


def eq_non_comparative_validator(task, criteria, text, output):
    """Does the output meet the criteria?"""
    return _template("EqNonComparativeValidator", task=task, criteria=criteria, input=text, output=output)
