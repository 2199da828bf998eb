"""Brings requests in from files of other systems: read, matched, checked row by row, stored in one transaction.

`customers.sheets` reads the table and understands money and days, `mapping` says which column is what, `checking`
turns rows into a plan with every error by row and column, `storing` carries a plan out.
"""
