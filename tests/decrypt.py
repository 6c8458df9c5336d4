#!/usr/bin/env python3
"""Opens and makes Holdfast backups without Holdfast.

Written from docs/format.md alone, on `cryptography` and `argon2-cffi`:

    pip install cryptography argon2-cffi

    decrypt.py open FILE --passphrase-fd 3 3<<< 'correct horse'     the payload, on standard output
    decrypt.py open FILE --recovery-fd 3 3<<< '00005-0000A-…'
    decrypt.py inspect FILE                                         the visible header, as JSON
    decrypt.py make FILE --passphrase-fd 3 < payload.json           a new vault; prints a recovery key

A failure is one line on standard error, `code: explanation`, and exit status 1.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import unicodedata

try:
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError as missing:
    sys.exit(f"missing_module: {missing.name}: pip install cryptography argon2-cffi")

MAGIC = b"HOLDFAST"
FILE_LIMIT, HEADER_LIMIT, SLOT_LIMIT, SLOTS_LIMIT = 64 << 20, 64 << 10, 512, 64
PASSPHRASE, RECOVERY, PASSKEY = 1, 2, 3
ALPHABET = "0123456789ACDEFGHJKMNPQRSTUVWXYZ"
NONCE = bytes(12)


class Refused(Exception):
    """A file that must not open; `code` says why."""

    def __init__(self, code, part=None):
        super().__init__(code if part is None else f"{code}: {part}")
        self.code, self.part = code, part


# Primitives


def sha256(data):
    return hashlib.sha256(data).digest()


def hkdf(key, salt, info, length=32):
    return HKDF(SHA256(), length, salt, info).derive(key)


def derive(passphrase, salt, kdf):
    memory, passes, lanes = kdf
    password = unicodedata.normalize("NFC", passphrase).encode()
    if not password:
        raise Refused("passphrase_empty")
    if len(password) > 4096:
        raise Refused("passphrase_too_long")
    return hash_secret_raw(password, salt, passes, memory, lanes, 32, Type.ID, 0x13)


# Fields, slots, header


def read_fields(data):
    fields, last = {}, -1
    while data:
        if len(data) < 6:
            raise Refused("field_overrun")
        tag, length = struct.unpack(">HI", data[:6])
        if len(data) < 6 + length:
            raise Refused("field_overrun")
        if tag in fields:
            raise Refused("field_duplicate")
        if tag < last:
            raise Refused("field_order")
        fields[tag], last = data[6 : 6 + length], tag
        data = data[6 + length :]
    return fields


def write_fields(fields):
    return b"".join(struct.pack(">HI", tag, len(fields[tag])) + fields[tag] for tag in sorted(fields))


def field(fields, tag, length, name):
    if tag not in fields:
        raise Refused("field_missing", name)
    if length is not None and len(fields[tag]) != length:
        raise Refused("field_invalid", name)
    return fields[tag]


def read_kdf(value):
    if len(value) != 13 or value[0] != 1:
        raise Refused("field_invalid", "kdf")
    memory, passes, lanes = struct.unpack(">III", value[1:])
    if memory < 19 << 10 or passes < 2 or lanes < 1:
        raise Refused("kdf_too_weak")
    if memory > 1 << 20 or passes > 16 or lanes > 4 or memory * passes > 4 << 20:
        raise Refused("kdf_too_costly")
    return memory, passes, lanes


class Slot:
    def __init__(self, data):
        if len(data) > SLOT_LIMIT:
            raise Refused("slot_too_large")
        self.fields = read_fields(data)
        self.id = field(self.fields, 1, 16, "slot_id")
        (self.kind,) = field(self.fields, 2, 1, "slot_kind")
        self.kdf = None
        if self.kind == 0:
            raise Refused("field_invalid", "slot_kind")
        if self.kind in (PASSPHRASE, RECOVERY, PASSKEY):
            field(self.fields, 3, 32, "slot_salt")
            field(self.fields, 5, 48, "slot_wrapped")
            if self.kind == PASSPHRASE:
                self.kdf = read_kdf(field(self.fields, 4, None, "kdf"))
            elif 4 in self.fields:
                raise Refused("field_invalid", "kdf")

    def wrapping(self, secret):
        return hkdf(secret, self.fields[3], b"holdfast/1/slot" + bytes([self.kind]) + self.id)

    def associated(self, vault):
        return vault + write_fields({tag: self.fields[tag] for tag in self.fields if tag != 5})

    def unwrap(self, vault, secret):
        try:
            aead = AESGCM(self.wrapping(secret))
            return aead.decrypt(NONCE, self.fields[5], self.associated(vault))
        except InvalidTag:
            names = {PASSPHRASE: "passphrase", RECOVERY: "recovery_key", PASSKEY: "passkey"}
            raise Refused(f"wrong_{names[self.kind]}") from None


def make_slot(vault, key, kind, secret, salt, kdf=None):
    """A slot's bytes. `secret` is the derived key, the recovery key or the PRF's output."""
    fields = {1: os.urandom(16), 2: bytes([kind]), 3: salt, 5: bytes(48)}
    if kdf:
        fields[4] = struct.pack(">BIII", 1, *kdf)
    slot = Slot(write_fields(fields))
    aead = AESGCM(slot.wrapping(secret))
    slot.fields[5] = aead.encrypt(NONCE, key, slot.associated(vault))
    return write_fields(slot.fields)


class Header:
    def __init__(self, data):
        fields = read_fields(data)
        self.vault = field(fields, 1, 16, "vault_tag")
        self.generation = int.from_bytes(field(fields, 2, 8, "generation"), "big")
        self.slots, rest = [], field(fields, 3, None, "slots")
        self.unknown = {tag: fields[tag] for tag in fields if tag > 3 or tag == 0}
        while rest:
            length = int.from_bytes(rest[:2], "big")
            if len(rest) < 2 + length or len(rest) < 2:
                raise Refused("field_overrun")
            slot, rest = Slot(rest[2 : 2 + length]), rest[2 + length :]
            if len(self.slots) == SLOTS_LIMIT:
                raise Refused("too_many_slots")
            if any(other.id == slot.id for other in self.slots):
                raise Refused("slot_duplicate")
            if self.slots and self.slots[-1].id > slot.id:
                raise Refused("slot_order")
            self.slots.append(slot)


# The file


class Sealed:
    """A file that passed every check that needs no key."""

    def __init__(self, data):
        if len(data) < 8 and MAGIC.startswith(data):
            raise Refused("truncated", "preamble")
        if data[:8] != MAGIC:
            raise Refused("not_holdfast")
        if len(data) < 12:
            raise Refused("truncated", "preamble")
        intact = len(data) >= 32 and sha256(data[:-32]) == data[-32:]
        major, self.minor = struct.unpack(">HH", data[8:12])
        if major != 1:
            if not intact:
                raise Refused("damaged", "preamble")
            raise Refused("field_invalid", "version") if major == 0 else Refused("newer_format")
        if len(data) > FILE_LIMIT:
            raise Refused("file_too_large")
        if len(data) < 20:
            raise Refused("truncated", "preamble")
        header, ciphertext = struct.unpack(">II", data[12:20])
        if header > HEADER_LIMIT:
            raise Refused("header_too_large") if intact else Refused("damaged", "preamble")
        if len(data) < 52 + header:
            raise Refused("truncated", "header")
        self.front = data[: 20 + header]
        self.header_checksum = data[20 + header : 52 + header]
        if sha256(self.front) != self.header_checksum:
            raise Refused("damaged", "header")
        if len(data) < 148 + header + ciphertext:
            raise Refused("truncated", "body")
        if len(data) > 148 + header + ciphertext:
            raise Refused("trailing_bytes")
        if not intact:
            raise Refused("damaged", "body")
        if ciphertext < 4096 + 16:
            raise Refused("field_invalid", "ciphertext_length")
        self.header = Header(self.front[20:])
        self.salt = data[52 + header : 84 + header]
        self.commitment = data[84 + header : 116 + header]
        self.ciphertext = data[116 + header : -32]

    def unlock(self, kind, secret_of):
        """Opens by the slots of a kind; `secret_of(slot)` gives the secret. Payload and vault key."""
        slots = [slot for slot in self.header.slots if slot.kind == kind]
        if not slots:
            raise Refused("slot_not_found")
        for slot in slots:
            try:
                key = slot.unwrap(self.header.vault, secret_of(slot))
                break
            except Refused:
                if slot is slots[-1]:
                    raise
        return self.open([key], "tampered"), key

    def open(self, keys, otherwise="vault_key_changed"):
        info = b"holdfast/1/commitment" + self.header_checksum
        for key in keys:
            if hmac.compare_digest(hkdf(key, self.salt, info), self.commitment):
                break
        else:
            raise Refused(otherwise)
        try:
            aead = AESGCM(hkdf(key, self.salt, b"holdfast/1/seal"))
            padded = aead.decrypt(NONCE, self.ciphertext, self.front)
        except InvalidTag:
            raise Refused("tampered") from None
        end = 4 + int.from_bytes(padded[:4], "big")
        if end > len(padded) or len(padded) != padded_length(end) or any(padded[end:]):
            raise Refused("padding_invalid")
        return padded[4:end]


def padded_length(length):
    length = max(4096, length)
    exponent = length.bit_length() - 1
    unit = 1 << (exponent - exponent.bit_length())
    return -(-length // unit) * unit


def seal(payload, vault, generation, slots, key, unknown=None, minor=0):
    slots = sorted(slots, key=lambda data: Slot(data).id)
    slots = b"".join(struct.pack(">H", len(data)) + data for data in slots)
    header = {**(unknown or {}), 1: vault, 2: generation.to_bytes(8, "big"), 3: slots}
    header = write_fields(header)
    padded = struct.pack(">I", len(payload)) + payload
    padded += bytes(padded_length(len(padded)) - len(padded))
    front = MAGIC + struct.pack(">HHII", 1, minor, len(header), len(padded) + 16) + header
    salt = os.urandom(32)
    commitment = hkdf(key, salt, b"holdfast/1/commitment" + sha256(front))
    ciphertext = AESGCM(hkdf(key, salt, b"holdfast/1/seal")).encrypt(NONCE, padded, front)
    file = front + sha256(front) + salt + commitment + ciphertext
    return file + sha256(file)


# The recovery key


def times_x(symbol):
    return symbol << 1 if symbol < 16 else (symbol << 1) ^ 0b100101


def check_symbol(place, data):
    total = times_x(place)
    for symbol in reversed(data):
        total = times_x(total ^ symbol)
    return total


def print_recovery(key):
    data = key + sha256(b"holdfast/1/recovery" + key)[:3]
    number = int.from_bytes(data, "big")
    symbols = [number >> 5 * (55 - i) & 31 for i in range(56)]
    groups = []
    for place in range(1, 15):
        group = symbols[4 * place - 4 : 4 * place]
        groups.append("".join(ALPHABET[s] for s in group + [check_symbol(place, group)]))
    return "-".join(groups)


def read_recovery(text):
    text = "".join(text.upper().replace("-", " ").split())
    text = text.translate(str.maketrans("OILB", "0118"))
    if any(letter not in ALPHABET for letter in text):
        raise Refused("recovery_key_character")
    if len(text) != 70:
        raise Refused("recovery_key_length")
    symbols = [ALPHABET.index(letter) for letter in text]
    groups = [symbols[at : at + 5] for at in range(0, 70, 5)]
    wrong = [str(n) for n, group in enumerate(groups, 1) if check_symbol(n, group[:4]) != group[4]]
    if wrong:
        raise Refused("recovery_key_groups", " ".join(wrong))
    number = 0
    for group in groups:
        for symbol in group[:4]:
            number = number << 5 | symbol
    data = number.to_bytes(35, "big")
    if sha256(b"holdfast/1/recovery" + data[:32])[:3] != data[32:]:
        raise Refused("recovery_key_checksum")
    return data[:32]


# A new vault


def key_id(key):
    return hkdf(key, None, b"holdfast/1/key-id", 16).hex()


def make(payload, passphrase, kdf, now, unknown=None, minor=0):
    """A file of a new vault with a passphrase and a recovery key. File and recovery key."""
    vault, key, recovery = os.urandom(16), os.urandom(32), os.urandom(32)
    salt = os.urandom(32)
    slots = [
        make_slot(vault, key, PASSPHRASE, derive(passphrase, salt, kdf), salt, kdf),
        make_slot(vault, key, RECOVERY, recovery, os.urandom(32)),
    ]

    def text(data):
        return base64.b64encode(data).decode()

    keyring = {
        "vault": vault.hex(),
        "keys": {key_id(key): {"epoch": 1, "added": now, "key": text(key)}},
        "slots": {
            Slot(slot).id.hex(): {"added": now, "key": key_id(key), "label": "", "slot": text(slot)}
            for slot in slots
        },
    }
    if unknown:
        keyring["fields"] = {str(tag): text(value) for tag, value in unknown.items()}
    payload = json.dumps({**payload, "keyring": keyring}, ensure_ascii=False).encode()
    file = seal(payload, vault, 3, slots, key, unknown, minor)
    return file, print_recovery(recovery)


# The command line


def open_with(data, passphrase=None, recovery=None):
    sealed = Sealed(data)
    if passphrase is not None:
        return sealed.unlock(PASSPHRASE, lambda slot: derive(passphrase, slot.fields[3], slot.kdf))
    key = read_recovery(recovery)
    return sealed.unlock(RECOVERY, lambda slot: key)


def inspect(data):
    sealed = Sealed(data)
    kinds = {PASSPHRASE: "passphrase", RECOVERY: "recovery", PASSKEY: "passkey"}
    return {
        "version": f"1.{sealed.minor}",
        "vault": sealed.header.vault.hex(),
        "generation": sealed.header.generation,
        "slots": [
            {"id": slot.id.hex(), "kind": kinds.get(slot.kind, slot.kind), "kdf": slot.kdf}
            for slot in sealed.header.slots
        ],
        "unknown": {tag: value.hex() for tag, value in sealed.header.unknown.items()},
        "fingerprint": data[-32:].hex(),
    }


def secret_from(descriptor):
    with os.fdopen(descriptor, encoding="utf-8") as secret:
        return secret.read().removesuffix("\n")


def main():
    parser = argparse.ArgumentParser(description="Opens and makes Holdfast backups.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("open")
    command.add_argument("file")
    secret = command.add_mutually_exclusive_group(required=True)
    secret.add_argument("--passphrase-fd", type=int)
    secret.add_argument("--recovery-fd", type=int)
    command = commands.add_parser("inspect")
    command.add_argument("file")
    command = commands.add_parser("make")
    command.add_argument("file")
    command.add_argument("--passphrase-fd", type=int, required=True)
    command.add_argument("--kdf", type=int, nargs=3, default=[65536, 3, 1])
    command.add_argument("--now", type=int, default=0, help="milliseconds since 1970")
    command.add_argument("--minor", type=int, default=0)
    command.add_argument("--field", nargs=2, action="append", default=[], help="tag and hex")
    options = parser.parse_args()
    try:
        run(options)
    except Refused as refused:
        sys.exit(f"{refused.code}: {refused}")


def run(options):
    if options.command == "make":
        payload = json.load(sys.stdin)
        passphrase = secret_from(options.passphrase_fd)
        unknown = {int(tag): bytes.fromhex(value) for tag, value in options.field}
        kdf = tuple(options.kdf)
        file, recovery = make(payload, passphrase, kdf, options.now, unknown, options.minor)
        with open(options.file, "wb") as out:
            out.write(file)
        return print(recovery)
    with open(options.file, "rb") as file:
        data = file.read()
    if options.command == "inspect":
        return print(json.dumps(inspect(data), indent=2))
    if options.passphrase_fd is not None:
        payload, _ = open_with(data, passphrase=secret_from(options.passphrase_fd))
    else:
        payload, _ = open_with(data, recovery=secret_from(options.recovery_fd))
    sys.stdout.buffer.write(payload)


if __name__ == "__main__":
    main()
