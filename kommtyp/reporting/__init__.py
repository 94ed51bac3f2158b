"""What is handed on: the report, the tables, and a dictionary of both. No single municipality is shown anywhere."""

from kommtyp.reporting.page import write_report
from kommtyp.reporting.summary import summarise
from kommtyp.reporting.workbook import write_tables

__all__ = ["summarise", "write_report", "write_tables"]
