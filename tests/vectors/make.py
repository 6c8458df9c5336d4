#!/usr/bin/env python3
"""Writes refuse.json: what must not open, each with the error it must give.

Every entry is a list of changes to a file: of open.json, or one of the faulty files that this
program seals itself. Which error an entry must give is written down here by hand, from
docs/format.md; nothing is copied from what a reader answered.

    python3 make.py           rewrites refuse.json (the same bytes each time)
    python3 make.py future    prints the entry of open.json that a later version would write
"""

import base64
import hashlib
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import decrypt  # noqa: E402

FLOOR = (19 << 10, 2, 1)


class Stream:
    """Bytes that look random and are the same each time."""

    def __init__(self, name):
        self.state = name.encode()

    def __call__(self, count):
        out = b""
        while len(out) < count:
            self.state = hashlib.sha256(self.state).digest()
            out += self.state
        return out[:count]


# Where things are in a file


class Layout:
    """Offsets of every field of an intact file, named like `slot0.salt.value`."""

    def __init__(self, data):
        self.data = data
        (self.header_length, self.ciphertext_length) = struct.unpack(">II", data[12:20])
        self.at = {
            "magic": (0, 8),
            "major": (8, 10),
            "minor": (10, 12),
            "header_length": (12, 16),
            "ciphertext_length": (16, 20),
        }
        end = 20 + self.header_length
        names = {1: "vault_tag", 2: "generation", 3: "slots"}
        self.fields("", 20, end, names)
        self.slots = []
        at, stop = self.at["slots.value"]
        while at < stop:
            length = int.from_bytes(data[at : at + 2], "big")
            name = f"slot{len(self.slots)}"
            self.at[f"{name}.length"] = (at, at + 2)
            self.slots.append((at, at + 2 + length))
            names = {1: "id", 2: "kind", 3: "salt", 4: "kdf", 5: "wrapped"}
            self.fields(f"{name}.", at + 2, at + 2 + length, names)
            at += 2 + length
        body = {"header_checksum": 32, "salt": 32, "commitment": 32}
        body |= {"ciphertext": self.ciphertext_length - 16, "tag": 16, "checksum": 32}
        for name, length in body.items():
            self.at[name] = (end, end + length)
            end += length
        assert end == len(data)

    def fields(self, prefix, at, end, names):
        while at < end:
            tag, length = struct.unpack(">HI", self.data[at : at + 6])
            name = prefix + names.get(tag, str(tag))
            self.at[f"{name}.tag"] = (at, at + 2)
            self.at[f"{name}.length"] = (at + 2, at + 6)
            self.at[f"{name}.value"] = (at + 6, at + 6 + length)
            at += 6 + length

    def header(self):
        return self.data[20 : 20 + self.header_length]


def tlv(tag, value):
    return struct.pack(">HI", tag, len(value)) + value


# The list

entries = []
REPAIR = [["header_checksum"], ["checksum"]]


def refuse(name, code, change=(), part=None, base="plain", secret=None):
    entry = {"name": name, "base": base, "change": list(change), "code": code}
    if part:
        entry["part"] = part
    if secret:
        entry["secret"] = secret
    entries.append(entry)


def splice(start, end, data):
    return ["splice", start, end - start, data.hex()]


def header(layout, data):
    """The changes that put another header in."""
    return [
        splice(20, 20 + layout.header_length, data),
        splice(12, 16, struct.pack(">I", len(data))),
        *REPAIR,
    ]


def slots_field(layout, slots):
    data = b"".join(struct.pack(">H", len(slot)) + slot for slot in slots)
    fields = decrypt.read_fields(layout.header()) | {3: data}
    return header(layout, decrypt.write_fields(fields))


