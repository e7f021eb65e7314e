"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How the model learns and when a new version serves."""

    preload: bool = setting(
        "Load the model when the hub starts, about 150 MB, instead of at the first incident.", default=False
    )
    wait_seconds: float = setting(
        "How long the first incidents wait for the model to load; without it there is no opinion.",
        default=2.0, least=0, most=60,
    )  # fmt: skip
    refresh_seconds: float = setting(
        "How soon a version that was promoted elsewhere serves here.", default=5.0, least=0, most=3600
    )
    retrain_after: int = setting(
        "So many new lessons start a retraining; 0: only when somebody asks.",
        default=50,
        least=0,
        most=100_000,
    )
    promotion: str = setting(
        "When a retrained version serves: `not_worse` or `better` on the hold-out, or only by hand (`manual`).",
        default="not_worse", choices=("not_worse", "better", "manual"),
    )  # fmt: skip
    person_share: float = setting(
        "How much of a severity's lessons one person can make up.", default=0.25, least=0.01, most=0.9
    )
    half_life_days: float = setting(
        "A lesson counts half against one that is so much younger.", default=720.0, least=1, most=36_500
    )
    lessons_kept: int = setting("How many lessons are kept.", default=5000, least=100, most=50_000)
    lessons_per_person: int = setting(
        "How many of them can be one person's, the newest.", default=1000, least=10, most=50_000
    )
    versions_kept: int = setting("How many versions are kept, the newest.", default=20, least=3, most=1000)
