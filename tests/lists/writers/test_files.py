"""Names that every system accepts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.lists.writers.files import safe_name, safe_names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("滨海街道", "滨海街道"),
        (" 东村 ", "东村"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("..", "_"),
        ("../../etc", ".._.._etc"),
        ("东村. ", "东村"),
        ("", "_"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("aux .csv", "_aux .csv"),
        ("COM¹", "_COM¹"),
        ("conout$", "_conout$"),
        ("console", "console"),
        ("东村. .　.", "东村"),
        ("村\n名", "村_名"),
        ("长" * 100, "长" * 60),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_that_would_be_one_file_get_two() -> None:
    assert safe_names(["a/b", "a_b", "A_B", "a/b"]) == {"a/b": "a_b", "a_b": "a_b~2", "A_B": "A_B~3"}


@given(st.lists(st.text(max_size=80)))
def test_any_names_are_safe_and_apart(names: list[str]) -> None:
    chosen = safe_names(names)
    assert set(chosen) == set(names)
    assert len({name.casefold() for name in chosen.values()}) == len(chosen)
    for name in chosen.values():
        assert name not in ("", ".", "..")
        assert not set(name) & set('\\/:*?"<>|\x00\n')
        assert name == name.strip()
        assert not name.endswith(".")
        assert len(name.encode("utf-8", "surrogatepass")) < 255
