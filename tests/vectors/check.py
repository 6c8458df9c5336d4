#!/usr/bin/env python3
"""Holds decrypt.py against every vector: each file opens or is refused exactly as listed."""

import base64
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import decrypt  # noqa: E402
import vault  # noqa: E402


def open_with_any(data, secret):
    """Opens with one secret of a vector: `{"passphrase": …}`, `recovery`, `prf` or `key`."""
    sealed = decrypt.Sealed(data)
    if secret is None:
        return None
    if "key" in secret:
        return sealed.open([bytes.fromhex(secret["key"])])
    if "prf" in secret:
        return sealed.unlock(decrypt.PASSKEY, lambda slot: bytes.fromhex(secret["prf"]))[0]
    return decrypt.open_with(data, **secret)[0]


def made(data, secret, at):
    """Issuer, label and code of every account of a whole vault."""
    payload, key = decrypt.open_with(data, **secret)
    codes = vault.codes(vault.check(payload, decrypt.Sealed(data), key), at)
    return sorted([code["issuer"], code["label"], code["code"]] for code in codes)


def changed(data, change):
    """Applies the changes of an entry of refuse.json."""
    data = bytearray(data)
    for what, *values in change:
        if what == "flip":
            data[values[0]] ^= 1 << values[1]
        elif what == "cut":
            del data[values[0] :]
        elif what == "append":
            data += bytes.fromhex(values[0])
        elif what == "splice":
            data[values[0] : values[0] + values[1]] = bytes.fromhex(values[2])
        elif what == "zeros":
            data[values[0] : values[0]] = bytes(values[1])
        elif what == "header_checksum":
            end = 20 + int.from_bytes(data[12:16], "big")
            data[end : end + 32] = decrypt.sha256(data[:end])
        else:
            assert what == "checksum", what
            data[-32:] = decrypt.sha256(data[:-32])
    return bytes(data)


def main():
    opens = json.loads((HERE / "open.json").read_text(encoding="utf-8"))
    refuse = json.loads((HERE / "refuse.json").read_text(encoding="utf-8"))
    payloads = json.loads((HERE / "payloads.json").read_text(encoding="utf-8"))
    files = {entry["name"]: entry["file"] for entry in opens} | refuse["files"]
    files = {name: base64.b64decode(file) for name, file in files.items()}
    faults = []
    for entry in opens:
        for secret in entry["secrets"]:
            try:
                payload = open_with_any(files[entry["name"]], secret)
                if hashlib.sha256(payload).hexdigest() != entry["payload_sha256"]:
                    faults.append(f"{entry['name']}: another payload")
                if "accounts" in entry and made(files[entry["name"]], secret, entry["at"]) != sorted(entry["accounts"]):
                    faults.append(f"{entry['name']}: other codes")
            except decrypt.Refused as refused:
                faults.append(f"{entry['name']}: {refused}")
    for entry in refuse["entries"]:
        expected, got = (entry["code"], entry.get("part")), ("opened", None)
        try:
            open_with_any(changed(files[entry["base"]], entry["change"]), entry.get("secret"))
        except decrypt.Refused as refused:
            got = refused.code, refused.part if entry.get("part") else None
        if got != expected:
            faults.append(f"{entry['name']}: {got} instead of {expected}")
    for entry in payloads:
        got = "opened"
        try:
            made(base64.b64decode(entry["file"]), entry["secret"], 0)
        except decrypt.Refused as refused:
            got = refused.code
        if got != entry["code"]:
            faults.append(f"{entry['name']}: {got} instead of {entry['code']}")
    if faults:
        sys.exit("\n".join(faults))
    refused = len(refuse["entries"]) + len(payloads)
    print(f"{len(opens)} files open, {refused} are refused as listed")


if __name__ == "__main__":
    main()
