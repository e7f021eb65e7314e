"""A group that comes again shows how often, in which order, and why."""

from incident_hub.storage.reading.patterns import Member
from incident_hub.triage.recurrence import recurrence


def group(key: str, start: int, *problems: str, cause: str | None = None) -> list[Member]:
    return [Member(key, name, f"title {name}", start + at, cause) for at, name in enumerate(problems)]


def test_earlier_groups_of_the_same_problems_are_a_pattern() -> None:
    earlier = {
        "1": group("1", 100, "db", "api", "chat", cause="lock"),
        "2": group("2", 200, "db", "chat", "api", cause="lock"),
        "3": group("3", 300, "gpu", "chat", cause="heat"),
    }
    found = recurrence(group("9", 900, "db", "api", "chat", "new"), earlier)
    assert found is not None
    assert (found.groups, found.first_at, found.last_at) == (["2", "1"], 100, 200)
    assert (found.same_order, found.root_cause) == (0.5, "lock")
    assert found.usual_order[0] == "title db"
    assert found.usual_order[-1] == "title new"


def test_sharing_less_than_half_is_no_pattern() -> None:
    assert recurrence(group("9", 900, "a", "b", "c"), {"1": group("1", 1, "a", "x", "y")}) is None
    assert recurrence(group("9", 900, "a"), {}) is None
