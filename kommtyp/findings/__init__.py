"""What a study says about its types, held against the data at hand."""

from kommtyp.findings.checking import check_findings
from kommtyp.findings.verdicts import Basis, Verdict

__all__ = ["Basis", "Verdict", "check_findings"]
