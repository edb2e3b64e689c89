"""A sealed value opens where it was put, with the key that sealed it, and nowhere else."""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.faults import KeyLost, SealBroken
from storage.vault import KeyRing, Place, Secret, Vault, new_key

HERE = Place(1, 2, "api_secret")
OLD, NEW = new_key("old"), new_key("new")
VAULT = Vault(KeyRing.parse(OLD))


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens(value: str) -> None:
    sealed = VAULT.seal(Secret(value), HERE)
    assert VAULT.open(sealed, HERE).reveal() == value
    assert len(value) < 4 or value not in sealed


@pytest.mark.parametrize(
    "elsewhere",
    [Place(9, 2, "api_secret"), Place(1, 9, "api_secret"), Place(1, 2, "api_key"), Place(12, 2, "api_secret")],
    ids=["another-owner", "another-connection", "another-field", "run-together"],
)
def test_it_opens_nowhere_else(elsewhere: Place) -> None:
    with pytest.raises(SealBroken, match="altered or moved"):
        VAULT.open(VAULT.seal(Secret("x"), HERE), elsewhere)


def test_every_flipped_bit_is_found() -> None:
    version, key_id, encoded = VAULT.seal(Secret("secret"), HERE).split(".")
    box = bytearray(base64.urlsafe_b64decode(encoded))
    for position in range(len(box) * 8):
        flipped = bytearray(box)
        flipped[position // 8] ^= 1 << position % 8
        with pytest.raises(SealBroken):
            VAULT.open(f"{version}.{key_id}.{base64.urlsafe_b64encode(flipped).decode()}", HERE)


@pytest.mark.parametrize("change", [lambda box: box[:-1], lambda box: box[:12], lambda _: b"", lambda box: box + b"x"])
def test_a_shortened_or_lengthened_box_is_found(change: Callable[[bytes], bytes]) -> None:
    version, key_id, encoded = VAULT.seal(Secret("secret"), HERE).split(".")
    changed = base64.urlsafe_b64encode(change(base64.urlsafe_b64decode(encoded))).decode()
    with pytest.raises(SealBroken):
        VAULT.open(f"{version}.{key_id}.{changed}", HERE)


@pytest.mark.parametrize("text", ["plain-api-key", "", "v1.", "v1.old", "v1.old.", "v2.old.AAAA", "v1.old.%%%%"])
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(SealBroken):
        VAULT.open(text, HERE)


def test_no_nonce_is_used_twice() -> None:
    sealed = [VAULT.seal(Secret("x"), HERE) for _ in range(10_000)]
    nonces = {base64.urlsafe_b64decode(one.split(".")[2])[:12] for one in sealed}
    assert len(nonces) == 10_000


def test_the_first_key_seals_and_every_key_opens() -> None:
    before = VAULT.seal(Secret("x"), HERE)
    both = Vault(KeyRing.parse(f"{NEW},{OLD}"))
    assert both.open(before, HERE).reveal() == "x"
    assert not both.is_current(before)
    assert both.is_current(both.seal(Secret("x"), HERE))
    with pytest.raises(KeyLost, match="new") as lost:
        VAULT.open(both.seal(Secret("x"), HERE), HERE)
    assert lost.value.details == {"key_id": "new"}


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "empty", id="none"),
        pytest.param(" , \n", "empty", id="blank"),
        pytest.param(encoded(os.urandom(32)), "id:base64", id="no-id"),
        pytest.param(f":{encoded(os.urandom(32))}", "id:base64", id="empty-id"),
        pytest.param(f"a.b:{encoded(os.urandom(32))}", "id:base64", id="dot-in-id"),
        pytest.param(f"a:{encoded(os.urandom(31))}", "32 bytes, not 31", id="short"),
        pytest.param(f"a:{encoded(os.urandom(33))}", "32 bytes, not 33", id="long"),
        pytest.param("a:", "32 bytes, not 0", id="empty-key"),
        pytest.param("a:not base64!", "not base64|32 bytes|id:base64", id="not-base64"),
        pytest.param("a:****", "not base64", id="stars"),
        pytest.param(f"a:{encoded(bytes(32))}", "weak", id="all-zero"),
        pytest.param(f"a:{encoded(b'x' * 32)}", "weak", id="all-the-same"),
        pytest.param(f"a:{encoded(b'changeme' * 4)}", "weak", id="a-word-repeated"),
        pytest.param(f"{OLD},{OLD}", "twice", id="id-twice"),
    ],
)
def test_bad_keys_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refusal:
        KeyRing.parse(text)
    assert encoded(bytes(32)) not in str(refusal.value)


def test_a_key_file_is_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{NEW}\n{OLD}\n")
    for mode in (0o644, 0o640, 0o604, 0o620, 0o700):
        path.chmod(mode)
        with pytest.raises(ValueError, match="0600"):
            KeyRing.from_file(path)
    path.chmod(0o600)
    assert KeyRing.from_file(path).sealing_id == "new"


def test_another_users_key_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys"
    path.write_text(OLD)
    path.chmod(0o600)
    somebody = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody)
    with pytest.raises(ValueError, match="another user"):
        KeyRing.from_file(path)


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", repr([secret]), repr({"x": secret})):
        assert "hunter2" not in shown
    for copier in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be copied"):
            copier(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError, match="unhashable"):
        hash(secret)
    assert secret == Secret("hunter2")
    assert secret != Secret("hunter3")
    assert secret != "hunter2"


def test_keys_do_not_show_themselves() -> None:
    ring = KeyRing.parse(OLD)
    assert repr(ring) == "KeyRing(old)"
    assert OLD.split(":")[1] not in repr(vars(ring))
