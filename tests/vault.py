#!/usr/bin/env python3
"""Reads the accounts in a Holdfast backup and makes their codes, without Holdfast.

Written from docs/format.md alone, on top of decrypt.py:

    vault.py FILE --recovery-fd 3 3<<< '00005-0000A-…'      the codes now, as JSON
    vault.py FILE --passphrase-fd 3 --at 59 3<<< 'correct'  those of another time, in seconds
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import time

import decrypt
from decrypt import Refused

KINDS = ("totp", "hotp", "steam")
ALGORITHMS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
STEAM = "23456789BCDFGHJKMNPQRTVWXY"
DEPTH = 32


# JSON as the format has it


def parse(payload):
    try:
        text = payload.decode("utf-8")
        value = json.loads(text, object_pairs_hook=unique, parse_float=no_float, parse_int=integer,
                           parse_constant=no_float)
    except (ValueError, RecursionError):
        raise Refused("payload_not_json") from None
    if depth(value) > DEPTH:
        raise Refused("payload_not_json")
    return value


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def no_float(_):
    raise ValueError("a number that is no integer")


def integer(text):
    number = int(text)
    if not -(1 << 63) <= number < 1 << 64 or text == "-0":
        raise ValueError("a number beyond 64 bits, or a zero with a sign")
    return number


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


# The payload


def check(payload, sealed, key):
    """Checks 19 to 22. The payload's members."""
    vault = parse(payload)
    if not isinstance(vault, dict) or not isinstance(vault.get("format"), int):
        raise Refused("payload_field")
    if vault["format"] != 1:
        raise Refused("newer_format" if vault["format"] > 1 else "payload_field")
    if not isinstance(vault.get("accounts"), dict) or not all(map(is_id, vault["accounts"])):
        raise Refused("payload_field")
    for name in ("devices", "seen", "unreadable"):
        if not isinstance(vault.get(name, {}), dict):
            raise Refused("payload_field")
    mirror(vault.get("keyring"), sealed, key)
    return vault


def is_id(text):
    return re.fullmatch("[A-Z2-7]{26}", text) is not None


def id_bytes(text):
    return base64.b32decode(text + "======")


def mirror(keyring, sealed, key):
    """That the header mirrors the keyring, and that the file is sealed under its current key."""
    try:
        keys = {
            name: (record["epoch"], record["added"], name, base64.b64decode(record["key"], validate=True))
            for name, record in keyring["keys"].items()
        }
        slots = {
            name: (record["key"], record["added"], decrypt.Slot(base64.b64decode(record["slot"], validate=True)))
            for name, record in keyring["slots"].items()
        }
        removed = keyring.get("removed", [])
        if not keys or any(decrypt.key_id(record[3]) != name for name, record in keys.items()):
            raise ValueError("a key under another's id")
        if any(slot.id.hex() != name or name in removed for name, (_, _, slot) in slots.items()):
            raise ValueError("a slot under another's id, or removed")
        vault = bytes.fromhex(keyring["vault"])
    except (TypeError, KeyError, ValueError, AttributeError, Refused):
        raise Refused("keyring_unreadable") from None
    current = max(keys.values())
    live = [(slot.kind not in (1, 2), -added, slot.id, slot) for name, added, slot in slots.values() if name == current[2]]
    live = sorted(live, key=lambda entry: entry[:3])[:64]
    live = sorted((slot.id, decrypt.write_fields(slot.fields)) for *_, slot in live)
    header = [(slot.id, decrypt.write_fields(slot.fields)) for slot in sealed.header.slots]
    generation = len(keys) + len(slots) + 2 * len(removed)
    if (vault, generation, live) != (sealed.header.vault, sealed.header.generation, header):
        raise Refused("keyring_mismatch")
    if current[3] != key:
        raise Refused("keyring_mismatch")


def value(account, name, default=""):
    return account.get(name, {}).get("value", default)


def valid(account):
    """The credentials that count."""
    replaced = account.get("replaced", {})
    return {name: one for name, one in account.get("credentials", {}).items() if name not in replaced}


def is_deleted(account):
    deletion = account.get("deletion")
    if deletion is None:
        return False
    seen, known = deletion["seen"], deletion.get("credentials", {})
    edits = account["edits"].items()
    return all(seen.get(device, -1) >= at for device, at in edits) and all(name in known for name in valid(account))


def accounts(vault):
    """The accounts that are not deleted, in the order of the list."""
    live = [(value(account, "position"), name, account) for name, account in vault["accounts"].items()]
    return [account for _, _, account in sorted(live, key=lambda entry: (entry[0].encode(), id_bytes(entry[1])))
            if not is_deleted(account)]


# Codes


def truncated(key, step, algorithm):
    digest = hmac.new(key, step.to_bytes(8, "big"), algorithm).digest()
    offset = digest[-1] & 15
    return int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF


def code(account, name, credential, now):
    """The code at a time in seconds."""
    text = credential["secret"]
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    if credential["type"] == "steam":
        number, letters = truncated(key, now // 30, hashlib.sha1), ""
        for _ in range(5):
            number, letter = divmod(number, 26)
            letters += STEAM[letter]
        return letters
    if credential["type"] == "hotp":
        counted = account.get("counters", {}).get(credential.get("continues", name), 0)
        step = max(credential["counter"], counted)
    else:
        step = now // credential["period"]
    number = truncated(key, step, ALGORITHMS[credential["algorithm"]])
    return str(number % 10 ** credential["digits"]).zfill(credential["digits"])


def codes(vault, now):
    """Credentials of a kind that is not known here make none."""
    return [
        {"issuer": value(account, "issuer"), "label": value(account, "label"), "code": code(account, name, one, now)}
        for account in accounts(vault)
        for name, one in sorted(valid(account).items(), key=lambda item: id_bytes(item[0]))
        if one["type"] in KINDS
    ]


def main():
    parser = argparse.ArgumentParser(description="Shows the codes of a Holdfast backup.")
    parser.add_argument("file")
    secret = parser.add_mutually_exclusive_group(required=True)
    secret.add_argument("--passphrase-fd", type=int)
    secret.add_argument("--recovery-fd", type=int)
    parser.add_argument("--at", type=int, default=int(time.time()))
    options = parser.parse_args()
    with open(options.file, "rb") as file:
        data = file.read()
    try:
        if options.passphrase_fd is not None:
            opened = decrypt.open_with(data, passphrase=decrypt.secret_from(options.passphrase_fd))
        else:
            opened = decrypt.open_with(data, recovery=decrypt.secret_from(options.recovery_fd))
        vault = check(opened[0], decrypt.Sealed(data), opened[1])
    except Refused as refused:
        sys.exit(str(refused))
    print(json.dumps(codes(vault, options.at), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
