#!/usr/bin/env python3
"""Writes the fuzzers' first corpus from the vectors and the fixtures: corpus/<target>/<name>."""

import base64
import html
import json
import pathlib
import struct
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


# The contents of a KeePass database, with the ways in which it keeps a code.
KEE_PASS = """<KeePassFile><Meta><RecycleBinUUID>AAAAAAAAAAAAAAAAAAAAAA==</RecycleBinUUID></Meta><Root><Group>
<UUID>AQAAAAAAAAAAAAAAAAAAAA==</UUID><Name>Work</Name>%s</Group></Root></KeePassFile>"""
KEE_PASS_FIELDS = [
    {"otp": LINKS[0]},
    {"otp": "key=GEZDGNBV&step=60&size=8&otpHashMode=Sha256"},
    {"TimeOtp-Secret-Base32": "JBSWY3DPEHPK3PXP", "TimeOtp-Length": "8", "TimeOtp-Algorithm": "HMAC-SHA-256"},
    {"TimeOtp-Secret-Hex": "48656c6c6f21deadbeef", "TimeOtp-Period": "60"},
    {"HmacOtp-Secret": "12345678901234567890", "HmacOtp-Counter": "3"},
    {"TOTP Seed": "JBSWY3DPEHPK3PXP", "TOTP Settings": "30;S"},
]


def kee_pass():
    """Inner headers (no stream, Salsa20, ChaCha20), each with the XML."""
    entries = ""
    for fields in KEE_PASS_FIELDS:
        fields = {"Title": "Harbour", "UserName": "jane", "URL": "https://harbour.example", "Notes": "a note"} | fields
        strings = (f"<String><Key>{key}</Key><Value>{html.escape(value)}</Value></String>" for key, value in fields.items())
        entries += "<Entry><Tags>a;b</Tags>" + "".join(strings) + "</Entry>"
    xml = (KEE_PASS % entries).encode()
    for stream in (0, 2, 3):
        inner = b"\x01" + struct.pack("<II", 4, stream) + b"\x02" + struct.pack("<I", 32) + bytes(32) + b"\x00" + bytes(4)
        write("kee_pass", f"stream-{stream}", inner + xml)
    protected = xml.replace(b"<Value>", b'<Value Protected="True">AAAA</Value><Value>', 3)
    write("kee_pass", "protected", inner + protected)


def protobuf(fields):
    """A message of pairs: a number's field is a varint, any other's has a length. All are short."""
    message = b""
    for number, value in fields:
        message += bytes([number << 3, value]) if isinstance(value, int) else bytes([number << 3 | 2, len(value)]) + value
    return message


def google_migration():
    """Codes with one account of each kind, alone and as two parts of a batch."""
    time = [(1, b"Hello!\xde\xad\xbe\xef"), (2, b"Harbour:jane"), (3, b"Harbour"), (4, 1), (5, 1), (6, 2)]
    counter = [(1, bytes(range(20))), (2, "Mühle".encode()), (4, 3), (5, 2), (6, 1), (7, 41)]
    odd = [(1, b"x"), (2, b"\xff"), (4, 4), (5, 9), (6, 9)]
    whole = protobuf([(1, protobuf(entry)) for entry in (time, counter, odd)] + [(2, 1), (3, 1), (4, 0), (5, 7)])
    parts = [protobuf([(1, protobuf(entry)), (2, 1), (3, 2), (4, index), (5, 9)]) for index, entry in enumerate((time, counter))]
    write("google_migration", "whole", b"\xff" + whole)
    write("google_migration", "parts", bytes([len(parts[0])]) + parts[0] + parts[1])
    write("google_migration", "missing", b"\xff" + parts[1])


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
    kee_pass()
    google_migration()
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
