"""A schedule as people write it down, and the schedule that the rules know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, setting

from incident_hub.domain.people.texts import check_id, check_zone, day_of, moment_of, time_of
from incident_hub.domain.people.windows import Window
from incident_hub.domain.schedules import (
    CalendarLayer,
    Layer,
    Override,
    Rotation,
    RotationKind,
    Schedule,
    Turn,
)

__all__ = ["LayerDraft", "RotationDraft", "ScheduleDraft"]


@dataclass(frozen=True, slots=True)
class RotationDraft:
    """Turns of `length` hours, days or weeks from the first hand-off on, by the wall clock."""

    starts_on: str
    kind: str = setting(default="weekly", choices=tuple(kind.value for kind in RotationKind))
    handoff: str = "09:00"
    length: int = setting(default=1, least=1, most=10_000)

    def __post_init__(self) -> None:
        """Refuse a day and a time that are none."""
        self.made()

    def made(self) -> Rotation:
        """The rotation that the rules know."""
        day, handoff = day_of(self.starts_on, "starts_on"), time_of(self.handoff, "handoff")
        return Rotation(RotationKind(self.kind), day, handoff, self.length)


@dataclass(frozen=True, slots=True)
class LayerDraft:
    """People who take turns; or, with `calendar`, turns that stand in a calendar which is imported.

    `calendar_url` is where the calendar is read again and again; without it, what was imported last stays.
    """

    name: str = setting(least=1, most=100)
    people: tuple[str, ...] = setting(default=(), most=200)
    rotation: RotationDraft | None = None
    restrictions: tuple[Window, ...] = setting(default=(), most=50)
    time_zone: str = ""
    ends_at: str = ""
    calendar: bool = False
    calendar_url: str = setting(default="", most=2000)

    def __post_init__(self) -> None:
        """Refuse half a layer, and one that is both."""
        if self.calendar_url and not self.calendar:
            object.__setattr__(self, "calendar", True)
        if self.calendar and (self.people or self.rotation or self.restrictions or self.ends_at):
            raise ConfigError(
                "a calendar says who and when by itself: no people, rotation or hours", "calendar"
            )
        if self.calendar_url and not self.calendar_url.startswith(("https://", "http://")):
            raise ConfigError("must begin with https:// or http://", "calendar_url")
        if self.time_zone:
            check_zone(self.time_zone, "time_zone")
        if self.ends_at:
            moment_of(self.ends_at, "ends_at")
        if not self.calendar:
            self._check_rotation()

    def _check_rotation(self) -> None:
        if not self.people:
            raise ConfigError("must name somebody", "people")
        for number, person in enumerate(self.people):  # somebody may take every other turn
            check_id(person, f"people[{number}]")
        if self.rotation is None:
            raise ConfigError("missing", "rotation")

    def made(self, turns: Sequence[Turn]) -> Layer | CalendarLayer:
        """The layer that the rules know, with its turns if it is a calendar."""
        if self.rotation is None:
            return CalendarLayer(self.name, tuple(turns))
        return Layer(
            self.name,
            self.people,
            self.rotation.made(),
            tuple(window.made() for window in self.restrictions),
            moment_of(self.ends_at, "ends_at") if self.ends_at else None,
            self.time_zone,
        )


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """Who is on call when: of the layers that hold, the last one counts. Overrides are kept beside it."""

    id: str
    name: str = setting(default="", most=200)
    time_zone: str = "UTC"
    layers: tuple[LayerDraft, ...] = setting(default=(), most=50)

    def __post_init__(self) -> None:
        """Refuse two layers of one name: it says in a shift why somebody is on call."""
        check_id(self.id, "id")
        check_zone(self.time_zone, "time_zone")
        names = [layer.name for layer in self.layers]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise ConfigError(f"two layers have the name {name!r}", f"layers[{number}].name")

    def made(
        self, overrides: Sequence[Override] = (), turns: Mapping[str, Sequence[Turn]] | None = None
    ) -> Schedule:
        """The schedule that the rules know; `turns` are those of calendars, by the layer's name."""
        known = turns or {}
        layers = tuple(layer.made(known.get(layer.name, ())) for layer in self.layers)
        return Schedule(self.id, self.time_zone, layers, tuple(overrides))

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody that its rotations name."""
        return tuple(dict.fromkeys(person for layer in self.layers for person in layer.people))
