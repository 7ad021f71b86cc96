"""Remarks: what can be seen in a run, in words, each with its number, its reason and at most one remedy.

A rule looks at the evidence of a run and finds something or nothing. `RULES` is the table of all of them; a
`Commentator` chooses one remark at a time. Pure: a run is only read, and nothing is sent.
"""

from app.remarks.commentator import Commentator
from app.remarks.evidence import Evidence
from app.remarks.rule import Finding, Remark, Remedy, Rule
from app.remarks.table import RULES, remarks_on

__all__ = ["RULES", "Commentator", "Evidence", "Finding", "Remark", "Remedy", "Rule", "remarks_on"]
