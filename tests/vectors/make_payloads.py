#!/usr/bin/env python3
"""Writes payloads.json: files that are sealed well and whose content must be refused.

Which error an entry must give is written down here by hand, from docs/format.md.

    python3 make_payloads.py          rewrites payloads.json (the same bytes each time)
    python3 make_payloads.py vault    prints the entry of open.json that holds a whole vault
"""

import base64
import copy
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import decrypt  # noqa: E402
from make import FLOOR, Stream  # noqa: E402

YEAR_2026 = 1767225600000
DEVICE = "AEBAGBAFAYDQQCIKBMGA2DQPCA"
entries = []


def identifier(name):
    return base64.b32encode(hashlib.sha256(name.encode()).digest()[:16]).decode().rstrip("=")


def register(value):
    return {"stamp": [YEAR_2026, 0, DEVICE], "value": value}


def account(issuer, label, position, credentials, **more):
    return {
        "issuer": register(issuer),
        "label": register(label),
        "position": register(position),
        "credentials": {identifier(f"{issuer} {n}"): one for n, one in enumerate(credentials)},
        "edits": {DEVICE: YEAR_2026},
        **more,
    }


def time_based(secret, algorithm="SHA1", digits=6, period=30, **more):
    return {"type": "totp", "secret": secret, "algorithm": algorithm, "digits": digits, "period": period, **more}


def vault():
    """Every shape of the payload that the format page names."""
    two = [time_based("JBSWY3DPEHPK3PXP"), time_based("GEZDGNBVGY3TQOJQ")]
    counter = {"type": "hotp", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "algorithm": "SHA1", "digits": 6, "counter": 4}
    mill = account("Old Mill", "jane", "V0003aaa", [counter])
    mill["counters"] = {name: 9 for name in mill["credentials"]}
    gone = account("Gone", "jane", "V0004aaa", [time_based("MFRGGZDFMZTWQ2LK")])
    gone["deletion"] = {"seen": dict(gone["edits"]), "credentials": {name: True for name in gone["credentials"]}, "at": YEAR_2026}
    back = account("Back", "edited after the deletion", "V0005aaa", [time_based("MFRGGZDFMZTWQ2LK")])
    back["deletion"] = {"seen": {DEVICE: YEAR_2026 - 1}, "credentials": {name: True for name in back["credentials"]}, "at": YEAR_2026}
    choice = account("Choice", "changed twice", "V0006aaa", two, replaced={identifier("an older one"): True})
    stale = account("Stale", "one of two replaced", "V0007aaa", two)
    stale["replaced"] = {sorted(stale["credentials"])[1]: True}
    later = account("Later", "a newer kind of code", "V0008aaa", [{"type": "sphinx", "secret": "MFRGGZDFMZTWQ2LK"}])
    north = account("Nordbank", "Jürgen", "V0002aaa", [time_based("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK", "SHA256", 8, 60)])
    north |= {"note": register("Zweigstelle Hafen"), "sites": register(["bank.example"]), "groups": register(["Geld"]), "colour": "red"}
    rows = {
        "demo": account("Demo Harbour", "jane@harbour.example", "V0001aaa", [time_based("JBSWY3DPEHPK3PXP")]),
        "north": north,
        "mill": mill,
        "gone": gone,
        "back": back,
        "stale": stale,
        "choice": choice,
        "steam": account("Steam", "gordon", "V0009aaa", [{"type": "steam", "secret": "JBSWY3DPEHPK3PXP"}]),
        "later": later,
    }
    return {
        "format": 1,
        "accounts": {identifier(name): row for name, row in rows.items()},
        "devices": {DEVICE: {"name": register("Firefox on a laptop"), "retired": register(False)}},
        "seen": {DEVICE: {"sequence": 7, "at": YEAR_2026, "hash": "5e" * 32}},
        "unreadable": {identifier("from a later version"): {"shape": "another"}},
        "a later member": {"kept": True},
    }


class Maker:
    """A vault with a recovery key of zeros, and what its keyring and header say."""

    def __init__(self, name):
        decrypt.os.urandom = Stream(name)
        self.tag, self.key = decrypt.os.urandom(16), decrypt.os.urandom(32)
        self.slot = decrypt.make_slot(self.tag, self.key, 2, bytes(32), decrypt.os.urandom(32))
        self.slots, self.generation = [self.slot], 2

    def keyring(self):
        slot = decrypt.Slot(self.slot).id.hex()
        text = lambda data: base64.b64encode(data).decode()  # noqa: E731
        key = {"epoch": 1, "added": YEAR_2026, "key": text(self.key)}
        record = {"added": YEAR_2026, "key": decrypt.key_id(self.key), "label": "", "slot": text(self.slot)}
        return {"vault": self.tag.hex(), "keys": {decrypt.key_id(self.key): key}, "slots": {slot: record}}

    def payload(self):
        return {"format": 1, "accounts": {}, "keyring": self.keyring()}

    def seal(self, payload):
        return decrypt.seal(payload, self.tag, self.generation, self.slots, self.key)


def refuse(name, code, change):
    """`change` gets a maker and its payload; it changes that, or returns other bytes."""
    maker = Maker(name)
    payload = maker.payload()
    changed = change(maker, payload)
    data = changed if isinstance(changed, bytes) else json.dumps(payload).encode()
    entries.append({
        "name": name,
        "secret": {"recovery": decrypt.print_recovery(bytes(32))},
        "code": code,
        "file": base64.b64encode(maker.seal(data)).decode(),
    })