def flips(layout):
    """One bit of every field, with nothing repaired."""
    for at in range(8):
        refuse(f"magic byte {at}", "not_holdfast", [["flip", at, at % 8]])
    refuse("major", "damaged", [["flip", 9, 1]], "preamble")
    refuse("major becomes 0", "damaged", [["flip", 9, 0]], "preamble")
    refuse("minor", "damaged", [["flip", 11, 0]], "header")
    refuse("header length, lowest bit", "damaged", [["flip", 15, 0]], "header")
    refuse("header length beyond the file", "truncated", [["flip", 14, 7]], "header")
    refuse("header length beyond the limit", "damaged", [["flip", 12, 7]], "preamble")
    refuse("ciphertext length", "damaged", [["flip", 19, 3]], "header")
    for name, (start, end) in layout.at.items():
        if start < 20:
            continue
        front = end <= 20 + layout.header_length or name == "header_checksum"
        bits = {(start, 7), (end - 1, 0)} if name.endswith(("value", "checksum")) else {(end - 1, 0)}
        for at, bit in sorted(bits):
            part = "header" if front else "body"
            refuse(f"flip {name} at {at}, bit {bit}", "damaged", [["flip", at, bit]], part)


def forged(layout, recovery):
    """One bit of every field, with the checksums made to fit."""
    passphrase = {"passphrase": "correct horse battery staple"}
    slot = {kind: index for index, (start, _) in enumerate(layout.slots)
            for kind in [layout.data[layout.at[f"slot{index}.kind.value"][0]]]}
    ours, other = f"slot{slot[2]}", f"slot{slot[1]}"

    def flip(name, code, secret=recovery, bit=0, part=None):
        change = [["flip", layout.at[name][1] - 1, bit], *REPAIR]
        who = "" if secret is recovery else ", passphrase"
        refuse(f"forged {name}{who}", code, change, part, secret=secret)

    flip("minor", "tampered")
    flip("vault_tag.value", "wrong_recovery_key")
    flip("vault_tag.value", "wrong_passphrase", passphrase)
    flip("generation.value", "tampered")
    flip(f"{ours}.salt.value", "wrong_recovery_key")
    flip(f"{ours}.wrapped.value", "wrong_recovery_key")
    flip(f"{ours}.id.value", "wrong_recovery_key")
    flip(f"{other}.salt.value", "tampered")
    flip(f"{other}.wrapped.value", "tampered")
    flip(f"{other}.kdf.value", "tampered", bit=1)
    flip(f"{other}.kdf.value", "wrong_passphrase", passphrase, bit=1)
    flip(f"{other}.id.value", "wrong_passphrase", passphrase)
    flip(f"{other}.salt.value", "wrong_passphrase", passphrase)
    flip(f"{ours}.kind.value", "slot_not_found")
    flip("salt", "tampered")
    flip("commitment", "tampered")
    flip("ciphertext", "tampered")
    flip("tag", "tampered")
    flip("vault_tag.tag", "field_missing", part="vault_tag")
    flip("generation.tag", "field_duplicate")


def cuts(layout):
    boundaries = {0, 1, len(layout.data) - 1}
    for start, end in layout.at.values():
        boundaries |= {start, end}
    boundaries.discard(len(layout.data))
    for length in sorted(boundaries):
        part = "body"
        if length < 52 + layout.header_length:
            part = "header"
        if length < 20:
            part = "preamble"
        refuse(f"cut to {length} bytes", "truncated", [["cut", length]], part)
    change = [["cut", len(layout.data) - 32], ["checksum"]]
    refuse("cut, with a checksum", "truncated", change, "body")


def tails(layout):
    refuse("one byte more", "trailing_bytes", [["append", "00"]])
    refuse("a line feed more", "trailing_bytes", [["append", "0a"]])
    refuse("32 bytes more", "trailing_bytes", [["append", "00" * 32]])
    refuse("32 bytes more, with a checksum", "trailing_bytes", [["append", "00" * 32], ["checksum"]])
    refuse("twice", "trailing_bytes", [["append", layout.data.hex()]])


