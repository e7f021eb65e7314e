"""Receivers as text."""

import pytest
from incident_hub.domain.receivers import Receiver, ReceiverError, ReceiverKind


@pytest.mark.parametrize(
    "text", ["user:ann", "team:platform", "schedule:primary", "target:slack.0", "user:a:b"]
)
def test_a_receiver_is_written_as_it_was_read(text: str) -> None:
    assert str(Receiver.parse(text)) == text


def test_the_kind_and_the_id_are_told_apart_at_the_first_colon() -> None:
    assert Receiver.parse("user:oidc:7") == Receiver(ReceiverKind.USER, "oidc:7")


@pytest.mark.parametrize(
    "text", ["", "ann", "user:", "pager:ann", "user: ann", "user:a\n", "user:" + "a" * 129]
)
def test_what_names_nobody_is_refused_and_says_why(text: str) -> None:
    with pytest.raises(ReceiverError, match=r"is no receiver|names nobody"):
        Receiver.parse(text)