def texts():
    def text(name, data):
        refuse(name, "payload_not_json", lambda maker, payload: data)

    text("nothing", b"")
    text("no JSON", b"accounts: []")
    text("JSON that ends early", b'{"format": 1')
    text("two values", b"{} {}")
    text("a byte behind the object", b'{"format": 1, "accounts": {}}\0')
    text("not UTF-8", b'{"format": 1, "accounts": {}, "\xff": 1}')
    text("a member twice", b'{"format": 1, "format": 1, "accounts": {}}')
    text("a member twice, deeper", b'{"format": 1, "accounts": {}, "later": {"a": 1, "a": 2}}')
    text("a fraction", b'{"format": 1, "accounts": {}, "later": 1.5}')
    text("a fraction of zero", b'{"format": 1.0, "accounts": {}}')
    text("a zero with a sign", b'{"format": 1, "accounts": {}, "later": -0}')
    text("an exponent", b'{"format": 1, "accounts": {}, "later": 1e3}')
    text("a number of 65 bits", b'{"format": 1, "accounts": {}, "later": 18446744073709551616}')
    text("a number that is none", b'{"format": 1, "accounts": {}, "later": NaN}')
    text("33 levels", b'{"format": 1, "accounts": {}, "later": ' + b"[" * 32 + b"]" * 32 + b"}")


def members():
    def field(name, change, code="payload_field"):
        refuse(name, code, lambda maker, payload: change(payload))

    refuse("an array", "payload_field", lambda maker, payload: b"[]")
    field("no format", lambda payload: payload.pop("format") and None)
    field("format 0", lambda payload: payload.update(format=0))
    field("format as text", lambda payload: payload.update(format="1"))
    field("format 2", lambda payload: payload.update(format=2), "newer_format")
    field("no accounts", lambda payload: payload.pop("accounts") and None)
    field("accounts as a list", lambda payload: payload.update(accounts=[]))
    field("an account under no id", lambda payload: payload.update(accounts={"one": {}}))
    field("devices as a list", lambda payload: payload.update(devices=[]))
    field("seen as a text", lambda payload: payload.update(seen=""))


def keyrings():
    def unreadable(name, change):
        refuse(name, "keyring_unreadable", lambda maker, payload: change(payload["keyring"]))

    refuse("no keyring", "keyring_unreadable", lambda maker, payload: payload.pop("keyring") and None)
    refuse("a keyring that is none", "keyring_unreadable", lambda maker, payload: payload.update(keyring=[]))
    unreadable("a keyring without a key", lambda keyring: keyring.update(keys={}))
    unreadable("a keyring without a vault", lambda keyring: keyring.pop("vault") and None)
    unreadable("a key under another id", lambda keyring: keyring.update(keys={"00" * 16: next(iter(keyring["keys"].values()))}))
    unreadable("a slot under another id", lambda keyring: keyring.update(slots={"00" * 16: next(iter(keyring["slots"].values()))}))
    unreadable("a slot that is removed", lambda keyring: keyring.update(removed=list(keyring["slots"])))
    unreadable("a slot that is no base64", lambda keyring: next(iter(keyring["slots"].values())).update(slot="*"))

    def mismatch(name, change):
        refuse(name, "keyring_mismatch", change)

    mismatch("another vault's keyring", lambda maker, payload: payload["keyring"].update(vault="00" * 16))
    mismatch("a generation too high", lambda maker, payload: setattr(maker, "generation", 3))
    mismatch("a removed slot that the header doesn't count", lambda maker, payload: payload["keyring"].update(removed=["07" * 16]))
    mismatch("no slot of the header's", lambda maker, payload: (payload["keyring"].update(slots={}), setattr(maker, "generation", 1)) and None)
    mismatch("a slot more in the header", one_slot_more)
    mismatch("a newer key than the seal's", newer_key)


def one_slot_more(maker, _):
    maker.slots = [maker.slot, decrypt.make_slot(maker.tag, maker.key, 2, bytes(32), decrypt.os.urandom(32))]


def newer_key(maker, payload):
    key = decrypt.os.urandom(32)
    record = copy.deepcopy(next(iter(payload["keyring"]["keys"].values())))
    record.update(epoch=2, key=base64.b64encode(key).decode())
    payload["keyring"]["keys"][decrypt.key_id(key)] = record
    maker.generation = 3


def whole_vault():
    """The entry of open.json, with the accounts and their codes at 59 seconds after 1970."""
    decrypt.os.urandom = Stream("vault by Python")
    passphrase = "a whole vault, made elsewhere"
    file, recovery = decrypt.make(vault(), passphrase, FLOOR, YEAR_2026)
    payload, _ = decrypt.open_with(file, passphrase=passphrase)
    # By oathtool: `oathtool --base32 --totp --now=@59 SECRET` and its like. Steam's from the HMAC.
    codes = [
        ("Demo Harbour", "jane@harbour.example", "996554"),
        ("Nordbank", "Jürgen", "00431314"),
        ("Old Mill", "jane", "520489"),
        ("Back", "edited after the deletion", "765705"),
        ("Choice", "changed twice", "263420"),
        ("Choice", "changed twice", "996554"),
        ("Stale", "one of two replaced", "263420"),
        ("Steam", "gordon", "2YXGV"),
    ]
    return {
        "name": "vault-python",
        "secrets": [{"passphrase": passphrase}, {"recovery": recovery}],
        "payload_length": len(payload),
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "at": 59,
        "accounts": codes,
        "file": base64.b64encode(file).decode(),
    }


def main():
    if sys.argv[1:] == ["vault"]:
        return print(json.dumps(whole_vault()))
    texts()
    members()
    keyrings()
    lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
    (HERE / "payloads.json").write_text(f"[\n{lines}\n]\n")
    print(len(entries), "entries")


if __name__ == "__main__":
    main()
