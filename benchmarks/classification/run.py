"""How well, how honestly and how fast the learnt classifier judges severity, beside a plain baseline.

`uv run python benchmarks/classification/run.py [FILE]`. FILE has one incident of a status page a line:
`{"provider", "title", "impact", "components", "started_at", "updates": [{"status", "body"}]}`; the impacts
none, minor, major and critical are P3, P2, P1 and P0, others are left out. The first 60 % by time are learnt
from, the rest is judged. Only the title, the first update and the components are read. Without FILE a small
made-up one is used, which shows that the benchmark runs and nothing else.
"""

import argparse
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from incident_hub.host.collector import calm_collector
from incident_hub_classifier_model.bootstrap import bootstrap_lessons
from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.metrics import Metrics, measure
from incident_hub_classifier_model.model import Model
from incident_hub_classifier_model.sample import Sample
from incident_hub_classifier_model.training import Recipe, train

SEVERITIES = {"none": "P3", "minor": "P2", "major": "P1", "critical": "P0"}
LEARNT = 0.6
GOAL_RATIO, GOAL_ECE = 1.25, 0.10
CLAIM = "15,000/s, p95 under 30 ms"
BATCH = 256


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, default=5, help="the ensemble is fitted so many times")
    parser.add_argument("--rounds", type=int, default=200, help="batches that are timed")
    given = parser.parse_args()
    rows = _read(given.file) if given.file else _made_up()
    samples = [_sample(row) for row in sorted(rows, key=lambda row: row["started_at"])]
    cut = int(len(samples) * LEARNT)
    learnt, judged = samples[:cut], samples[cut:]
    print(f"{len(learnt)} incidents learnt from, {len(judged)} judged, by time")
    _quality(learnt, judged, given.seeds)
    _speed(_trained(learnt, 0), given.rounds)


def _quality(learnt: Sequence[Sample], judged: Sequence[Sample], seeds: int) -> None:
    plain = _baseline(learnt, judged, states=False)
    fair = _baseline(learnt, judged, states=True)
    ours = [_trained(learnt, seed).judge(judged) for seed in range(seeds)]
    first, f1, ece = ours[0], median(one.macro_f1 for one in ours), median(one.ece for one in ours)
    spread = f"[{min(one.macro_f1 for one in ours):.3f}-{max(one.macro_f1 for one in ours):.3f}]"
    print(f"\n{'':44}{'macro-F1':>10}{'ECE':>8}")
    print(f"{'baseline, TF-IDF + logistic regression':44}{plain.macro_f1:10.3f}{plain.ece:8.3f}")
    print(f"{'the same, told the state of the update too':44}{fair.macro_f1:10.3f}{fair.ece:8.3f}")
    print(f"{f'classifier_model, median of {seeds} seeds':44}{f1:10.3f}{ece:8.3f}  {spread}")
    print(f"{'the version that ships, nothing learnt':44}{_shipped(judged).macro_f1:10.3f}")
    print(f"ratio to the baseline {f1 / plain.macro_f1:.2f} (goal {GOAL_RATIO}), to the one that is told more "
          f"{f1 / fair.macro_f1:.2f}; ECE goal under {GOAL_ECE}")  # fmt: skip
    for one in first.classes:
        told = f"precision {one.precision:.2f}  recall {one.recall:.2f}  F1 {one.f1:.2f}  ({one.support:.0f})"
        print(f"  {one.severity}  {told}")


def _trained(learnt: Sequence[Sample], seed: int) -> Model:
    known = {one.severity for one in learnt}
    shipped = [one for one in bootstrap_lessons() if one.severity in known]
    return train([*shipped, *learnt], Recipe(seed=seed))


def _shipped(judged: Sequence[Sample]) -> Metrics:
    known = {one.severity for one in judged}
    return train([one for one in bootstrap_lessons() if one.severity in known], Recipe()).judge(judged)


def _baseline(learnt: Sequence[Sample], judged: Sequence[Sample], *, states: bool) -> Metrics:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    def text(one: Sample) -> str:
        body = one.example.body if states else one.example.body.partition(": ")[2]
        return " ".join((one.example.title, body, *one.example.resources))

    words = TfidfVectorizer()
    model = LogisticRegression(max_iter=1000)
    model.fit(words.fit_transform([text(one) for one in learnt]), [one.severity for one in learnt])
    chances = model.predict_proba(words.transform([text(one) for one in judged]))
    said = [str(model.classes_[place]) for place in chances.argmax(axis=1)]
    return measure([one.severity for one in judged], said, chances.max(axis=1).tolist())


def _speed(model: Model, rounds: int) -> None:
    """Batches of texts of 49 words, each its own, as alerts come; reading and reasons are part of it.

    The collector of garbage is as calm as in a process that serves.
    """
    calm_collector()
    chooser = random.Random(0)
    words = [word for one in bootstrap_lessons() for word in one.example.body.split()]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    seconds = []
    for _ in range(rounds):
        texts = [chooser.choices(words, k=49) for _ in range(BATCH)]
        batch = [
            Example(" ".join(t[:7]), " ".join(t[7:]), "probe", ("api",), "openai", "gpt-4o", at)
            for t in texts
        ]
        begun = perf_counter()
        model.opinions(batch)
        seconds.append(perf_counter() - begun)
    p95 = sorted(seconds)[int(len(seconds) * 0.95)] * 1000
    rate = BATCH / median(seconds)
    print(f"\n{rate:,.0f} incidents/s, p95 {p95:.1f} ms a batch of {BATCH}; the claim: {CLAIM}")


def _read(file: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if row["impact"] in SEVERITIES]


def _sample(row: dict[str, Any]) -> Sample:
    first = row["updates"][0] if row["updates"] else {"status": "", "body": ""}
    body = f"{first['status']}: {first['body']}" if first["status"] else first["body"]
    at = datetime.fromisoformat(row["started_at"])
    provider = row["provider"]
    example = Example(row["title"], body, provider, tuple(row["components"]), provider, "", at)
    return Sample(
        example, SEVERITIES[row["impact"]], actor=f"the page about {row['id']}", incident_id=row["id"]
    )


def _made_up() -> list[dict[str, Any]]:
    """Incidents that say plainly how bad they are."""
    chooser = random.Random(1)
    told = {"none": "Dashboard shows old numbers", "minor": "Some requests are slow",
            "major": "Most requests to one model fail", "critical": "Everything is down for all users"}  # fmt: skip
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        {"id": str(at), "provider": chooser.choice(("openai", "anthropic")), "title": told[impact],
         "impact": impact, "components": ["api"], "started_at": (begin + timedelta(hours=at)).isoformat(),
         "updates": [{"status": "investigating", "body": f"We look into it. Case {at}."}]}
        for at in range(120)
        for impact in (chooser.choice(tuple(told)),)
    ]  # fmt: skip


if __name__ == "__main__":
    main()
