"""The colours of the interface: measured, and the measuring held against published figures."""

from __future__ import annotations

import pytest

from scripts.check_tokens import TOKENS, contrast, delta_e_2000, findings, main, read_themes

CSS = TOKENS.read_text(encoding="utf-8")


def test_every_pair_of_every_theme_holds() -> None:
    short = [f for f in findings(read_themes(CSS)) if not f.ok]
    assert short == []


def test_three_themes_are_measured_each_with_its_own_colours() -> None:
    themes = read_themes(CSS)
    assert list(themes) == ["light", "dark", "wall"]
    assert len({themes[name]["clk-late"] for name in themes}) == 3


def test_a_red_too_near_to_the_grey_is_found(tmp_path, capsys) -> None:
    path = tmp_path / "tokens.css"
    path.write_text(CSS.replace("--clk-late: #b3062e", "--clk-late: #6b6f74"), encoding="utf-8")
    assert main([str(path)]) == 1
    assert "late and still, normal vision" in capsys.readouterr().out


def test_text_too_pale_is_found(tmp_path, capsys) -> None:
    path = tmp_path / "tokens.css"
    path.write_text(CSS.replace("--ink-3: #5f6a6d", "--ink-3: #9aa3a6"), encoding="utf-8")
    assert main([str(path)]) == 1
    assert "light: ink-3 on bg" in capsys.readouterr().out


def test_black_on_white_has_the_contrast_that_wcag_names() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # From the test data that Sharma, Wu and Dalal published with their paper.
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_distance_agrees_with_the_published_pairs(first, second, expected) -> None:
    assert delta_e_2000(first, second) == pytest.approx(expected, abs=5e-5)
