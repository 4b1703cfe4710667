"""Whether words speak of an inquest or an inquiry: then a private note says what naming people can mean.

A small reviewed list of the offices and proceedings that look into a baby's death where this software is
used. It notices words and judges nothing; who writes decides.
"""

from __future__ import annotations

import re

_PROCEEDINGS = re.compile(
    r"""
    \b(?:
        inquests?
      | inquir(?:y|ies)
      | (?:public|independent|official|formal|judicial)\s+enquir(?:y|ies) | enquir(?:y|ies)\s+into
      | coroners?(?:['’]s?)? | coronial
      | procurators?\s+fiscal
      | medical\s+examiners?
      | (?:serious|patient\s+safety)\s+incident\s+(?:investigation|review)s?
      | (?:police|criminal|hospital|safety|external|independent)\s+investigations?
      | perinatal\s+mortality\s+review
      | child\s+death\s+(?:overview|review)
      | MNSI | HSIB | HSSIB | PMRT
      | (?:malpractice|negligence)\s+(?:case|claim|suit|lawsuit)s?
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def mentions_inquest(text: str) -> bool:
    """Whether the text speaks of an inquest, an inquiry or an investigation. A pure function of the words."""
    return _PROCEEDINGS.search(text) is not None
