"""Reads of meetings: agendas, what could go on them, who is there."""
