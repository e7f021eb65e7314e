"""Which regular expressions may run here, and that none of them can run for long."""

import re

import pytest
from incident_hub.domain.patterns import MAX_PATTERN, UnsafePatternError, check_pattern

TAKEN = [
    "", "checkout", ".*", ".+", ".*checkout.*", "prod-(eu|us)-[0-9]{1,3}.*", "(?i)GPT-.*|claude.*", r"\d+\.\d+",
    "a{2,5}", "(foo|bar)?-x", "[]a]", "[^]a-z]+", ".*a.*b.*", "x{", "(?:abc)*", "a+?",
]  # fmt: skip
REFUSED = [
    "(a+)+", "(a*)*b", "(a|a)*", "(a|b)+c", "(a?){30}", "a?" * 30, "(a|a)" * 30, ".*a.*b.*c.*",
    "((a{1,9}){1,9}){1,9}", r"(a)\1", "(?=a)", "(?<!a)b", "(?P<n>a)", "(?#c)",
    "a++", "a**", "*", "a|*", "(", ")", "(a", "[a", "[[:alpha:]]",
    "a{5,3}", "{,9}", "a{,9}" * 9, "a{00000,5}" * 12, "\\", r"\p{L}", "(" * 40 + ")" * 40, "a" * (MAX_PATTERN + 1),
]  # fmt: skip


@pytest.mark.parametrize("pattern", TAKEN)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.parametrize("pattern", REFUSED, ids=lambda text: text[:20])
def test_a_pattern_that_explodes_or_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(UnsafePatternError):
        check_pattern(pattern)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", [".*a.*b", "[a-z]*[a-z]*b", "a*a*b", "a+b|a+c|a+d"])
def test_what_is_taken_ends_on_the_longest_value(pattern: str) -> None:
    check_pattern(pattern)
    assert re.compile(pattern, re.DOTALL).fullmatch("a" * 4096) is None
