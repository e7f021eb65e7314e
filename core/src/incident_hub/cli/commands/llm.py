"""`incident-hub llm`."""

import asyncio

import click

__all__ = ["command"]


@click.group()
def command() -> None:
    """The services of an LLM platform that the hub talks to."""


@command.group("stand-in")
def stand_in() -> None:
    """Servers that speak the services' dialects, to try the hub against."""


@stand_in.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, help="0 takes a free one.")
@click.option("--api-key", default="", help="Ask for this bearer key.")
@click.option("--gateway-secret", default="", help="Ask for callers signed with this secret.")
@click.option("--tier", type=click.Choice(["free", "pro", "enterprise"]), default="free", show_default=True)
@click.option(
    "--fail-rate", type=click.FloatRange(0, 1), default=0.0, help="The share of requests answered 503."
)
@click.option("--latency", type=click.FloatRange(0, 60), default=0.0, help="Seconds that every answer takes.")
def shield(
    host: str, port: int, api_key: str, gateway_secret: str, tier: str, fail_rate: float, latency: float
) -> None:
    """LLM Shield: scans, mandatory headers, signatures, rate tiers, errors."""
    from incident_hub.cli.listen import bind  # noqa: PLC0415 - servers are imported when one is run
    from incident_hub.testing.stand_in.faults import Faults  # noqa: PLC0415
    from incident_hub.testing.stand_in.serving import server_for  # noqa: PLC0415
    from incident_hub.testing.stand_in.shield import ShieldStandIn  # noqa: PLC0415

    made = ShieldStandIn(
        api_key=api_key, gateway_secret=gateway_secret, tier=tier, faults=Faults(fail_rate, latency)
    )
    with bind(host, port) as listener:
        number = listener.getsockname()[1]
        click.echo(f"a stand-in for LLM Shield ({tier}) listens at http://{host}:{number}")
        asyncio.run(server_for(made.app, host, number).serve(sockets=[listener]))
