"""One text, scanned: attack, secrets and personal data become one risk with its factors."""

from collections.abc import Iterator, Sequence
from math import prod

from incident_hub_hookspecs import Provenance
from incident_hub_hookspecs.llm import RiskFactor, TextEntity, TextScan

from incident_hub_llm_shield.detect.injection import Verdict, judge
from incident_hub_llm_shield.detect.model import shipped_model
from incident_hub_llm_shield.detect.plain import plain
from incident_hub_llm_shield.detect.views import PLAIN
from incident_hub_llm_shield.sensitive.find import SECRETS, find, without

__all__ = ["scan_output", "scan_prompt"]

SECRET_IMPACT, PERSONAL_IMPACT = 0.9, 0.4
NOTABLE = 0.2
OUTPUT_DISCOUNT = 0.6  # a model that writes about an attack is less of one than a user who sends it


def scan_prompt(text: str, threshold: float, by: Provenance) -> TextScan:
    """What a prompt holds."""
    return _scan(text, threshold, by, 1.0)


def scan_output(text: str, threshold: float, by: Provenance) -> TextScan:
    """What an output holds; secrets and personal data weigh as in prompts, instructions less."""
    return _scan(text, threshold, by, OUTPUT_DISCOUNT)


def _scan(text: str, threshold: float, by: Provenance, weight: float) -> TextScan:
    entities = find(text)
    verdict = judge(text, shipped_model())
    factors = [*_attack(verdict, weight), *_entities(entities)]
    risk = 1.0 - prod(1.0 - one.impact * one.likelihood for one in factors)
    clean = plain(without(text, entities)) if entities or verdict.reading != PLAIN else text
    return TextScan(risk < threshold, round(risk, 4), by, clean, tuple(factors), tuple(entities))


def _attack(verdict: Verdict, weight: float) -> Iterator[RiskFactor]:
    if verdict.probability < NOTABLE:
        return
    told = ", ".join(verdict.families) or "its wording as a whole"
    hidden = "" if verdict.reading == PLAIN else f"; only seen when read {verdict.reading}"
    yield RiskFactor("prompt_injection", f"{told}{hidden}", weight, round(verdict.probability, 4))


def _entities(entities: Sequence[TextEntity]) -> Iterator[RiskFactor]:
    for kind in dict.fromkeys(one.kind for one in entities):
        same = [one for one in entities if one.kind == kind]
        secret = kind in SECRETS
        impact = SECRET_IMPACT if secret else min(0.9, PERSONAL_IMPACT + 0.05 * (len(same) - 1))
        what = "secret" if secret else "personal data"
        yield RiskFactor(kind, f"{what}: {len(same)} found", impact, max(one.confidence for one in same))