def versions(layout):
    for major in (2, 3, 256, 65535):
        change = [splice(8, 10, struct.pack(">H", major)), ["checksum"]]
        refuse(f"major version {major}", "newer_format", change)
    change = [splice(8, 10, bytes(2)), ["checksum"]]
    refuse("major version 0", "field_invalid", change, "version")
    change = [["cut", 12], splice(8, 10, b"\0\2"), ["append", "ff" * 40], ["checksum"]]
    refuse("a newer version that looks different", "newer_format", change)
    change = [["cut", 12], splice(8, 10, b"\0\2")]
    refuse("a newer version, cut", "damaged", change, "preamble")


def structure(layout):
    head, data = layout.header(), layout.data
    fields = decrypt.read_fields(head)
    vault, generation, slots = (tlv(tag, fields[tag]) for tag in (1, 2, 3))

    def put(name, code, header_bytes, part=None):
        refuse(name, code, header(layout, header_bytes), part)

    put("empty header", "field_missing", b"", "vault_tag")
    put("no vault tag", "field_missing", generation + slots, "vault_tag")
    put("no generation", "field_missing", vault + slots, "generation")
    put("no slots field", "field_missing", vault + generation, "slots")
    put("vault tag twice", "field_duplicate", vault + vault + generation + slots)
    put("slots twice", "field_duplicate", vault + generation + slots + slots)
    put("vault tag again at the end", "field_duplicate", head + vault)
    put("generation first", "field_order", generation + vault + slots)
    put("unknown field before its place", "field_order", vault + tlv(9, b"x") + generation + slots)
    put("unknown field twice", "field_duplicate", head + tlv(9, b"x") + tlv(9, b"x"))
    put("half a tag", "field_overrun", head + b"\0")
    put("a tag without a length", "field_overrun", head + b"\0\x09")
    put("a length without a value", "field_overrun", head + b"\0\x09\0\0\0\1")
    put("a length of 4 GiB", "field_overrun", head + b"\0\x09\xff\xff\xff\xff")
    put("vault tag of 15 bytes", "field_invalid", tlv(1, bytes(15)) + generation + slots, "vault_tag")
    put("generation of 4 bytes", "field_invalid", vault + tlv(2, bytes(4)) + slots, "generation")
    more = 65537 - 6 - len(head)
    change = header(layout, head + struct.pack(">HI", 9, more))[:1]
    change += [["zeros", 20 + len(head) + 6, more], splice(12, 16, struct.pack(">I", 65537)), *REPAIR]
    refuse("header of 64 KiB and a byte", "header_too_large", change)
    put("slots end within a length", "field_overrun", vault + generation + tlv(3, fields[3] + b"\0"))
    put("slots end within a slot", "field_overrun", vault + generation + tlv(3, fields[3][:-1]))
    change = [splice(16, 20, struct.pack(">I", 4111)), ["splice", layout.at["ciphertext"][0], 1, ""], *REPAIR]
    refuse("ciphertext below the floor", "field_invalid", change, "ciphertext_length")


