#!/usr/bin/env python3
"""Reads files in other apps' formats, written from those apps' own documentation and sources.

    exchange.py FORMAT FILE [PASSWORD]

Prints a JSON list of what the file holds. Knows nothing of Holdfast's code: what Holdfast exports
must be what this reads.

Aegis: docs/vault.md of beemdevelopment/Aegis. 2FAS: the backup schema of twofas/2fas-android.
Bitwarden: "Condition a .json" of bitwarden.com/help. Google Authenticator: the fields of
`MigrationPayload` as its QR codes have them. Links: the "Key URI Format" of Google Authenticator.
"""

import base64
import json
import sys
import urllib.parse


def account(issuer, label, kind, secret, algorithm, digits, last, note="", groups=()):
    secret = secret.replace(" ", "").upper().rstrip("=")
    # Every app has to read the secret: that it is base32 is part of the format.
    base64.b32decode(secret + "=" * (-len(secret) % 8))
    return {
        "issuer": issuer,
        "label": label,
        "type": kind,
        "secret": secret,
        "algorithm": algorithm,
        "digits": int(digits),
        "last": int(last),
        "note": note,
        "groups": sorted(groups),
    }


def aegis(file, password):
    vault = json.loads(file)
    assert vault["version"] == 1
    header, database = vault["header"], vault["db"]
    if header["slots"] is not None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        def opened(key, params, text):
            sealed = text + bytes.fromhex(params["tag"])
            return AESGCM(key).decrypt(bytes.fromhex(params["nonce"]), sealed, None)

        slot = next(slot for slot in header["slots"] if slot["type"] == 1)
        salt = bytes.fromhex(slot["salt"])
        derived = Scrypt(salt=salt, length=32, n=slot["n"], r=slot["r"], p=slot["p"])
        derived = derived.derive(password.encode())
        master = opened(derived, slot["key_params"], bytes.fromhex(slot["key"]))
        database = json.loads(opened(master, header["params"], base64.b64decode(database)))
    else:
        assert header["params"] is None
    names = {group["uuid"]: group["name"] for group in database["groups"]}
    for entry in database["entries"]:
        info = entry["info"]
        yield account(
            entry["issuer"],
            entry["name"],
            entry["type"],
            info["secret"],
            info["algo"],
            info["digits"],
            info["counter" if entry["type"] == "hotp" else "period"],
            entry["note"],
            [names[group] for group in entry["groups"]],
        )


def two_fas(file, _):
    backup = json.loads(file)
    assert backup["schemaVersion"] == 4
    names = {group["id"]: group["name"] for group in backup["groups"]}
    for service in backup["services"]:
        otp = service["otp"]
        kind = otp["tokenType"].lower()
        yield account(
            otp.get("issuer") or service["name"],
            otp.get("account") or "",
            kind,
            service["secret"],
            otp["algorithm"],
            otp["digits"],
            otp["counter"] if kind == "hotp" else otp["period"],
            groups=[names[service["groupId"]]] if service.get("groupId") else [],
        )


def bitwarden(file, _):
    vault = json.loads(file)
    assert vault["encrypted"] is False
    names = {folder["id"]: folder["name"] for folder in vault["folders"]}
    for item in vault["items"]:
        assert item["type"] == 1
        totp = item["login"]["totp"]
        note, groups = item["notes"] or "", [names[item["folderId"]]] if item["folderId"] else []
        if totp.startswith("steam://"):
            secret = totp.removeprefix("steam://")
            label = item["login"]["username"] or ""
            yield account(item["name"], label, "steam", secret, "SHA1", 5, 30, note, groups)
        else:
            yield link(totp) | {"note": note, "groups": groups}


def link(text):
    uri = urllib.parse.urlsplit(text)
    assert uri.scheme == "otpauth", uri.scheme
    values = dict(urllib.parse.parse_qsl(uri.query, strict_parsing=True))
    name = urllib.parse.unquote(uri.path.lstrip("/"))
    issuer, _, label = name.rpartition(":")
    kind = uri.netloc
    return account(
        values.get("issuer", issuer),
        label.strip(),
        kind,
        values["secret"],
        values.get("algorithm", "SHA1"),
        values.get("digits", 6),
        values["counter"] if kind == "hotp" else values.get("period", 30),
    )


def lines(file, _):
    return [link(line) for line in file.decode().split()]


def varints(data):
    """The fields of a protocol buffer: number and value."""
    place = 0

    def varint():
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            assert key & 7 == 2
            length = varint()
            yield key >> 3, data[place : place + length]
            place += length
    assert place == len(data)


def google(file, _):
    parts = []
    for text in file.decode().split():
        uri = urllib.parse.urlsplit(text)
        assert (uri.scheme, uri.netloc) == ("otpauth-migration", "offline")
        payload = base64.b64decode(dict(urllib.parse.parse_qsl(uri.query))["data"], validate=True)
        parts.append(list(varints(payload)))
    numbers = [dict(part) for part in parts]
    assert {part[2] for part in numbers} == {1}, "version"
    assert {part[3] for part in numbers} == {len(parts)}, "batch size"
    assert sorted(part.get(4, 0) for part in numbers) == list(range(len(parts))), "batch index"
    assert len({part[5] for part in numbers}) == 1, "batch id"
    for part in sorted(parts, key=lambda part: dict(part).get(4, 0)):
        for entry in (dict(varints(value)) for number, value in part if number == 1):
            issuer, _, label = entry[2].decode().rpartition(":")
            assert issuer == entry.get(3, b"").decode()
            kind = {1: "hotp", 2: "totp"}[entry[6]]
            yield account(
                issuer,
                label,
                kind,
                base64.b32encode(entry[1]).decode(),
                {1: "SHA1", 2: "SHA256", 3: "SHA512"}[entry[4]],
                {1: 6, 2: 8}[entry[5]],
                entry.get(7, 0) if kind == "hotp" else 30,
            )


READERS = {
    "aegis": aegis,
    "two_fas": two_fas,
    "bitwarden": bitwarden,
    "lines": lines,
    "google": google,
}

with open(sys.argv[2], "rb") as source:
    password = sys.argv[3] if len(sys.argv) > 3 else None
    json.dump(list(READERS[sys.argv[1]](source.read(), password)), sys.stdout)
