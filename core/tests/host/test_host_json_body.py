"""What a request body may be: every unsound one has a code, every sound one comes through whole."""

import json

import pytest
from incident_hub.host.json_body import decode_json
from incident_hub_hookspecs import PayloadError

BAD = [
    (b"", "empty_body"),
    (b" \r\n\t", "empty_body"),
    (b"{", "not_json"),
    (b"[1]x", "not_json"),
    (b"NaN", "not_json"),
    (b"[Infinity]", "not_json"),
    (b"{'a':1}", "not_json"),
    (b'["\\ud800"]', "not_json"),
    (b'["a\x00b"]', "not_json"),
    (b"\xef\xbb\xbf{}", "not_json"),
    (b'["\xff"]', "not_utf8"),
    (b'["\xed\xa0\x80"]', "not_utf8"),
    (b"[" * 65 + b"]" * 65, "too_deep"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "too_deep"),
    (b"[" * 100_000, "too_deep"),
    (b"[" + b"[]," * 100 + b"[" * 64 + b"]" * 65, "too_deep"),
    (json.dumps({str(n): n for n in range(10_001)}).encode(), "too_many_keys"),
    (json.dumps([{str(n): n for n in range(10_001)}]).encode(), "too_many_keys"),
    (json.dumps([0] * 200_001).encode(), "too_many_keys"),
    (b'["\\u0000"]', "nul_character"),
    (b'{"a\\u0000":1}', "nul_character"),
    (b'["\\\\\\u0000"]', "nul_character"),
    (b"1e400", "number_out_of_range"),
    (b"[-1e400]", "number_out_of_range"),
    (b"[18446744073709551616]", "number_out_of_range"),
    (b"[-9223372036854775809]", "number_out_of_range"),
    (b"[" + b"9" * 5000 + b"]", "number_out_of_range"),
]

GOOD = [
    b"{}",
    b"null",
    b'"text"',
    b"[" * 64 + b"]" * 64,
    b'{"a":1,"a":2}',
    b'["\\\\u0000"]',
    b"[18446744073709551615,-9223372036854775808,1e20,100000000000000000000.5]",
    b'["12345678901234567890123"]',
    json.dumps({str(n): n for n in range(10_000)}).encode(),
    json.dumps([0] * 199_000).encode(),
    '["\U0001f525"]'.encode(),
    ("[" + '"' + "[{" * 500 + '"]').encode(),
]


@pytest.mark.parametrize(("body", "code"), BAD, ids=[repr(body[:24]) for body, _ in BAD])
def test_an_unsound_body_has_its_code(body: bytes, code: str) -> None:
    with pytest.raises(PayloadError) as caught:
        decode_json(body)
    assert caught.value.code == code
    assert caught.value.message


@pytest.mark.parametrize("body", GOOD, ids=[repr(body[:24]) for body in GOOD])
def test_a_sound_body_comes_through(body: bytes) -> None:
    assert decode_json(body) == json.loads(body)


@pytest.mark.timeout(30)  # a way of judging that is not linear takes minutes
def test_the_worst_bodies_of_a_megabyte_are_judged_in_linear_time() -> None:
    for body in (b"[" + b"[]," * 340_000 + b"[]]", b'["' + b"\\u0000" * 170_000 + b'"]', b"9" * 2**20):
        with pytest.raises(PayloadError):
            decode_json(body)
