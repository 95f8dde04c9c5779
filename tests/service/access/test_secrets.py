"""Passwords, lockout, codes, keys and settings, without a database."""

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from service.access import lockout, passwords
from service.access.errors import AccessRefusedError
from service.access.keys import digest, form_key, new_code, new_secret, same
from service.access.passwords import check_password, hash_password, is_outdated, make_password, verify
from service.access.policy import AccessSettings, Lockout, PasswordPolicy, read_access
from service.access.totp import step_of
from service.access.vault import Vault
from service.clock import CHINA
from service.errors import StateError, UsageError

POLICY = PasswordPolicy()
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=CHINA)


class TestPasswords:
    def test_they_are_kept_as_argon2id_with_the_parameters_of_rfc_9106(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())
        hashed = hash_password("Kiefer-nebel.42")
        found = extract_parameters(hashed)
        assert hashed.startswith("$argon2id$")
        assert (found.memory_cost, found.time_cost, found.parallelism) == (65536, 3, 4)
        assert verify(hashed, "Kiefer-nebel.42")
        assert not verify(hashed, "kiefer-nebel.42")
        assert not is_outdated(hashed)

    def test_weaker_parameters_are_noticed(self) -> None:
        assert is_outdated(PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash("x"))

    def test_two_keyboards_of_one_text(self) -> None:
        assert verify(hash_password("Ａé-密码-12"), "Aé-密码-12")

    @pytest.mark.parametrize("hashed", [None, "", "plain", "$argon2id$broken"])
    def test_nothing_matches_where_there_is_no_hash(self, hashed: str | None) -> None:
        assert not verify(hashed, "x")

    def test_very_long_texts_cost_no_time(self) -> None:
        assert not verify(hash_password("x"), "x" * 129)

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("Ab1-efghijk", "password_length"),
            ("x" * 129, "password_length"),
            ("abcdefghijkl", "password_classes"),
            ("ABCdefGHIjkl", "password_classes"),
            ("Wangfang-2-birch", "password_has_name"),
            ("王芳的密码Birch-22", "password_has_name"),
            ("Passw0rd2026!", "password_common"),
            ("Qwerty123456!", "password_common"),
            ("P@$$w0rd-1234", "password_common"),
            ("Xinheng@Dalian2026", "password_common"),
            ("Birchhhh-ree22", "password_common"),
        ],
    )
    def test_a_password_that_can_be_guessed_is_refused(self, password: str, code: str) -> None:
        with pytest.raises(AccessRefusedError) as caught:
            check_password(password, POLICY, ("wangfang", "王芳"))
        assert (caught.value.code, caught.value.status) == (code, 422)

    @pytest.mark.parametrize(
        "password", ["Kiefer-nebel.42", "correct-horse-Battery", "三棵松树2雾里Regen和风", "li-Light.77x!"]
    )
    def test_one_that_cannot_is_taken(self, password: str) -> None:
        check_password(password, POLICY, ("li", "李"))

    def test_old_ones_do_not_come_back(self) -> None:
        with pytest.raises(AccessRefusedError) as caught:
            check_password("Kiefer-nebel.42", POLICY, (), [hash_password("other"), hash_password("Kiefer-nebel.42")])
        assert caught.value.code == "password_old"

    def test_a_made_one_passes_the_policy(self) -> None:
        made = {make_password() for _ in range(50)}
        assert len(made) == 50
        for one in made:
            check_password(one, PasswordPolicy(classes=4), ())


@dataclass
class Attempt:
    at: datetime
    outcome: str


def minutes(*row: tuple[int, str]) -> list[Attempt]:
    """Attempts so many minutes before NOW, given from the first to the last."""
    return [Attempt(NOW - timedelta(minutes=ago), outcome) for ago, outcome in reversed(row)]


class TestLockout:
    RULE = Lockout(after=3, minutes=15)

    @pytest.mark.parametrize(
        ("row", "left"),
        [
            ([], None),
            ([(2, "wrong"), (1, "wrong")], None),
            ([(3, "wrong"), (2, "wrong"), (1, "wrong")], 14),
            ([(3, "wrong"), (2, "code_wrong"), (1, "wrong")], 14),
            ([(17, "wrong"), (16, "wrong"), (15, "wrong")], None),
            ([(16, "wrong"), (15, "wrong"), (14, "wrong")], 1),
            ([(4, "wrong"), (3, "wrong"), (2, "accepted"), (1, "wrong")], None),
            ([(4, "wrong"), (3, "wrong"), (2, "wrong"), (1, "reset")], None),
            ([(5, "wrong"), (4, "wrong"), (3, "wrong"), (2, "locked"), (1, "locked")], 12),
            ([(40, "wrong"), (39, "wrong"), (38, "wrong"), (2, "wrong"), (1, "wrong")], None),
            ([(40, "wrong"), (39, "wrong"), (38, "wrong"), (3, "wrong"), (2, "wrong"), (1, "wrong")], 14),
            ([(2, "disabled"), (1, "disabled"), (0, "disabled")], None),
        ],
    )
    def test_it_closes_after_wrong_ones_in_a_row(self, row: Iterable[tuple[int, str]], left: int | None) -> None:
        until = lockout.locked_until(minutes(*row), self.RULE, NOW)
        assert until == (None if left is None else NOW + timedelta(minutes=left))

    @given(st.lists(st.sampled_from(["wrong", "code_wrong", "locked", "accepted"]), max_size=12))
    def test_it_never_stays_closed_longer_than_the_rule(self, outcomes: list[str]) -> None:
        row = [(len(outcomes) - number, outcome) for number, outcome in enumerate(outcomes)]
        until = lockout.locked_until(minutes(*row), self.RULE, NOW)
        assert until is None or NOW < until <= NOW + self.RULE.time


