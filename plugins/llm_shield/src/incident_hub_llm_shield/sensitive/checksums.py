"""Checks that tell a real number from one that only looks like it."""

import base64
import binascii
import json
from zlib import crc32

__all__ = ["github", "iban", "jwt", "luhn", "phone", "social_security"]

_CARD_LENGTHS = range(13, 20)
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SA": 24, "SE": 24, "SI": 19,
    "SK": 24, "TR": 26, "AE": 23, "BR": 29, "IL": 23, "QA": 29, "UA": 29,
}  # fmt: skip
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def luhn(text: str) -> bool:
    """A payment card: length, issuer's first digit, check digit, not one digit throughout."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) not in _CARD_LENGTHS or digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """A bank account: the country's length, and the remainder by 97."""
    bare = "".join(text.split()).upper()
    if len(bare) != _IBAN_LENGTHS.get(bare[:2]) or not (bare.isascii() and bare.isalnum()):
        return False
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def jwt(text: str) -> bool:
    """A token whose header is JSON that names an algorithm."""
    head = text.partition(".")[0]
    try:
        told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "alg" in told


def github(text: str) -> bool:
    """A token of GitHub ends with the CRC-32 of what stands before, in base 62."""
    body = text.partition("_")[2]
    if len(body) != 36:
        return True  # of another form, which has no checksum that is public
    value = 0
    for letter in body[-6:]:
        value = value * 62 + _BASE62.index(letter)
    return value == crc32(body[:-6].encode())


def phone(text: str) -> bool:
    """With a country's prefix, or grouped as people write numbers; a date or a version is none."""
    digits = [c for c in text if c.isdigit()]
    return 8 <= len(digits) <= 15 if text.startswith(("+", "00")) else len(digits) == 10


def social_security(text: str) -> bool:
    """A number of the USA: areas, groups and serials that were never given out are none."""
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
