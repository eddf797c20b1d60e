from tests.views import evidence_of, found, view_of

CODE = "key_repeated"


def test_every_further_use_beside_the_first():
    view = view_of(
        residents=[
            {"id": "K~10", "repeated": True},
            {"id": "K~2", "repeated": True},
            {"id": "K", "repeated": True},
            {"id": "L", "repeated": True},
            {"id": "L~2", "repeated": True},
            {"id": "M~2", "repeated": False},
            {"id": "N"},
        ],
        household=[{"id": "K", "repeated": False}],
    )
    assert found(view, CODE) == [("K", "K~10"), ("K", "K~2"), ("L", "L~2")]
    assert sorted(evidence["uses"] for evidence in evidence_of(view, CODE)) == [2, 3, 3]


def test_the_same_key_in_two_sources_is_two_keys():
    view = view_of(
        residents=[{"id": "K", "repeated": True}, {"id": "K~2", "repeated": True}],
        residents_2=[
            {"id": "K", "repeated": True},
            {"id": "K~2", "repeated": True},
            {"id": "K~3", "repeated": True},
        ],
    )
    assert [evidence["uses"] for evidence in evidence_of(view, CODE)] == [2, 3, 3]
