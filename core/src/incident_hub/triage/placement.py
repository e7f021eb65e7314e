"""Which group an incident joins: none yet makes one, one takes it in, several become the largest."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

__all__ = ["Placement"]


@dataclass(slots=True)
class Placement:
    """Groups as they stand and as links change them; rules only.

    `member` maps incidents to groups, `size` groups to their number of members. A link that would
    make a group larger than `limit` joins nothing, nor does one that would bring an incident back into
    a group that a person took it out of: `apart` says which, `elsewhere` where those incidents are now.
    """

    member: dict[str, str]
    size: dict[str, int]
    limit: int
    make_id: Callable[[], str]
    created: list[str] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    apart: Collection[tuple[str, str]] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Remember where everybody was."""
        self.before = dict(self.member)

    def group_of(self, incident_id: str) -> str | None:
        """The group that the incident is in now."""
        group = self.member.get(incident_id)
        return None if group is None else self.root(group)

    def root(self, group: str) -> str:
        """The group that stands for this one since it was merged."""
        while group in self.merged:
            group = self.merged[group]
        return group

    def join(self, one: str, other: str) -> bool:
        """Bring two incidents into one group; False when a limit forbids it."""
        mine, theirs = self.group_of(one), self.group_of(other)
        if mine is None and theirs is None:
            return self._create(one, other)
        if mine is None and theirs is not None:
            return self._add(one, theirs)
        if mine is not None and theirs is None:
            return self._add(other, mine)
        return mine == theirs or self._merge(str(mine), str(theirs))

    def dissolve_below(self, least: int) -> None:
        """Take back the groups that were made just now and stayed too small."""
        small = {group for group in self.created if self.size.get(group, least) < least}
        if small:
            self.created = [group for group in self.created if group not in small]
            self.member = {one: group for one, group in self.member.items() if self.root(group) not in small}

    def moved(self) -> dict[str, str]:
        """The new group of each incident whose group is another than before."""
        return {
            one: now
            for one, group in self.member.items()
            if (now := self.root(group)) != self.before.get(one)
        }

    def touched(self) -> list[str]:
        """The groups that have new members."""
        return sorted({*self.moved().values(), *(self.root(group) for group in self.merged)})

    def left(self) -> list[str]:
        """The groups of before that were merged into others."""
        return sorted(set(self.merged) - set(self.created))

    def _create(self, one: str, other: str) -> bool:
        if self.limit < 2:
            return False
        group = self.make_id()
        self.created.append(group)
        self.member[one] = self.member[other] = group
        self.size[group] = 2
        return True

    def _add(self, one: str, group: str) -> bool:
        if self.size[group] + 1 > self.limit or self._kept_out(one, group):
            return False
        self.member[one] = group
        self.size[group] += 1
        return True

    def _merge(self, one: str, other: str) -> bool:
        if self.size[one] + self.size[other] > self.limit or self._would_reunite({one, other}):
            return False
        large, small = sorted((one, other), key=lambda group: (-self.size[group], group))
        self.size[large] += self.size.pop(small)
        self.merged[small] = large
        return True

    def _kept_out(self, one: str, group: str) -> bool:
        return any(key == one and self.root(left) == group for key, left in self.apart)

    def _would_reunite(self, groups: Collection[str]) -> bool:
        return any(
            self.root(left) in groups and (self.group_of(key) or self.elsewhere.get(key)) in groups
            for key, left in self.apart
        )
