"""Fitting to registers: known chances are found again, too little is told, judgements count as decided."""

import numpy as np
import pytest

from reconcile.config import LinkConfig, MatchingConfig
from reconcile.core.messages import speak
from reconcile.core.progress import Progress
from reconcile.matching.false_share import collisions
from reconcile.matching.model import load_model
from reconcile.quality.fit.check import Quality, problems
from reconcile.quality.fit.job import fit
from reconcile.quality.fit.page import page
from reconcile.quality.fit.report import report
from tests.people import frame

M = {"sex": 0.93, "birth_date": 0.85, "same_village": 0.75}
PLAN = MatchingConfig(
    links=[
        LinkConfig(
            sources=("residents", "household"),
            blocking=[["name_std"], ["birth_date_std", "sex_std"]],
            wide=[["name_reading", "birth_year"]],
            comparisons=["name", "birth_date", "sex", "area"],
        )
    ]
)


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def registers(people, seed=1):
    """Two registers of the same people; a value of the second agrees with the chance that `M` names."""
    draw = np.random.default_rng(seed)
    syllables = "国文志海春伟芳娜敏静丽强磊军洋勇艳杰涛明超秀兰霞平刚桂英"
    residents, household = [], []
    for person in range(people):
        name = "赵钱孙李周吴郑王"[draw.integers(8)] + "".join(draw.choice(list(syllables), 2))
        row = {"id": str(person), "name": name, "born": _day(draw), "sex": int(draw.integers(1, 3)), "town": "甲镇"}
        row["village"] = f"{draw.integers(20)}村"
        other = dict(row)
        if draw.random() > M["sex"]:
            other["sex"] = 3 - row["sex"]
        if draw.random() > M["birth_date"]:
            other["born"] = _day(draw)
        if draw.random() > M["same_village"]:
            other["village"] = f"{row['village']}外"
        residents.append(row)
        household.append(other)
    return {"residents": frame(residents), "household": frame(household)}


def _day(draw):
    return f"{draw.integers(1940, 2010)}-{draw.integers(1, 13):02}-{draw.integers(1, 29):02}"


@pytest.fixture(scope="module")
def fitted():
    return fit(registers(1500), PLAN, "ours", Progress(quiet=True), rounds=6)


def mixed(comparison, level, shown, matches=1500):
    """What so many matches show, the starting model counting for 2,000."""
    share = matches / (matches + 2000)
    return (1 - share) * load_model("default").comparisons["people"][comparison][level].m + share * shown


def test_known_chances_are_found_again(fitted):
    people = fitted.model.comparisons["people"]
    # Pairs that agree in hardly anything are found by no rule, so what is found agrees a little more often.
    assert people["sex"]["equal"].m == pytest.approx(mixed("sex", "equal", M["sex"]), abs=0.01)
    assert people["birth_date"]["equal"].m == pytest.approx(mixed("birth_date", "equal", M["birth_date"]), abs=0.02)
    assert people["area"]["same_village"].m == pytest.approx(mixed("area", "same_village", 0.75), abs=0.02)
    assert people["sex"]["equal"].u == pytest.approx(0.5, abs=0.01)
    assert people["area"]["same_village"].u == pytest.approx(0.75 / 20, rel=0.2)


def test_the_rounds_settle_and_the_matches_are_counted(fitted):
    assert fitted.change < 0.2
    assert fitted.matches["people"] == pytest.approx(1500, rel=0.06)
    assert fitted.model.name == "ours"
    assert fitted.problems == []


def test_the_shares_come_from_the_registers(fitted):
    # Everybody is in both registers; the starting model counts for 200 rows.
    assert fitted.model.shares["people"].linked == pytest.approx(0.97, abs=0.03)
    assert fitted.model.shares["births"] == load_model("default").shares["births"]


def test_the_same_registers_give_the_same_model(fitted):
    assert fit(registers(1500), PLAN, "ours", Progress(quiet=True), rounds=6).model == fitted.model


@pytest.mark.parametrize(("people", "moved"), [(30, 0.25), (1500, 0.75)])
def test_few_matches_leave_the_say_to_the_starting_model(people, moved):
    """The starting model counts for 2,000 matches."""
    start = load_model("default").comparisons["people"]["sex"]["equal"].m
    found = fit(registers(people), PLAN, "ours", Progress(quiet=True)).model.comparisons["people"]["sex"]["equal"].m
    assert (found < start - 0.01) == (moved > 0.5)


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (Quality(0.5, 100, 0.01, None), []),
        (Quality(0.5, 100, 0.024, None), []),
        (Quality(0.5, 100, 0.03, None), ["false"]),
        (Quality(0.79, 100, 0.01, None), []),
        (Quality(0.81, 100, 0.01, None), ["matched"]),
        (Quality(0.2, 10, 0.01, None), ["matched"]),
        (Quality(0.95, 900, 0.2, None), ["false", "matched"]),
    ],
    ids=["the same", "a little more false", "clearly more false", "more", "explodes", "collapses", "both"],
)
def test_a_fit_that_makes_a_run_worse_is_told(after, kinds):
    assert [problem.kind for problem in problems(Quality(0.5, 100, 0.01, None), after)] == kinds


def test_five_in_a_hundred_false_are_too_many_even_if_they_were_more_before():
    assert [p.kind for p in problems(Quality(0.5, 100, 0.2, None), Quality(0.5, 100, 0.06, None))] == ["false"]


def test_records_that_match_several_people_are_told():
    before, after = (collisions(np.repeat([0, 1, 2], counts)) for counts in ((40, 950, 10), (10, 500, 490)))
    found = problems(Quality(0.5, 100, 0.01, before), Quality(0.5, 100, 0.01, after))
    assert [problem.kind for problem in found] == ["collisions"]


def test_judged_pairs_count_as_decided(fitted, tmp_path):
    rows = [f"residents,{n},household,{n},different" for n in range(800)]
    path = tmp_path / "judged.csv"
    path.write_text("source_l,record_id_l,source_r,record_id_r,decision\n" + "\n".join(rows) + "\n", encoding="utf-8")
    judged = fit(registers(1500), PLAN.model_copy(update={"judgements": str(path)}), "ours", Progress(quiet=True))
    assert judged.matches["people"] < 0.6 * fitted.matches["people"]


# The report


def test_the_report_estimates_what_is_known_here(fitted):
    link = report(fitted).links[0]
    assert link.shares.above == pytest.approx(1500, rel=0.06)
    assert 0 < link.collisions.false_share < 0.15  # of pairs weighed alone: rivals part most of them
    assert 0.85 < link.recall <= 1
    assert sum(count for _, count in link.histogram) == link.compared
    assert {rule.rule for rule in link.rules} == {"name_std", "birth_date_std + sex_std", "name_reading + birth_year"}


def test_a_smaller_share_of_false_matches_never_has_a_lower_cut(fitted):
    cuts = [cut.probability for cut in report(fitted).cuts]
    assert cuts == sorted(cuts, reverse=True)


@pytest.mark.parametrize(("language", "heading"), [("zh", "匹配得怎么样"), ("en", "How good are the matches?")])
def test_the_page_has_every_part_and_no_person(fitted, language, heading):
    speak(language)
    told = page(report(fitted))
    assert heading in told
    assert "`birth_date_std + sex_std`" in told
    assert "█" in told
    assert "赵" not in told
