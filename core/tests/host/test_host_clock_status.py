"""The clock does not follow the wall clock; a record keeps its latest calls only."""

from datetime import UTC, datetime

from incident_hub.domain.clock import HubClock
from incident_hub.host.status import PluginRecord, PluginStatus


def test_a_moved_wall_clock_moves_nothing() -> None:
    wall, monotonic = [1_700_000_000_000_000_000], [5_000_000_000]
    clock = HubClock(lambda: wall[0], lambda: monotonic[0])
    before = clock.micros()
    wall[0] -= 3_600_000_000_000
    monotonic[0] += 2_000_000
    assert clock.micros() - before == 2000
    assert clock.now() == datetime(2023, 11, 14, 22, 13, 20, 2000, tzinfo=UTC)


def test_the_clock_starts_at_the_wall_clocks_time() -> None:
    assert abs((datetime.now(UTC) - HubClock().now()).total_seconds()) < 1


def test_quantiles_are_of_the_latest_calls() -> None:
    record = PluginRecord("p", "dist", "1", PluginStatus.ACTIVE)
    assert (record.p50, record.p95) == (0.0, 0.0)
    for number in range(10_000):
        record.count(float(number), failed=number % 2 == 0)
    assert (record.calls, record.errors) == (10_000, 5000)
    assert record.p50 > 9700
    assert 9900 < record.p95 < 10_000


def test_a_blocked_plugin_stays_blocked_whatever_its_circuit_does() -> None:
    record = PluginRecord("p", "dist", "1", PluginStatus.BLOCKED)
    record.note_circuit("p", True)
    assert record.status is PluginStatus.BLOCKED


def test_a_problem_that_a_plugin_reports_shows_until_it_takes_it_back() -> None:
    record = PluginRecord("p", "dist", "1", PluginStatus.ACTIVE)
    record.note_circuit("p:target", True)
    record.note_problem("catalog.yaml is broken")
    assert record.status is PluginStatus.DEGRADED
    assert record.reason == "not called at present: p:target kept failing; catalog.yaml is broken"
    record.note_circuit("p:target", False)
    assert (record.status, record.reason) == (PluginStatus.DEGRADED, "catalog.yaml is broken")
    record.note_problem("")
    assert (record.status, record.reason) == (PluginStatus.ACTIVE, "")
