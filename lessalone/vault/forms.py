"""Where to soften: cells of a grid, which works everywhere, and ovals drawn where there is a script."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lessalone.vault import patches
from lessalone.vault.darkroom.wishes import Region

COLUMNS, ROWS = 8, 8
CELLS = [
    (f"{row}-{column}", _("Row %(row)s, column %(column)s") % {"row": row + 1, "column": column + 1})
    for row in range(ROWS)
    for column in range(COLUMNS)
]


class PatchesForm(forms.Form):
    cells = forms.MultipleChoiceField(choices=CELLS, required=False, widget=forms.CheckboxSelectMultiple)
    ovals = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def clean_ovals(self) -> list[Region]:
        """`[[left, top, width, height], …]` in per cent, as the script writes it."""
        try:
            drawn = json.loads(self.cleaned_data["ovals"] or "[]")
            return [Region("ellipse", *(round(float(part), 2) for part in one[:4])) for one in drawn]
        except (ValueError, TypeError):
            raise forms.ValidationError(_("What you drew did not arrive. Please draw it again.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        regions = [*cleaned.get("ovals", []), *_rectangles(cleaned.get("cells", []))]
        if not regions:
            raise forms.ValidationError(_("Choose at least one place to soften."))
        if len(regions) > patches.MOST:
            raise forms.ValidationError(
                _("That is more than can be softened at once. Choose fewer places, or larger ones.")
            )
        cleaned["regions"] = regions
        return cleaned


def _rectangles(cells: list[str]) -> list[Region]:
    """Cells side by side become one rectangle; rows of the same width below each other too."""
    runs: list[list[int]] = []  # top, bottom, left, right, in cells
    chosen = {(int(row), int(column)) for row, column in (cell.split("-") for cell in cells)}
    for row in range(ROWS):
        for left, right in _runs([column for column in range(COLUMNS) if (row, column) in chosen]):
            above = next((run for run in runs if run[1] == row and run[2:] == [left, right]), None)
            if above is None:
                runs.append([row, row + 1, left, right])
            else:
                above[1] = row + 1
    across, up = 100 / COLUMNS, 100 / ROWS
    return [
        Region("rectangle", left * across, top * up, (right - left) * across, (bottom - top) * up)
        for top, bottom, left, right in runs
    ]


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and found[-1][1] == column:
            found[-1] = (found[-1][0], column + 1)
        else:
            found.append((column, column + 1))
    return found
