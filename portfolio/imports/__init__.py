"""Brings requests in from files of other systems: reading, matching columns, checking every row, then one transaction.

`reading` turns bytes into a table, `mapping` says which column is what, `values` understands money and dates, `checking`
turns rows into a plan with every error by row and column, `storing` carries a plan out.
"""
