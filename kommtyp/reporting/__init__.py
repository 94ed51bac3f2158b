"""What is handed on: report, tables, figures, and a dictionary of all. No single municipality is shown anywhere."""

from kommtyp.reporting.images import save_figures, write_figures
from kommtyp.reporting.material import collect
from kommtyp.reporting.page import save_report, write_report
from kommtyp.reporting.summary import summarise
from kommtyp.reporting.workbook import save_tables, write_tables

__all__ = [
    "collect",
    "save_figures",
    "save_report",
    "save_tables",
    "summarise",
    "write_figures",
    "write_report",
    "write_tables",
]
