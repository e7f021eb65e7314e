"""Refuses answers that would make a broken repository, before anything is written."""

import json
import re
import sys

ANSWERS = json.loads(r'''{{ cookiecutter | tojson }}''')
NAME = r"[a-z][a-z0-9]*([-_][a-z0-9]+)*"
LONGEST_NAME = 32  # it begins the names of tables


def problem(answers: dict[str, str]) -> str:
    """What is wrong, in words; empty when nothing is."""
    if not re.fullmatch(NAME, answers["name"]) or len(answers["name"]) > LONGEST_NAME:
        return (
            f"the name {answers['name']!r} is not small letters, digits and single hyphens, "
            f"as in `owner-labels`, {LONGEST_NAME} characters at most"
        )
    for key in ("author", "email", "description"):
        if not answers[key].isprintable():
            return f"the {key} must be one line of plain text"
    if answers["email"] and not re.fullmatch(r"[^@\s<>\"\\]+@[^@\s<>\"\\]+", answers["email"]):
        return f"{answers['email']!r} is no e-mail address"
    return ""


if found := problem(ANSWERS):
    sys.exit(found)
