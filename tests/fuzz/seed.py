#!/usr/bin/env python3
"""Writes the fuzzers' first corpus from the vectors and the fixtures: corpus/<target>/<name>."""

import base64
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "vectors"))

import check  # noqa: E402
import make_payloads  # noqa: E402


LINKS = [
    "otpauth://totp/Harbour:jane@harbour.example?secret=JBSWY3DPEHPK3PXP&issuer=Harbour",
    "otpauth://totp/Bank%3A%20Jane?secret=MFRGGZDFMZTWQ2LK&algorithm=SHA512&digits=8&period=60&issuer=Bank",
    "otpauth://hotp/Mill:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=7&image=x",
    "otpauth://totp/Steam:gordon?secret=JBSWY3DPEHPK3PXP&encoder=steam",
    "otpauth://motp/Old?secret=MFRGGZDFMZTWQ2LK&pin=1234",
    "steam://JBSWY3DPEHPK3PXP",
    "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8",
    "https://example.org/",
]


def payloads(opens, files):
    """Contents: those of the vectors, and every shape that the format page names."""
    whole = json.dumps(make_payloads.vault()).encode()
    write("payload", "every-shape", whole)
    made = [check.open_with_any(files[entry["name"]], entry["secrets"][0]) for entry in opens if "accounts" in entry]
    for number, payload in enumerate(made):
        write("payload", f"vault-{number}", payload)
        write("payload", f"two-vaults-{number}", payload + b"\n" + whole)


def write(target, name, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name.replace(" ", "-").replace("/", "-")).write_bytes(data)


def main():
    vectors = HERE.parent / "vectors"
    opens = json.loads((vectors / "open.json").read_text())
    refuse = json.loads((vectors / "refuse.json").read_text())
    files = {entry["name"]: base64.b64decode(entry["file"]) for entry in opens}
    keyrings = {}
    for entry in opens:
        name, data = entry["name"], files[entry["name"]]
        write("open", name, data)
        write("header", name, data[20 : 20 + int.from_bytes(data[12:16], "big")])
        for secret in entry["secrets"]:
            if "recovery" in secret:
                write("recovery_key", name, secret["recovery"].encode())
        payload = json.loads(check.open_with_any(data, entry["secrets"][-1]))
        keyrings[name] = json.dumps(payload["keyring"]).encode()
        write("keyring", name, keyrings[name])
    both = keyrings["before-rotation"] + b"\n" + keyrings["after-rotation"]
    write("keyring", "merged", both)
    payloads(opens, files)
    for number, link in enumerate(LINKS):
        write("otpauth", str(number), link.encode())
    for path in sorted((HERE.parent / "fixtures" / "import").glob("*.*")):
        if path.is_file() and path.stat().st_size <= 32768:
            write("import", path.name, path.read_bytes())
            if path.suffix in (".zip", ".bin"):
                write("import_sealed", path.name, path.read_bytes())
    files |= {name: base64.b64decode(file) for name, file in refuse["files"].items()}
    for entry in refuse["entries"]:
        data = check.changed(files[entry["base"]], entry["change"])
        if len(data) > 16384:
            continue
        write("open", entry["name"], data)
        length = int.from_bytes(data[12:16], "big")
        if ["header_checksum"] in entry["change"] and length < 16384:
            write("header", entry["name"], data[20 : 20 + length])
        if "recovery" in (entry.get("secret") or {}):
            write("recovery_key", entry["name"], entry["secret"]["recovery"].encode())


if __name__ == "__main__":
    main()
