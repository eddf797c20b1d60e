import pytest

from tests.views import found, variants_of, view_of

CODE = "named_differently"


def name(surname, given, **more):
    return {"name": surname + given, "surname": surname, "given": given, **more}


CERTIFICATE = name("张", "小三", mother="李四")

NAMES = [
    (name("张", "小三"), []),
    (name("李", "小三"), ["mothers_surname"]),
    (name("王", "小三"), ["surname"]),
    (name("张", "大三"), ["given"]),
    (name("李", "大三"), ["whole"]),
    (name("张", "大三", former_name="张小三"), []),
    ({"name": None}, []),
]


@pytest.mark.parametrize(("registered", "variants"), NAMES)
@pytest.mark.parametrize("register", ["residents", "household"])
def test_what_differs(register, registered, variants):
    born = {"person": "A", "born": "2026-10-05"}
    view = view_of(births=[{**born, **CERTIFICATE}], **{register: [{**born, **registered}]}, period="2026-10")
    assert variants_of(view, CODE) == variants


def test_named_later_is_no_difference():
    born = {"person": "A", "born": "2026-10-05"}
    assert found(view_of(births=[{**born, "name": None}], residents=[{**born, **name("张", "三")}]), CODE) == []


def test_two_registers_with_another_name_are_one_case():
    born = {"person": "A", "born": "2026-10-05"}
    view = view_of(
        births=[{**born, **CERTIFICATE}],
        residents=[{**born, **name("张", "大三")}],
        household=[{**born, **name("张", "大三")}],
    )
    assert found(view, CODE) == [("B1", "H1"), ("B1", "R1")]
