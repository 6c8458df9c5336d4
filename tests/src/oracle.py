"""Codes that oathtool does not know, from their makers' descriptions, on Python's hashlib alone.

    oracle.py motp|yandex SECRET PIN SECONDS

mOTP (motp.sourceforge.net): the first six hexadecimal digits of MD5 over the time in steps of ten
seconds, the secret in hexadecimal and the PIN, all as text.

Yandex Key: HMAC-SHA-256 over the time in steps of thirty seconds, under SHA-256 over PIN and the first
16 bytes of the secret (without its first byte where that is zero); eight bytes of it from the place
that the last one names, the first bit cleared, to eight letters in base 26.
"""

import base64
import hashlib
import hmac
import sys


def motp(secret: str, pin: str, seconds: int) -> str:
    return hashlib.md5(f"{seconds // 10}{secret}{pin}".encode()).hexdigest()[:6]


def yandex(secret: str, pin: str, seconds: int) -> str:
    secret = base64.b32decode(secret + "=" * (-len(secret) % 8))[:16]
    key = hashlib.sha256(pin.encode() + secret).digest()
    if key[0] == 0:
        key = key[1:]
    digest = hmac.new(key, (seconds // 30).to_bytes(8, "big"), hashlib.sha256).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 8], "big") & (1 << 63) - 1
    letters = []
    for _ in range(8):
        number, letter = divmod(number, 26)
        letters.append(chr(ord("a") + letter))
    return "".join(reversed(letters))


if __name__ == "__main__":
    kind, secret, pin, seconds = sys.argv[1:]
    print({"motp": motp, "yandex": yandex}[kind](secret, pin, int(seconds)))