def slot_structure(layout):
    slots = [layout.data[start + 2 : end] for start, end in layout.slots]
    kinds = [decrypt.Slot(slot).kind for slot in slots]
    passphrase = decrypt.read_fields(slots[kinds.index(1)])
    recovery = decrypt.read_fields(slots[kinds.index(2)])

    def put(name, code, new, part=None):
        refuse(name, code, slots_field(layout, new), part)

    def one(name, code, fields, part=None):
        put(name, code, [fields if isinstance(fields, bytes) else decrypt.write_fields(fields)], part)

    put("slots swapped", "slot_order", slots[::-1])
    put("a slot twice", "slot_duplicate", [slots[0], *slots])
    put("two slots of one id", "slot_duplicate", [slots[0], decrypt.write_fields({**decrypt.read_fields(slots[1]), 1: decrypt.read_fields(slots[0])[1]})])
    many = [tlv(1, n.to_bytes(16, "big")) + tlv(2, b"\xc8") for n in range(65)]
    put("65 slots", "too_many_slots", many)
    one("a slot of 513 bytes", "slot_too_large", recovery | {9: bytes(513 - len(slots[kinds.index(2)]) - 6)})
    for tag, name in {1: "slot_id", 2: "slot_kind", 3: "slot_salt", 4: "kdf", 5: "slot_wrapped"}.items():
        fields = {key: passphrase[key] for key in passphrase if key != tag}
        one(f"a slot without {name}", "field_missing", fields, name)
        one(f"a slot with a short {name}", "field_invalid", passphrase | {tag: passphrase[tag][:-1]}, name)
    one("a slot of kind 0", "field_invalid", recovery | {2: b"\0"}, "slot_kind")
    one("kdf in a recovery slot", "field_invalid", recovery | {4: passphrase[4]}, "kdf")
    one("a slot's field twice", "field_duplicate", decrypt.write_fields(recovery) + tlv(5, bytes(48)))
    one("a slot's fields out of order", "field_order", tlv(2, b"\2") + tlv(1, bytes(16)))
    one("a slot ends within a field", "field_overrun", decrypt.write_fields(recovery)[:-1])
    one("an empty slot", "field_missing", b"", "slot_id")

    def kdf(algorithm, memory, passes, lanes):
        return passphrase | {4: struct.pack(">BIII", algorithm, memory, passes, lanes)}

    one("another kdf algorithm", "field_invalid", kdf(2, 65536, 3, 1), "kdf")
    for name, parameters in {
        "memory below the floor": (19455, 2, 1),
        "no memory": (0, 2, 1),
        "one pass": (65536, 1, 1),
        "no pass": (65536, 0, 1),
        "no lane": (65536, 3, 0),
        "weak and costly": (1, 4294967295, 1),
    }.items():
        one(f"kdf: {name}", "kdf_too_weak", kdf(1, *parameters))
    for name, parameters in {
        "memory above the ceiling": (1048577, 2, 1),
        "all memory": (4294967295, 2, 1),
        "passes above the ceiling": (19456, 17, 1),
        "all passes": (19456, 4294967295, 1),
        "lanes above the ceiling": (19456, 2, 5),
        "memory times passes above the ceiling": (1048576, 5, 1),
        "a product that overflows": (1048576, 4096, 1),
    }.items():
        one(f"kdf: {name}", "kdf_too_costly", kdf(1, *parameters))


def foreign(files, secrets):
    """Parts of one file in another."""
    plain = Layout(files["plain"])
    recovery = {name: next(s for s in list_ if "recovery" in s) for name, list_ in secrets.items()
                if any("recovery" in s for s in list_)}

    def head_of(name):
        return header(plain, Layout(files[name]).header())

    refuse("another vault's header", "tampered", head_of("after-rotation"), secret=recovery["after-rotation"])
    refuse("another vault's header, our key", "wrong_recovery_key", head_of("after-rotation"), secret=recovery["plain"])
    refuse("a newer header of the same vault", "tampered", head_of("passkey"), secret=recovery["plain"])
    rotated = Layout(files["after-rotation"])
    change = header(rotated, Layout(files["before-rotation"]).header())
    refuse("the header before the rotation", "tampered", change, base="after-rotation", secret=recovery["before-rotation"])
    slot = [s for s in decrypt.Sealed(files["before-rotation"]).header.slots if s.kind == 2]
    change = slots_field(rotated, [decrypt.write_fields(s.fields) for s in slot])
    refuse("a slot from before the rotation", "tampered", change, base="after-rotation", secret=recovery["before-rotation"])
    slot = [s for s in decrypt.Sealed(files["passkey"]).header.slots if s.kind == 2]
    change = slots_field(rotated, [decrypt.write_fields(s.fields) for s in slot])
    refuse("another vault's slot", "wrong_recovery_key", change, base="after-rotation", secret=recovery["plain"])
    body = plain.data[52 + plain.header_length : -32]
    change = [["splice", 52 + rotated.header_length, len(body), body.hex()], ["checksum"]]
    refuse("another vault's body", "tampered", change, base="after-rotation", secret=recovery["after-rotation"])
    before = next(s for s in secrets["before-rotation"] if "key" in s)
    refuse("the key before the rotation", "vault_key_changed", base="after-rotation", secret=before)
    refuse("another vault's key", "vault_key_changed", secret=before)
    # What two slots wrap is the same key; their wrappings are not exchangeable.
    slots = {s.kind: s.fields for s in decrypt.Sealed(files["plain"]).header.slots}
    for field, name in {3: "salts", 5: "wrapped keys", 1: "ids"}.items():
        swapped = [decrypt.write_fields(slots[1] | {field: slots[2][field]}),
                   decrypt.write_fields(slots[2] | {field: slots[1][field]})]
        swapped.sort(key=lambda data: decrypt.Slot(data).id)
        refuse(f"two slots' {name} exchanged", "wrong_recovery_key", slots_field(plain, swapped), secret=recovery["plain"])
    return recovery["plain"]["recovery"]


