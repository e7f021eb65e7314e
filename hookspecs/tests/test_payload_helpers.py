from datetime import UTC, datetime

import pytest
from incident_hub_hookspecs import Alert, AlertStatus, HttpResponse, LlmIdentity, PayloadError, Severity
from incident_hub_hookspecs import payload as p
from incident_hub_hookspecs.outgoing import answer_error, retry_after
from incident_hub_hookspecs.payload_labelled import label_hash

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23t12:00:00z",
        "2026-11-23T12:00:00",
        "2026-11-23T14:00:00+02:00",
        "2026-11-23T12:00:00.000000999Z",
        1795435200,
        1795435200.0,
        "1795435200",
        1795435200_000,
        1795435200_000_000,
        1795435200_000_000_000,
    ],
)
def test_every_spelling_of_a_time_is_the_same_moment(written: object) -> None:
    assert p.moment(written, "at") == NOON


@pytest.mark.parametrize(
    "written",
    [
        True, "soon", "", float("inf"), float("nan"), -1, 10**400, "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59", "1e309", {}, [], "2026-13-01T00:00:00Z", 7.3e9,
    ],
)  # fmt: skip
def test_what_is_no_time_between_1970_and_2200_is_refused_by_place(written: object) -> None:
    if written == "":
        assert p.moment(written, "at") is None
        return
    with pytest.raises(PayloadError) as caught:
        p.moment(written, "at")
    assert (caught.value.code, caught.value.path) == ("bad_timestamp", "at")


def test_gos_zero_time_is_no_time() -> None:
    assert p.moment("0001-01-01T00:00:00Z", "at") is None


def test_label_values_become_text_and_null_goes() -> None:
    value = {"a": 1, "b": True, "c": {"y": [1], "x": "é"}, "d": None, "e": "s"}
    assert p.strings(value, "labels") == {"a": "1", "b": "true", "c": '{"x":"é","y":[1]}', "e": "s"}


def test_labels_are_a_copy() -> None:
    value = {"a": "1"}
    assert p.strings(value, "labels") is not value


def test_limits_cut_text_and_refuse_too_many_labels() -> None:
    assert p.strings({"a": "x" * 5000}, "labels")["a"] == "x" * 4095 + "…"
    assert len(p.text("x" * 501, "title", p.MAX_TITLE)) == 500
    assert len(p.strings({str(n): "" for n in range(256)}, "labels")) == 256
    with pytest.raises(PayloadError) as caught:
        p.strings({str(n): "" for n in range(257)}, "labels")
    assert caught.value.code == "too_many_labels"


@pytest.mark.parametrize("value", [[], "", 0, "x", 1, False])
def test_labels_that_are_no_object_are_a_wrong_type(value: object) -> None:
    with pytest.raises(PayloadError, match="object"):
        p.strings(value, "labels")


def test_words_have_one_meaning_in_any_case() -> None:
    assert [p.severity(w) for w in ("P0", "Critical", " ERROR ", "warning", "info", "odd")] == [
        Severity.P0, Severity.P1, Severity.P2, Severity.P3, Severity.P4, None,
    ]  # fmt: skip
    assert p.status("Triggered") is AlertStatus.FIRING
    assert p.status("OK") is AlertStatus.RESOLVED
    with pytest.raises(PayloadError, match="neither"):
        p.status("snoozed")


def test_the_plain_spelling_of_an_llm_field_wins_over_the_long_one() -> None:
    labels = {"gen_ai.system": "azure", "provider": "openai", "llm.model_name": "m", "env": "", "x": "y"}
    assert p.llm_identity(labels) == LlmIdentity(provider="openai", model="m")


def test_a_bad_item_is_rejected_alone_and_all_bad_is_an_error() -> None:
    def parse(item: object) -> Alert:
        return Alert("s", p.text(item, "title"))

    delivery = p.deliver(["a", 1, "b"], parse, "alerts")
    assert [alert.title for alert in delivery.alerts] == ["a", "b"]
    assert [(bad.index, bad.code, bad.path) for bad in delivery.rejected] == [
        (1, "wrong_type", "alerts[1].title")
    ]
    with pytest.raises(PayloadError):
        p.deliver([1, 2], parse)
    assert p.deliver([], parse).alerts == []


def test_label_hash_keeps_names_and_values_apart_and_ignores_order() -> None:
    assert label_hash({"a": "bc"}) != label_hash({"ab": "c"})
    assert label_hash({"a": "1", "b": "2"}) == label_hash({"b": "2", "a": "1"})


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Mon, 23 Nov 2026 12:01:00 GMT", 60.0), ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
     ("9" * 30, 86400.0), ("soon", None), ("-1", None), ("", None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value}, NOON) == seconds


@pytest.mark.parametrize(
    ("status", "retry"),
    [(400, False), (404, False), (410, False), (408, True), (409, True), (425, True), (429, True),
     (500, True), (503, True), (302, False)],
)  # fmt: skip
def test_only_answers_that_may_change_are_tried_again(status: int, retry: bool) -> None:
    assert answer_error(HttpResponse(status, {}, b""), "h", NOON).retry is retry