class TestCodes:
    SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of nobody

    @pytest.mark.parametrize(("drift", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_a_clock_may_be_half_a_minute_off(self, drift: int, accepted: bool) -> None:  # noqa: FBT001
        code = pyotp.TOTP(self.SECRET).at(NOW + timedelta(seconds=30 * drift))
        assert (step_of(code, self.SECRET, NOW) is not None) is accepted

    def test_no_code_counts_at_or_before_the_last_one(self) -> None:
        code = pyotp.TOTP(self.SECRET).at(NOW)
        step = step_of(code, self.SECRET, NOW)
        assert step is not None
        assert step_of(code, self.SECRET, NOW, after=step) is None
        assert step_of(code, self.SECRET, NOW, after=step - 1) == step

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"])
    def test_anything_else_is_no_code(self, code: str) -> None:
        assert step_of(code, self.SECRET, NOW) is None


class TestKeys:
    def test_secrets_differ_and_are_long(self) -> None:
        made = {new_secret() for _ in range(100)}
        assert len(made) == 100
        assert min(map(len, made)) >= 43

    def test_the_form_key_belongs_to_one_secret_and_does_not_tell_it(self) -> None:
        assert form_key("a") != form_key("b")
        assert form_key("a") != digest("a")

    def test_equal_is_equal(self) -> None:
        assert same("密", "密")
        assert not same("a", "ab")

    def test_recovery_codes_hold_no_look_alikes(self) -> None:
        assert not set("".join(new_code() for _ in range(100))) & set("ILOU")


class TestVault:
    def test_what_is_hidden_is_shown_with_the_same_key_alone(self, tmp_path: Path) -> None:
        vault = Vault.open(tmp_path / "a" / "key")
        hidden = vault.hide("JBSWY3DP")
        assert "JBSWY3DP" not in hidden
        assert Vault.open(tmp_path / "a" / "key").show(hidden) == "JBSWY3DP"
        with pytest.raises(StateError):
            Vault.open(tmp_path / "b").show(hidden)

    def test_the_key_is_its_owner_s_alone(self, tmp_path: Path) -> None:
        Vault.open(tmp_path / "key")
        assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
        assert [one.name for one in tmp_path.iterdir()] == ["key"]

    def test_a_broken_file_is_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("short")
        with pytest.raises(StateError):
            Vault.open(tmp_path / "key")
        assert (tmp_path / "key").read_text() == "short"


class TestSettings:
    def test_without_variables_the_defaults_hold(self) -> None:
        assert read_access({}) == AccessSettings()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PASSWORD_MIN_LENGTH", "7"),
            ("PASSWORD_CLASSES", "5"),
            ("LOCK_AFTER", "0"),
            ("SESSION_IDLE_MINUTES", "many"),
            ("SESSION_HOURS", "169"),
            ("TOTP_REQUIRED", "some"),
            ("SECURE_COOKIES", "yes"),
            ("PUBLIC_URL", "xinheng.example"),
            ("OIDC_ISSUER", "https://id.example"),
        ],
    )
    def test_a_wrong_one_is_named(self, name: str, value: str) -> None:
        with pytest.raises(UsageError) as caught:
            read_access({f"XINHENG_{name}": value})
        assert f"XINHENG_{name.partition('_')[0]}" in caught.value.detail

    def test_the_provider_is_whole_or_absent(self) -> None:
        known = {
            "XINHENG_OIDC_ISSUER": "https://id.example/",
            "XINHENG_OIDC_CLIENT_ID": "xinheng",
            "XINHENG_OIDC_CLIENT_SECRET": "s",
        }
        found = read_access(known).oidc
        assert found is not None
        assert (found.issuer, found.claim) == ("https://id.example", "preferred_username")
        assert read_access({"XINHENG_OIDC_CLIENT_ID": "x"}).oidc is None