def secrets_that_dont_fit(recovery):
    refuse("wrong passphrase", "wrong_passphrase", secret={"passphrase": "correct horse battery stapler"})
    refuse("passphrase in other case", "wrong_passphrase", secret={"passphrase": "Correct horse battery staple"})
    refuse("passphrase with a space", "wrong_passphrase", secret={"passphrase": "correct horse battery staple "})
    refuse("empty passphrase", "passphrase_empty", secret={"passphrase": ""})
    refuse("passphrase of 4097 bytes", "passphrase_too_long", secret={"passphrase": "x" * 4097})
    refuse("wrong passkey", "wrong_passkey", base="passkey", secret={"prf": "00" * 32})
    refuse("no passkey slot", "slot_not_found", secret={"prf": "00" * 32})
    refuse("wrong recovery key", "wrong_recovery_key", secret={"recovery": decrypt.print_recovery(bytes(32))})
    one, other = recovery[0], "7" if recovery[0] != "7" else "8"
    groups = recovery.split("-")
    typos = {
        "recovery_key_character": [recovery[:-1] + "*", "\u00fc" + recovery],
        "recovery_key_length": ["", recovery[:-1], recovery + "0", "-".join(groups[1:])],
        "recovery_key_groups": [other + recovery[1:], "-".join([groups[1], groups[0], *groups[2:]])],
        "recovery_key_checksum": [decrypt.print_recovery(bytes(32))[:42] + recovery[42:]],
    }
    assert one != other
    for code, texts in typos.items():
        for number, text in enumerate(texts, 1):
            refuse(f"{code} {number}", code, secret={"recovery": text})


def faulty_files():
    """Files sealed with the right key, whose padding is wrong."""
    files = {}
    length = decrypt.padded_length
    for name, padded in {
        "a one behind the payload": b"\0\0\0\2{}" + bytes(4089) + b"\1",
        "a one right behind the payload": b"\0\0\0\2{}\1" + bytes(4089),
        "length beyond the end": struct.pack(">I", 4093) + bytes(4092),
        "length of 4 GiB": b"\xff" * 4 + bytes(4092),
        "padded further than needed": b"\0\0\0\2{}" + bytes(length(4097) - 6),
        "padded to no step": b"\0\0\0\2{}" + bytes(4096 - 6 + 16),
    }.items():
        decrypt.os.urandom = Stream(name)
        vault, key = decrypt.os.urandom(16), decrypt.os.urandom(32)
        slot = decrypt.make_slot(vault, key, 2, bytes(32), decrypt.os.urandom(32))
        files[name] = seal_padded(padded, vault, slot, key)
        refuse(name, "padding_invalid", base=name, secret={"recovery": decrypt.print_recovery(bytes(32))})
    return files


