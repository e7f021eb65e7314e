"""What to do against each type of threat, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import Provenance
from incident_hub_hookspecs.llm import MitigationPlan, MitigationStep, SecurityAnalysis

__all__ = ["first_steps", "plan"]

_PRIORITY = {"low": "P3", "medium": "P2", "high": "P1", "critical": "P0"}


@dataclass(frozen=True, slots=True)
class _Step:
    """`automatic` steps can be run by a playbook; `minutes` is a rough guess."""

    action: str
    description: str
    minutes: int
    automatic: bool = False


_PRESERVE = _Step(
    "preserve_evidence", "Export the incident, its timeline and the prompts and outputs in question.", 10
)
_TELL = _Step("inform_owners", "Tell the owners of the affected systems, and whoever must know by law.", 15)
_LEARN = _Step(
    "add_to_tests", "Put the attack among the regression tests of prompts, guardrails and detectors.", 45
)
_ROTATE = _Step(
    "rotate_credentials", "Revoke and replace every credential that may have been seen.", 30, automatic=True
)
_BLOCK = _Step("block_source", "Block the source: session, key, tenant or address.", 5, automatic=True)
_ISOLATE = _Step(
    "isolate_system", "Take the affected system off the network, with its memory kept.", 15, automatic=True
)

_STEPS: Mapping[str, Sequence[_Step]] = {
    "prompt_injection": (
        _BLOCK,
        _Step(
            "tighten_guardrail",
            "Lower the threshold of the prompt scanner for the affected route.",
            5,
            automatic=True,
        ),
        _Step("disable_tools", "Take tools with side effects from the affected agent.", 10, automatic=True),
        _PRESERVE,
        _Step(
            "trace_effects",
            "Find what the model did after the injection: tool calls, messages, data read.",
            45,
        ),
        _Step("separate_data", "Mark untrusted content as data where the prompt is built.", 120),
        _LEARN,
    ),
    "jailbreak": (
        _Step("tighten_guardrail", "Lower the threshold of prompt and output scanners.", 5, automatic=True),
        _BLOCK,
        _PRESERVE,
        _Step("review_outputs", "Read what was answered, and withdraw what must not stand.", 30),
        _LEARN,
    ),
    "system_prompt_leak": (
        _Step("remove_secrets", "Check the prompt for secrets, and move them out of it.", 30),
        _ROTATE,
        _Step("scan_outputs", "Block outputs that quote the prompt.", 15, automatic=True),
        _LEARN,
    ),
    "secret_exposure": (
        _ROTATE,
        _Step(
            "find_copies", "Look for the secret in logs, caches, indexes and histories, and remove it.", 60
        ),
        _Step("audit_use", "Check what was done with the credential since it was exposed.", 60),
        _PRESERVE,
        _TELL,
    ),
    "data_breach": (
        _Step(
            "stop_flow",
            "Stop the flow: close the route, the link or the tool by which data leaves.",
            10,
            automatic=True,
        ),
        _PRESERVE,
        _Step("measure_extent", "Find which data of which people left, since when and whereto.", 120),
        _ROTATE,
        _TELL,
        _Step(
            "start_clocks", "Start the clocks of the regulations that apply, as 72 hours under the GDPR.", 10
        ),
    ),
    "tool_abuse": (
        _Step("disable_tools", "Take the agent's tools away.", 5, automatic=True),
        _Step("undo_effects", "Undo what the tools did, from their log.", 60),
        _PRESERVE,
        _Step(
            "least_rights",
            "Give the agent its own identity with fewer rights, and approval for what destroys.",
            120,
        ),
        _LEARN,
    ),
    "model_theft": (
        _BLOCK,
        _Step("limit_rate", "Lower rates and the detail of answers.", 15, automatic=True),
        _PRESERVE,
        _TELL,
    ),
    "data_poisoning": (
        _Step("freeze_index", "Stop taking in documents and training data.", 10, automatic=True),
        _Step("find_poison", "Find what came in from the suspected source, and remove it.", 120),
        _Step("roll_back", "Go back to the last index or model known to be sound.", 60, automatic=True),
        _LEARN,
    ),
    "denial_of_service": (
        _Step("limit_rate", "Lower the rate and the budget of tokens of the source.", 5, automatic=True),
        _BLOCK,
        _Step("shed_load", "Serve the important tenants first.", 15, automatic=True),
        _Step("find_cause", "Tell an attack from a client that loops.", 30),
    ),
    "brute_force": (
        _BLOCK,
        _Step(
            "lock_accounts", "Lock the accounts in question, and ask for a second factor.", 10, automatic=True
        ),
        _Step("audit_use", "Look for logins that succeeded.", 30),
        _ROTATE,
    ),
    "phishing_attempt": (
        _Step("withdraw_mails", "Withdraw the messages from all mailboxes.", 15, automatic=True),
        _BLOCK,
        _Step("find_victims", "Find who followed the link.", 30),
        _ROTATE,
        _TELL,
    ),
    "insider_threat": (
        _Step("suspend_access", "Suspend the person's access, with the people who must decide it.", 15),
        _PRESERVE,
        _Step("audit_use", "Read what was done with the access.", 120),
        _TELL,
    ),
    "policy_violation": (
        _Step("review_outputs", "Read what was blocked or answered.", 20),
        _Step("tighten_guardrail", "Adjust the rule that did not hold.", 15, automatic=True),
        _LEARN,
    ),
    "privilege_escalation": (
        _Step("suspend_access", "Suspend the account and its sessions.", 5, automatic=True),
        _ROTATE,
        _PRESERVE,
        _Step("audit_use", "Find what was done with the rights.", 60),
        _Step("close_hole", "Close the way that gave them.", 120),
    ),
}
_INTRUSION = (
    _ISOLATE,
    _PRESERVE,
    _Step("find_entry", "Find how it came in and where else it is.", 120),
    _Step("close_hole", "Patch or configure the hole away.", 60),
    _ROTATE,
    _Step("restore", "Restore from a backup of before, and watch closely.", 120),
    _TELL,
)
_WEB = (
    _Step("filter_requests", "Block the pattern at the edge.", 15, automatic=True),
    _PRESERVE,
    _Step("audit_use", "Find out what the requests reached.", 60),
    _Step("close_hole", "Mend the code: bind parameters, encode output.", 120),
    _LEARN,
)
_UNKNOWN = (
    _Step("investigate", "Find out what it is: source, target, effect.", 30),
    _PRESERVE,
    _Step("limit_damage", "Limit what the source can do until it is known.", 10, automatic=True),
    _TELL,
)
_ALIKE = {
    **dict.fromkeys(
        ("malware", "ransomware_attack", "zero_day_exploit", "advanced_persistent_threat"), _INTRUSION
    ),
    **dict.fromkeys(("sql_injection", "cross_site_scripting"), _WEB),
}


def _steps(threat: str) -> Sequence[_Step]:
    return _STEPS.get(threat) or _ALIKE.get(threat) or _UNKNOWN


def first_steps(threat: str) -> list[str]:
    """What to do at once, as sentences."""
    return [step.description for step in _steps(threat)[:2]]


def plan(analysis: SecurityAnalysis, by: Provenance) -> MitigationPlan:
    """The steps for the analysed threat, each after the one before; evidence is kept in parallel."""
    steps = _steps(analysis.threat_type)
    made = []
    for order, step in enumerate(steps, 1):
        after = () if order == 1 or step is _PRESERVE else (order - 1,)
        made.append(MitigationStep(order, step.action, step.description, step.automatic, after))
    minutes = sum(step.minutes for step in steps)
    return MitigationPlan(tuple(made), minutes, _PRIORITY.get(analysis.severity, "P1"), by)
