"""For plugins that compare incidents: whose provider each speaks of, and which of them call it the trouble."""

import re
from collections.abc import Iterable

from incident_hub_hookspecs.records import Incident

__all__ = ["Providers", "title_words"]

_WORD = re.compile(r"[^\W_]+")
_ASCII_WORD = re.compile("[a-z0-9]+")  # the same for ASCII, and much faster


def title_words(title: str) -> frozenset[str]:
    """The words of a title in small letters; digits count, other signs part them."""
    small = title.lower()
    return frozenset((_ASCII_WORD if small.isascii() else _WORD).findall(small))


class Providers:
    """What the incidents at hand teach: the names of providers, and which model is whose.

    A model that several providers offer tells nothing, nor does a title with the names of several.
    """

    def __init__(self, incidents: Iterable[Incident]) -> None:
        pairs = {(one.llm.provider, one.llm.model) for one in incidents if one.llm.provider}
        self._names = {name.lower(): name for name, _ in pairs}
        self._by_model: dict[str, str] = {}
        for name, model in pairs:
            known = self._by_model.setdefault(model, name)
            self._by_model[model] = name if known == name else ""
        self._by_model.pop("", None)

    def of(self, incident: Incident, words: frozenset[str] | None = None) -> str:
        """The provider: the incident's own, else its model's, else the one that its title names; else empty.

        `words` are those of the title, where they are known already.
        """
        llm = incident.llm
        if llm.provider or not self._names:
            return llm.provider
        if found := self._by_model.get(llm.model):
            return found
        told = self._names.keys() & (title_words(incident.title) if words is None else words)
        return self._names[told.pop()] if len(told) == 1 else ""

    def blames(self, incident: Incident, provider: str) -> bool:
        """Whether the title calls this provider the trouble, by its name or as "provider"."""
        title = incident.title.lower()
        return "provider" in title or (bool(provider) and provider.lower() in title)
