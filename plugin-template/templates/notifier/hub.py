from incident_hub.testing.types import Hubs, PostWebhook, Settled
from incident_hub_hookspecs.testing import Answer, RecordingHttp

TARGET = {
    "channel": "{{ cookiecutter.__plugin }}",
    "min_severity": "P2",
    "url": "https://chat.example/hooks/s3cret",
}
ROUTED = {"notify": {"targets": [TARGET]}}


async def test_the_room_hears_of_what_is_bad_enough_and_of_its_end(
    hub_with: Hubs, post_webhook: PostWebhook, settled: Settled, recorded_http: RecordingHttp
) -> None:
    recorded_http.will(Answer(200))
    await hub_with("{{ cookiecutter.__plugin }}", "parser_generic", config=ROUTED)
    for status in ("firing", "resolved"):
        alert = {"title": "The gateway is down", "severity": "critical", "status": status, "dedup_key": "g"}
        await post_webhook("generic", alert)
        await settled()
    await post_webhook("generic", {"title": "A certificate ends in March", "severity": "info"})
    await settled()
    told = [one.text for one in recorded_http.sent]
    assert len(told) == 2
    assert all("The gateway is down" in one for one in told)
