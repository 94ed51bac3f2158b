"""What is handed on: report, tables, figures, and a dictionary of all. No single municipality is shown anywhere."""

from kommtyp.reporting.images import write_figures
from kommtyp.reporting.page import write_report
from kommtyp.reporting.summary import summarise
from kommtyp.reporting.workbook import write_tables

__all__ = ["summarise", "write_figures", "write_report", "write_tables"]