def seal_padded(padded, vault, slot, key):
    header_bytes = decrypt.write_fields({1: vault, 2: bytes(7) + b"\2", 3: struct.pack(">H", len(slot)) + slot})
    front = decrypt.MAGIC + struct.pack(">HHII", 1, 0, len(header_bytes), len(padded) + 16) + header_bytes
    salt = decrypt.os.urandom(32)
    checksum = decrypt.sha256(front)
    commitment = decrypt.hkdf(key, salt, b"holdfast/1/commitment" + checksum)
    aead = decrypt.AESGCM(decrypt.hkdf(key, salt, b"holdfast/1/seal"))
    file = front + checksum + salt + commitment + aead.encrypt(decrypt.NONCE, padded, front)
    return file + decrypt.sha256(file)


def future():
    """A file as version 1.7 might write it: an unknown header field, slot kind and slot field."""
    decrypt.os.urandom = Stream("future")
    vault, key, recovery = (decrypt.os.urandom(n) for n in (16, 32, 32))
    salt, passphrase = decrypt.os.urandom(32), "from the future"
    fields = {1: decrypt.os.urandom(16), 2: b"\1", 3: salt, 4: struct.pack(">BIII", 1, *FLOOR), 5: b"", 400: b"hint"}
    slot = decrypt.Slot(decrypt.write_fields(fields | {5: bytes(48)}))
    aead = decrypt.AESGCM(slot.wrapping(decrypt.derive(passphrase, salt, FLOOR)))
    slot.fields[5] = aead.encrypt(decrypt.NONCE, key, slot.associated(vault))
    unknown = tlv(1, decrypt.os.urandom(16)) + tlv(2, b"\xc8") + tlv(3, b"short") + tlv(9, b"later")
    slots = [decrypt.write_fields(slot.fields), unknown, decrypt.make_slot(vault, key, 2, recovery, decrypt.os.urandom(32))]
    text = lambda data: base64.b64encode(data).decode()  # noqa: E731
    record = {"added": 1767225600000, "key": decrypt.key_id(key), "label": "", "colour": "red"}
    keyring = {
        "vault": vault.hex(),
        "keys": {decrypt.key_id(key): {"epoch": 1, "added": 1767225600000, "key": text(key), "origin": "a later version"}},
        "slots": {decrypt.Slot(s).id.hex(): record | {"slot": text(s)} for s in slots},
        "fields": {"77": text(b"header of the future")},
        "policy": {"later": [1, 2, 3]},
    }
    payload = json.dumps({"accounts": [], "later": True, "keyring": keyring}).encode()
    file = decrypt.seal(payload, vault, 4, slots, key, {77: b"header of the future"}, minor=7)
    return {
        "name": "from-the-future",
        "secrets": [{"passphrase": passphrase}, {"recovery": decrypt.print_recovery(recovery)}, {"key": key.hex()}],
        "payload_length": len(payload),
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "file": text(file),
    }


def main():
    if sys.argv[1:] == ["future"]:
        return print(json.dumps(future(), indent=2))
    opens = json.loads((HERE / "open.json").read_text())
    files = {entry["name"]: base64.b64decode(entry["file"]) for entry in opens}
    secrets = {entry["name"]: entry["secrets"] for entry in opens}
    plain = Layout(files["plain"])
    recovery = next(secret for secret in secrets["plain"] if "recovery" in secret)
    flips(plain)
    forged(plain, recovery)
    cuts(plain)
    tails(plain)
    versions(plain)
    structure(plain)
    slot_structure(plain)
    secrets_that_dont_fit(foreign(files, secrets))
    faulty = {name: base64.b64encode(file).decode() for name, file in faulty_files().items()}
    names = [entry["name"] for entry in entries]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, twice
    lines = ",\n".join("    " + json.dumps(entry) for entry in entries)
    text = f'{{\n  "files": {json.dumps(faulty, indent=4)},\n  "entries": [\n{lines}\n  ]\n}}\n'
    (HERE / "refuse.json").write_text(text)
    print(len(entries), "entries")


if __name__ == "__main__":
    main()
