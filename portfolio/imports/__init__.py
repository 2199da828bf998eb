"""Brings requests in from files of other systems: read, matched, checked row by row, stored in one transaction.

`reading` turns bytes into a table, `mapping` says which column is what, `values` understands money and days, `checking`
turns rows into a plan with every error by row and column, `storing` carries a plan out.
"""
