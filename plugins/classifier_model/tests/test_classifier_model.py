"""What the model sees, what it says, and what a single person can make of it."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from incident_hub_classifier_model import blob
from incident_hub_classifier_model.bootstrap import bootstrap_exam, bootstrap_lessons
from incident_hub_classifier_model.candidate import make_candidate
from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.metrics import measure
from incident_hub_classifier_model.model import Model
from incident_hub_classifier_model.reading import read, terms_of
from incident_hub_classifier_model.sample import Sample
from incident_hub_classifier_model.training import Recipe, train
from incident_hub_classifier_model.weights import PROJECT_WEIGHT, capped
from incident_hub_hookspecs import IncidentState, PluginError, Severity
from incident_hub_hookspecs.testing import NOON, an_incident


@pytest.fixture(scope="module")
def model() -> Model:
    return train(bootstrap_lessons(), Recipe())


def example(title: str, body: str = "", **more: object) -> Example:
    return Example.of(an_incident(title=title, description=body, **more))


def lessons(title: str, severity: str, actor: str, count: int, first: int = 1) -> list[Sample]:
    return [
        Sample(
            example(f"{title} {at}", first_seen=NOON + timedelta(minutes=at)),
            severity,
            actor,
            f"i{actor}{at}",
            first + at,
        )
        for at in range(count)
    ]


def test_nothing_that_names_a_severity_is_seen() -> None:
    plain = read(example("Checkout answers are slow"))
    told = {"severity": "critical", "priority": "P0", "impact": "high", "urgency": "high", "level": "error"}
    loud = an_incident(
        title="[P0] SEV1 CRITICAL: Checkout answers are slow", description="", severity=Severity.P0,
        reported_severity=Severity.P0, labels=told, annotations=told, escalation_level=3, count=900,
        acknowledged_by="ann", state=IncidentState.RESOLVED, root_cause="total outage", resolution_notes="P0",
    )  # fmt: skip
    assert read(Example.of(loud)) == plain


def test_day_one_is_not_a_coin_toss(model: Model) -> None:
    assert model.judge(bootstrap_exam()).macro_f1 > 0.7


def test_the_exam_is_not_among_the_lessons() -> None:
    taught = {(one.example.title, one.example.body) for one in bootstrap_lessons()}
    assert not taught & {(one.example.title, one.example.body) for one in bootstrap_exam()}


def test_where_nothing_alike_was_seen_there_is_no_opinion(model: Model) -> None:
    opinions = model.opinions([example("Zxqv brrk"), example(""), example("All requests fail")])
    assert opinions[:2] == [None, None]
    assert opinions[2] is not None
    assert opinions[2].severity in {"P0", "P1"}
    assert "all of it" in opinions[2].reason


def test_the_same_lessons_make_the_same_model(model: Model) -> None:
    again = train(bootstrap_lessons(), Recipe())
    readings = [read(one.example) for one in bootstrap_exam()]
    assert (again.probabilities(readings) == model.probabilities(readings)).all()


def test_serving_says_what_the_members_of_scikit_learn_say(model: Model) -> None:
    from incident_hub_classifier_model.ensemble import _dense, _rows

    ensemble, readings = model.ensemble, [read(one.example) for one in bootstrap_exam()]
    dense = _dense(readings, ensemble.places)
    votes = [ensemble.linear.predict_proba(_rows(readings, ensemble.places, ensemble.idf, dense))]
    votes += [forest.predict_proba(dense.astype("float32")) for forest in ensemble.forests]
    assert sum(votes) / 3 == pytest.approx(ensemble.probabilities(readings))


def test_a_lexicon_finds_the_terms_that_training_counts(model: Model) -> None:
    places = model.ensemble.places
    texts = [one.example for one in (*bootstrap_lessons(), *bootstrap_exam())]
    texts += [example(f"{one.body} {one.title}", one.title * 2) for one in texts]
    for reading in map(read, texts):
        named = {places[name] for name in (*terms_of(reading), *reading.identity) if name in places}
        found = model.ensemble.lexicon.known(reading)
        assert sorted(found) == sorted(named)


def test_a_stored_model_answers_as_before(model: Model) -> None:
    examples = [one.example for one in bootstrap_exam()]
    assert blob.load(blob.dump(model)).opinions(examples) == model.opinions(examples)


def test_a_stored_model_that_names_code_is_refused(model: Model) -> None:
    bad = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob.dump(model))) as good, zipfile.ZipFile(bad, "w") as made:
        for name in good.namelist():
            text = good.read(name)
            if name == "schema.json":
                text = text.replace(b'"RandomForestClassifier"', b'"Popen"')
                text = text.replace(b'"sklearn.ensemble._forest"', b'"subprocess"')
            made.writestr(name, text)
    with pytest.raises(PluginError, match=r"subprocess\.Popen"):
        blob.load(bad.getvalue())
    with pytest.raises(PluginError, match="cannot be read"):
        blob.load(b"no model")


def test_a_thousand_wrong_corrections_by_one_person_change_little(model: Model) -> None:
    wrong = lessons("Complete outage: all requests fail for every customer", "P4", "mallory", 1000)
    before = model.judge(bootstrap_exam()).macro_f1
    bounded = make_candidate(wrong, model, 0, Recipe())
    assert bounded.model.judge(bootstrap_exam()).macro_f1 > before - 0.1
    (said,) = bounded.model.opinions([example("Everything is down", "All users see errors on each request.")])
    assert said is not None
    assert said.severity in {"P0", "P1"}
    weights = capped([*bootstrap_lessons(), *wrong], 0.25)
    lowest = sum(one.severity == "P4" for one in bootstrap_lessons())
    assert sum(weights[len(bootstrap_lessons()) :]) == pytest.approx(PROJECT_WEIGHT * lowest / 3)


def test_one_person_alone_gives_no_source_a_name(model: Model) -> None:
    wrong = lessons("Complete outage: all requests fail for every customer", "P4", "mallory", 200)
    taught = train([*bootstrap_lessons(), *wrong], Recipe())
    asked = [example("Elevated latency", "Some requests are slow")]
    before, after = (one.opinions(asked)[0] for one in (model, taught))
    assert before
    assert after
    assert (after.severity, after.confidence) == (before.severity, pytest.approx(before.confidence, abs=0.15))


def test_what_many_people_teach_is_learnt(model: Model) -> None:
    taught = [
        one
        for who in range(8)
        for one in lessons("Nightly ledger export stalled", "P0", f"person{who}", 5, first=5 * who)
    ]
    made = make_candidate(taught, model, 0, Recipe())
    (said,) = made.model.opinions([example("Nightly ledger export stalled")])
    assert said is not None
    assert said.severity == "P0"
    assert made.metrics.macro_f1 > made.rival.macro_f1
    assert made.trained_on.people == 8


def test_the_hold_out_is_in_no_trial(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    from incident_hub_classifier_model import candidate

    fits: list[set[str]] = []
    real = candidate.train

    def spy(samples: Sequence[Sample], recipe: Recipe) -> Model:
        fits.append({one.incident_id for one in samples})
        return real(samples, recipe)

    monkeypatch.setattr(candidate, "train", spy)
    taught = [*lessons("Index is stale", "P2", "ann", 6), *lessons("Index is stale", "P3", "bob", 6, first=7)]
    again = replace(taught[-1], actor="cid", number=4)  # somebody else about an incident of the hold-out
    made = make_candidate([*taught[:4], again, *taught[4:]], model, 0, Recipe())
    trial, whole = fits
    held = {one.incident_id for one in taught if one.number > 6}
    assert not trial & held
    assert whole >= held
    assert made.metrics.count == len(held) + len(bootstrap_exam())


def test_metrics_are_what_the_textbook_says() -> None:
    told = measure(["P1", "P1", "P2", "P3"], ["P1", "P2", "P2", "P3"], [0.9, 0.9, 0.6, 0.4])
    assert told.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert told.accuracy == 0.75
    assert told.ece == pytest.approx((abs(1.8 - 1) + 0.4 + 0.6) / 4)


def test_the_plugin_loads_no_numbers_until_it_is_asked() -> None:
    code = (
        "import sys; from incident_hub_hookspecs.testing import plugin_context;"
        "from incident_hub_hookspecs.testing.registering import register, usual_settings;"
        "from incident_hub_classifier_model import plugin;"
        "register(plugin, plugin_context('classifier_model', usual_settings(plugin)));"
        "print([m for m in ('numpy', 'scipy', 'sklearn', 'skops') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "[]\n"
